//! The request's sender, before and after it is known who they are.

use std::{convert::Infallible, sync::Arc};

use axum::extract::{FromRequestParts, OriginalUri};
use http::{HeaderMap, HeaderValue, Method, request::Parts};
use moderation::{Permission, Role};
use platform::{
    Platform,
    clock::{Clock as _, Millis},
    config::{Config as _, Settings},
    http::{Input, Problem, Result, wants_html},
};
use store::{
    Channel, Person, channels,
    sessions::{self, Session, SessionError},
};
use subtle::ConstantTimeEq as _;

use crate::cookie;

/// Whoever sends this request.
#[derive(Debug, Clone)]
pub struct Caller {
    headers: HeaderMap,
    method: Method,
    target: String,
}

/// Somebody who is logged in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Their session.
    pub session: Session,
    /// Whether the configuration names them as a superadmin.
    pub superadmin: bool,
    /// The deployment's settings.
    pub settings: Arc<Settings>,
}

/// Somebody who is logged in and has a role in a channel.
#[derive(Debug, Clone)]
pub struct Access {
    /// Who.
    pub signed_in: SignedIn,
    /// The channel.
    pub channel: Channel,
    /// What they are there.
    pub role: Role,
    /// When this was looked up.
    pub now: Millis,
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |original| &original.0);
        let target = uri.path_and_query().map_or("/", |target| target.as_str()).to_owned();
        Ok(Self { headers: parts.headers.clone(), method: parts.method.clone(), target })
    }
}

impl Caller {
    /// The request's headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Who is logged in, if anybody is.
    pub async fn session<P: Platform>(&self, platform: &P) -> Result<Option<SignedIn>> {
        let settings = platform.config().settings().await?;
        let Some(id) = cookie::session_id(&self.headers, &settings) else { return Ok(None) };
        let now = platform.clock().now();
        let Some(session) = sessions::find(platform.key_value(), id, now).await.map_err(session_problem)?
        else {
            return Ok(None);
        };
        let superadmin = settings.is_superadmin(session.person.central_id, &session.person.username);
        Ok(Some(SignedIn { session, superadmin, settings }))
    }

    /// Who is logged in. Nobody: 401, or for a page the way to the login and back.
    pub async fn signed_in<P: Platform>(&self, platform: &P) -> Result<SignedIn> {
        match self.session(platform).await? {
            Some(signed_in) => Ok(signed_in),
            None => Err(self.login_first()),
        }
    }

    /// The superadmin who is logged in; 403 for anybody else.
    pub async fn superadmin<P: Platform>(&self, platform: &P) -> Result<SignedIn> {
        let signed_in = self.signed_in(platform).await?;
        if signed_in.superadmin {
            Ok(signed_in)
        } else {
            Err(Problem::forbidden("This is for superadmins only."))
        }
    }

    /// The member of `channel` who is logged in and has `permission` there. 401 before 404 before 403: a
    /// stranger learns nothing of which channels there are.
    pub async fn member<P: Platform>(
        &self,
        platform: &P,
        channel: &str,
        permission: Permission,
    ) -> Result<Access> {
        let signed_in = self.signed_in(platform).await?;
        let central_id = signed_in.session.person.central_id;
        let found = channels::find_with_role(platform.database(), channel, central_id).await?;
        let Some((channel, role)) = found else {
            return Err(Problem::not_found("There is no channel of this name."));
        };
        let role = if signed_in.superadmin { Some(Role::Superadmin) } else { role };
        match role {
            Some(role) if role.may(permission) => {
                Ok(Access { signed_in, channel, role, now: platform.clock().now() })
            }
            Some(_) => Err(Problem::forbidden("Your role in this channel does not allow this.")),
            None => Err(Problem::forbidden(
                "You are not a moderator of this channel. Its admins can add you as a member.",
            )),
        }
    }

    /// The same for a request that changes something: its CSRF token is checked too. Whether the channel is
    /// archived is not: see [`Access::check_in_use`].
    pub async fn changing_member<P: Platform>(
        &self,
        platform: &P,
        channel: &str,
        permission: Permission,
        input: &Input,
    ) -> Result<Access> {
        let access = self.member(platform, channel, permission).await?;
        self.check_csrf(&access.signed_in, input)?;
        Ok(access)
    }

    /// Refuses (403) a change that another site may have made this browser send.
    pub fn check_csrf(&self, signed_in: &SignedIn, input: &Input) -> Result<()> {
        if self.headers.get("sec-fetch-site").is_some_and(|site| site == "cross-site") {
            return Err(Problem::forbidden("This request came from another site."));
        }
        let header = self.headers.get("x-csrf-token").and_then(|value| value.to_str().ok());
        let given = header.map(str::to_owned).or_else(|| input.csrf_token());
        let known = signed_in.session.csrf_token.as_bytes();
        if given.is_some_and(|token| bool::from(token.as_bytes().ct_eq(known))) {
            Ok(())
        } else {
            Err(Problem::forbidden(
                "The CSRF token is missing or out of date: reload the page and try again. \
                 (Programs send the csrf_token of /api/me as X-CSRF-Token.)",
            ))
        }
    }

    fn login_first(&self) -> Problem {
        if self.method != Method::GET || !wants_html(&self.headers) {
            return Problem::unauthorized();
        }
        let Ok(query) = serde_urlencoded::to_string([("next", &self.target)]) else {
            return Problem::unauthorized();
        };
        HeaderValue::try_from(format!("/login?{query}"))
            .map_or_else(|_| Problem::unauthorized(), Problem::see_other)
    }
}

impl SignedIn {
    /// Who.
    #[must_use]
    pub fn person(&self) -> &Person {
        &self.session.person
    }
}

impl Access {
    /// Who.
    #[must_use]
    pub fn person(&self) -> &Person {
        &self.signed_in.session.person
    }

    /// Refuses (409) a change in an archived channel.
    pub fn check_in_use(&self) -> Result<()> {
        if self.channel.is_archived() {
            Err(Problem::conflict("This channel is archived: it can be read, but not changed."))
        } else {
            Ok(())
        }
    }
}

fn session_problem(error: SessionError) -> Problem {
    match error {
        SessionError::KeyValue(error) => error.into(),
        SessionError::Random(error) => error.into(),
    }
}
