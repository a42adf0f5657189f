//! The way to the wiki.

use access::Caller;
use axum::{
    extract::{Query, State},
    response::Response,
};
use http::{HeaderValue, header};
use platform::{Platform, clock::Clock as _, config::Config as _, http::Result, random};
use serde::Deserialize;
use store::sign_in;

use crate::{browser, development, enter::see_other, next, wiki::Wiki};

/// The query of [`login`].
#[derive(Debug, Deserialize)]
pub(crate) struct Parameters {
    next: Option<String>,
}

/// `GET /login?next=`: sends the browser to the wiki, and remembers that it did; in development a form.
pub(crate) async fn login<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    Query(parameters): Query<Parameters>,
) -> Result<Response> {
    let settings = platform.config().settings().await?;
    let next = next::safe(parameters.next.as_deref());
    let Some(wiki) = Wiki::of(&settings)? else { return Ok(development::form(next)) };
    let state = random::token()?;
    let secret = match browser::secret(caller.headers(), &settings) {
        Some(known) => known.to_owned(),
        None => random::token()?,
    };
    sign_in::begin(platform.key_value(), &state, &secret, next, platform.clock().now()).await?;
    let mut response = see_other(&wiki.authorization_url(&state))?;
    let headers = response.headers_mut();
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    if let Some(cookie) = browser::remember(&secret, &settings) {
        headers.insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
