//! Which browser is on the way to the wiki: else somebody could send others a link that logs them in as somebody else.

use access::{cookie_token, set_cookie};
use http::{HeaderMap, HeaderValue};
use platform::{clock::Millis, config::Settings};
use store::sign_in;

/// The cookie's name, with the prefix that keeps other sites under the same domain from setting it.
fn name(settings: &Settings) -> &'static str {
    if settings.is_https() { "__Host-chatstream-login" } else { "chatstream-login" }
}

/// What the browser was given when it went. Several windows share it, so that each finds its way back.
pub(crate) fn secret<'a>(headers: &'a HeaderMap, settings: &Settings) -> Option<&'a str> {
    cookie_token(headers, name(settings))
}

/// The `Set-Cookie` value that keeps it for as long as the way may take.
pub(crate) fn remember(secret: &str, settings: &Settings) -> Option<HeaderValue> {
    set_cookie(name(settings), secret, sign_in::LONGEST_MS, settings)
}

/// The `Set-Cookie` value that takes it away.
pub(crate) fn forget(settings: &Settings) -> Option<HeaderValue> {
    const AT_ONCE: Millis = 0;
    set_cookie(name(settings), "", AT_ONCE, settings)
}
