//! The way back from the wiki.

use access::Caller;
use axum::{
    extract::{Query, State},
    response::Response,
};
use http::{HeaderValue, header};
use platform::{
    Platform,
    clock::Clock as _,
    config::{Config as _, Settings},
    http::{Problem, Result},
};
use serde::Deserialize;
use store::sign_in;

use crate::{
    browser,
    enter::enter,
    refusals::{Refusal, Returned},
    wiki::Wiki,
};

/// What the wiki sends along.
#[derive(Debug, Deserialize)]
pub(crate) struct Parameters {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
}

/// `GET /oauth-callback`: whoever comes back with a code that the wiki takes is logged in.
pub(crate) async fn callback<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    Query(parameters): Query<Parameters>,
) -> Result<Response> {
    let settings = platform.config().settings().await?;
    let Some(wiki) = Wiki::of(&settings)? else {
        return Err(Problem::not_found("In development nobody comes back from a wiki."));
    };
    match come_back(&platform, &caller, &settings, &wiki, parameters).await {
        Ok(mut response) => {
            protect(&settings, &mut response);
            Ok(response)
        }
        Err(Returned::Problem(problem)) => Err(problem),
        Err(Returned::Refused { refusal, next }) => {
            let (reason, cause) = (refusal.reason(), refusal.cause());
            tracing::info!(reason, cause, "a login with the wiki was refused");
            Err(refusal.into_problem(next.as_deref()))
        }
    }
}

async fn come_back<P: Platform>(
    platform: &P,
    caller: &Caller,
    settings: &Settings,
    wiki: &Wiki<'_>,
    parameters: Parameters,
) -> Result<Response, Returned> {
    if let Some(error) = parameters.error {
        return Err(Refusal::of_the_wiki(&error).into());
    }
    let (Some(code), Some(state)) = (parameters.code, parameters.state) else {
        return Err(Refusal::NotOnTheWay.into());
    };
    let Some(secret) = browser::secret(caller.headers(), settings) else {
        return Err(Refusal::NotOnTheWay.into());
    };
    let now = platform.clock().now();
    let next = sign_in::finish(platform.key_value(), &state, secret, now).await.map_err(Problem::from)?;
    let Some(next) = next else { return Err(Refusal::NotOnTheWay.into()) };
    match wiki.person(platform.http_client(), &code, &state).await {
        Ok(person) => {
            let response = enter(platform, caller, settings, &person, &next).await?;
            tracing::info!(central_id = person.central_id, "logged in with the wiki");
            Ok(response)
        }
        Err(refusal) => Err(Returned::Refused { refusal, next: Some(next) }),
    }
}

/// The way is over: its address, with a code in it, is told nobody, and its cookie goes.
fn protect(settings: &Settings, response: &mut Response) {
    let headers = response.headers_mut();
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    if let Some(cookie) = browser::forget(settings) {
        headers.append(header::SET_COOKIE, cookie);
    }
}
