//! Cookies: the session's, and how ours are set and read.

use http::{HeaderMap, HeaderValue, header};
use platform::{clock::Millis, config::Settings};

/// The cookie's name: with the `__Host-` prefix (RFC 6265bis, section 4.1.3.2) where TLS allows it, so that no
/// other site under the same domain can set it.
fn name(settings: &Settings) -> &'static str {
    if settings.is_https() { "__Host-chatstream" } else { "chatstream" }
}

/// The session id that the request's cookies carry.
#[must_use]
pub fn session_id<'a>(headers: &'a HeaderMap, settings: &Settings) -> Option<&'a str> {
    cookie_token(headers, name(settings))
}

/// The token of ours in the cookie `name`.
#[must_use]
pub fn cookie_token<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
        .filter(|id| id.len() == 64 && id.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// The `Set-Cookie` value that begins a session; `None` if `id` is no token of ours.
#[must_use]
pub fn session_cookie(id: &str, settings: &Settings) -> Option<HeaderValue> {
    set_cookie(name(settings), id, store::sessions::LONGEST_MS, settings)
}

/// The `Set-Cookie` value that ends a session in the browser.
#[must_use]
pub fn clear_session(settings: &Settings) -> Option<HeaderValue> {
    set_cookie(name(settings), "", 0, settings)
}

/// The `Set-Cookie` value that keeps `value` for so long, out of reach of scripts and of other sites' requests; `None`
/// if it holds what a header cannot.
#[must_use]
pub fn set_cookie(name: &str, value: &str, milliseconds: Millis, settings: &Settings) -> Option<HeaderValue> {
    let (attributes, seconds) = (attributes(settings), milliseconds / 1000);
    HeaderValue::try_from(format!("{name}={value}; {attributes}; Max-Age={seconds}")).ok()
}

fn attributes(settings: &Settings) -> &'static str {
    if settings.is_https() {
        "Path=/; HttpOnly; SameSite=Lax; Secure"
    } else {
        "Path=/; HttpOnly; SameSite=Lax"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(public_url: &str) -> Settings {
        let value = |name| match name {
            "OAUTH_CLIENT_ID" => Some("an id".to_owned()),
            "OAUTH_REDIRECT_URI" => Some(format!("{public_url}/oauth-callback")),
            _ => None,
        };
        Settings::read(value, None).unwrap()
    }

    #[test]
    fn the_cookie_comes_back() {
        let settings = settings("https://tool.example");
        let id = "a".repeat(64);
        let set = session_cookie(&id, &settings).unwrap();
        let set = set.to_str().unwrap();
        assert!(set.starts_with("__Host-chatstream=") && set.contains("; Secure"), "{set}");
        let mut headers = HeaderMap::new();
        let pair = set.split(';').next().unwrap();
        headers.insert(header::COOKIE, format!("other=1; {pair}; more=2").parse().unwrap());
        assert_eq!(session_id(&headers, &settings), Some(id.as_str()));
    }

    #[test]
    fn what_is_no_token_of_ours_is_no_session() {
        let settings = settings("http://127.0.0.1:5000");
        for value in ["", "x", &"g".repeat(64), &"a".repeat(65)] {
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, format!("chatstream={value}").parse().unwrap());
            assert_eq!(session_id(&headers, &settings), None, "{value}");
        }
    }
}
