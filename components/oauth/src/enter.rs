//! The beginning of a session.

use access::{Caller, session_cookie, session_id};
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, StatusCode, header};
use platform::{
    Platform,
    clock::Clock as _,
    config::Settings,
    http::{Problem, Result},
};
use store::{
    Person,
    sessions::{self, SessionError},
};

/// The longest user name that MediaWiki allows, in bytes.
pub(crate) const MAX_USERNAME: usize = 255;

/// Begins a session for `person`, under an id that nobody can have known before, and sends them on to `next`.
pub(crate) async fn enter<P: Platform>(
    platform: &P,
    caller: &Caller,
    settings: &Settings,
    person: &Person,
    next: &str,
) -> Result<Response> {
    if let Some(old) = session_id(caller.headers(), settings) {
        sessions::end(platform.key_value(), old).await.map_err(problem)?;
    }
    let id = sessions::begin(platform.key_value(), person, platform.clock().now()).await.map_err(problem)?;
    let mut response = see_other(next)?;
    if let Some(cookie) = session_cookie(&id, settings) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// 303 to `address`, for this browser and this time.
pub(crate) fn see_other(address: &str) -> Result<Response> {
    let address = HeaderValue::try_from(address).map_err(|error| Problem::internal().caused_by(error))?;
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response())
}

pub(crate) fn problem(error: SessionError) -> Problem {
    match error {
        SessionError::KeyValue(error) => error.into(),
        SessionError::Random(error) => error.into(),
    }
}
