//! Whether a request came from the machine that serves it, as far as the runtime says.

use std::net::{IpAddr, SocketAddr};

use http::{HeaderMap, HeaderName, Uri};

/// What proxies add, beside all that begins with `x-forwarded-`: whoever asked is somewhere else.
const FORWARDED: [&str; 3] = ["forwarded", "via", "x-real-ip"];

/// Where Spin listens unless it is told otherwise.
const DEFAULT_URL: &str = "http://127.0.0.1:3000";

/// The site's address as the client on this machine calls it, e.g. `http://127.0.0.1:3000`; `None` for a client that is
/// elsewhere, or may be.
///
/// The runtime adds its own `spin-…` headers after those of the same name that the client sent: only the last counts.
pub(super) fn local_url(headers: &HeaderMap) -> Option<String> {
    let last = |name| headers.get_all(name).iter().next_back()?.to_str().ok();
    let client: SocketAddr = last("spin-client-addr")?.parse().ok()?;
    if !client.ip().is_loopback() || headers.keys().any(is_a_proxy_s) {
        return None;
    }
    // Made of the Host header, so it counts only where it names this machine.
    Some(last("spin-full-url").and_then(loopback_origin).unwrap_or_else(|| DEFAULT_URL.to_owned()))
}

fn is_a_proxy_s(name: &HeaderName) -> bool {
    let name = name.as_str();
    name.starts_with("x-forwarded-") || FORWARDED.contains(&name)
}

fn loopback_origin(url: &str) -> Option<String> {
    let url: Uri = url.parse().ok()?;
    let authority = url.authority()?;
    let host = authority.host().trim_start_matches('[').trim_end_matches(']');
    let is_loopback =
        host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    is_loopback.then(|| format!("{}://{authority}", url.scheme_str().unwrap_or("http")))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn url(pairs: &[(&'static str, &'static str)]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_static(value));
        }
        local_url(&headers)
    }

    const CLIENT: (&str, &str) = ("spin-client-addr", "127.0.0.1:50000");
    const URL: (&str, &str) = ("spin-full-url", "http://127.0.0.1:3000/rss/demo");

    #[test]
    fn a_client_on_this_machine_is_local() {
        assert_eq!(url(&[CLIENT, URL]).as_deref(), Some("http://127.0.0.1:3000"));
        let named = ("spin-full-url", "http://localhost:3000/");
        assert_eq!(url(&[("spin-client-addr", "[::1]:9"), named]).as_deref(), Some("http://localhost:3000"));
        assert_eq!(url(&[CLIENT, ("spin-full-url", "http://[::1]:80/")]).as_deref(), Some("http://[::1]:80"));
    }

    #[test]
    fn an_address_that_is_not_this_machine_s_is_not_believed() {
        assert_eq!(
            url(&[CLIENT, URL, ("spin-full-url", "https://chat.example/")]).as_deref(),
            Some(DEFAULT_URL)
        );
        assert_eq!(url(&[CLIENT]).as_deref(), Some(DEFAULT_URL));
    }

    #[test]
    fn nobody_else_is_whatever_they_say() {
        let elsewhere = ("spin-client-addr", "192.0.2.7:443");
        assert_eq!(url(&[elsewhere, URL]), None);
        assert_eq!(url(&[CLIENT, elsewhere, URL]), None, "what a client claims comes first");
        assert_eq!(url(&[URL]), None);
        assert_eq!(url(&[("spin-client-addr", "nonsense"), URL]), None);
    }

    #[test]
    fn whoever_comes_through_a_proxy_is_elsewhere() {
        for name in [
            "forwarded",
            "via",
            "x-forwarded-for",
            "x-forwarded-host",
            "x-forwarded-port",
            "x-forwarded-proto",
            "x-forwarded-server",
            "x-real-ip",
        ] {
            assert_eq!(url(&[CLIENT, URL, (name, "")]), None, "{name}");
        }
        assert!(url(&[CLIENT, URL, ("x-request-id", "via")]).is_some());
    }
}
