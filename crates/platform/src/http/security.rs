//! The headers that keep a browser from doing what nobody meant (OWASP's list of secure headers): on every answer,
//! whichever component made it. A component that needs another policy for one answer sets it; it stays.

use http::{HeaderMap, HeaderValue, StatusCode, header};

use crate::config::Settings;

/// What a page may do: load from here, ask here, send forms here. Nothing inline, in nobody's frame.
const PAGE: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);

/// What an answer that is no page may do, should a browser ever be made to show it as one.
const NO_PAGE: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
);

/// Nothing here asks a device for anything.
const PERMISSIONS: HeaderValue = HeaderValue::from_static(
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), \
     microphone=(), midi=(), payment=(), usb=()",
);

/// For a year. Without `includeSubDomains`: whoever owns this name need not own those below it.
const TRANSPORT: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Adds them. `settings` are unknown where the site is not set up.
pub(super) fn protect(
    status: StatusCode,
    is_page: bool,
    headers: &mut HeaderMap,
    settings: Option<&Settings>,
) {
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert("permissions-policy", PERMISSIONS);
    headers.entry(header::REFERRER_POLICY).or_insert(HeaderValue::from_static("same-origin"));
    // A 304 brings what a browser has kept up to date: a policy that is not that answer's own would take its place.
    if status != StatusCode::NOT_MODIFIED {
        let policy = if is_page { PAGE } else { NO_PAGE };
        headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
        // Who wants an answer to be kept says so. Whatever else there is may be somebody's own.
        headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    }
    if settings.is_some_and(Settings::is_https) {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, TRANSPORT);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn protected(status: u16, is_page: bool, own: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in own {
            headers.insert(*name, HeaderValue::from_static(value));
        }
        protect(StatusCode::from_u16(status).unwrap(), is_page, &mut headers, None);
        headers
    }

    #[test]
    fn a_page_may_load_its_own_scripts_and_nothing_else_may() {
        let policy = |is_page| protected(200, is_page, &[])["content-security-policy"].clone();
        assert!(policy(true).to_str().unwrap().contains("script-src 'self'"));
        assert!(!policy(false).to_str().unwrap().contains("script-src"));
        for policy in [policy(true), policy(false)] {
            let policy = policy.to_str().unwrap();
            assert!(policy.starts_with("default-src 'none'; "), "{policy}");
            assert!(policy.ends_with("frame-ancestors 'none'") && !policy.contains("unsafe"), "{policy}");
        }
    }

    #[test]
    fn what_an_answer_says_itself_stays() {
        let own = [("content-security-policy", "default-src 'self'"), ("cache-control", "no-cache")];
        let headers = protected(200, true, &own);
        assert_eq!(headers["content-security-policy"], "default-src 'self'");
        assert_eq!(headers["cache-control"], "no-cache");
    }

    #[test]
    fn what_a_browser_has_kept_keeps_its_policy() {
        let headers = protected(304, false, &[]);
        assert!(!headers.contains_key("content-security-policy") && !headers.contains_key("cache-control"));
        assert_eq!(headers["x-content-type-options"], "nosniff");
    }

    #[test]
    fn browsers_stay_with_tls_where_the_site_has_it() {
        let settings = |url: &str| {
            let value = |name| match name {
                "OAUTH_CLIENT_ID" => Some("id".to_owned()),
                "OAUTH_REDIRECT_URI" => Some(format!("{url}/oauth-callback")),
                _ => None,
            };
            Settings::read(value, None).unwrap()
        };
        for (url, expected) in [("https://tool.example", true), ("http://tool.example", false)] {
            let mut headers = HeaderMap::new();
            protect(StatusCode::OK, false, &mut headers, Some(&settings(url)));
            assert_eq!(headers.contains_key("strict-transport-security"), expected, "{url}");
        }
    }
}
