//! Logging in as anybody, in development.

use access::{Caller, session_cookie, session_id};
use axum::{
    extract::{Query, State},
    response::{IntoResponse as _, Response},
};
use http::{HeaderValue, StatusCode, header};
use moderation::CentralId;
use platform::{
    Platform,
    clock::Clock as _,
    config::Config as _,
    http::{Problem, Result},
};
use serde::Deserialize;
use store::{
    Person,
    sessions::{self, SessionError},
};

use crate::next;

/// The query of [`dev_login`].
#[derive(Debug, Deserialize)]
pub(crate) struct Parameters {
    username: Option<String>,
    central_id: Option<String>,
    next: Option<String>,
}

/// The longest user name that MediaWiki allows, in bytes.
const MAX_USERNAME: usize = 255;

/// `GET /dev-login?username=&central_id=&next=`; 404 outside development.
pub(crate) async fn dev_login<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    Query(parameters): Query<Parameters>,
) -> Result<Response> {
    let settings = platform.config().settings().await?;
    if !settings.dev_mode {
        return Err(Problem::not_found("There is nothing at this address."));
    }
    // Another site's page could else log this browser in as somebody of its choice.
    if caller.headers().get("sec-fetch-site").is_some_and(|site| site == "cross-site") {
        return Err(Problem::forbidden("This request came from another site."));
    }
    let person = person(parameters.username, parameters.central_id.as_deref())?;
    if let Some(old) = session_id(caller.headers(), &settings) {
        sessions::end(platform.key_value(), old).await.map_err(problem)?;
    }
    let id = sessions::begin(platform.key_value(), &person, platform.clock().now()).await.map_err(problem)?;
    tracing::info!(central_id = person.central_id, "logged in by development login");
    let location = HeaderValue::try_from(next::safe(parameters.next.as_deref()));
    let location = location.map_err(|_| Problem::bad_request("next must be a path of this site."))?;
    let mut response = (StatusCode::SEE_OTHER, [(header::CACHE_CONTROL, "no-store")]).into_response();
    response.headers_mut().insert(header::LOCATION, location);
    if let Some(cookie) = session_cookie(&id, &settings) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

fn person(username: Option<String>, central_id: Option<&str>) -> Result<Person> {
    let username = username.map(|name| moderation::clean(name.trim()).into_owned()).unwrap_or_default();
    if username.is_empty() || username.len() > MAX_USERNAME {
        return Err(Problem::bad_request(format!("username must be 1 to {MAX_USERNAME} bytes long.")));
    }
    let central_id = central_id.unwrap_or_default().parse::<CentralId>();
    let central_id = central_id.map_err(|error| Problem::bad_request(format!("central_id: {error}.")))?;
    Ok(Person { central_id: central_id.get(), username })
}

pub(crate) fn problem(error: SessionError) -> Problem {
    match error {
        SessionError::KeyValue(error) => error.into(),
        SessionError::Random(error) => error.into(),
    }
}
