//! Which hosts a component may call.

use std::{future::Future, sync::Arc};

use bytes::Bytes;
use http::{Request, Response, Uri};
use http_body_util::combinators::UnsyncBoxBody;
use wasmtime_wasi::TrappableError;
use wasmtime_wasi_http::p3::{
    RequestOptions, WasiHttpHooks, bindings::http::types::ErrorCode, default_send_request,
};

/// One entry of `allowed_outbound_hosts`: scheme, host and port, each of which may be `*`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedHost {
    scheme: Option<String>,
    host: Host,
    port: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Host {
    Any,
    Exactly(String),
    /// `.example.org`, the end of every name below it.
    Below(String),
}

impl AllowedHost {
    /// Reads `scheme://host[:port]`; the error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (scheme, rest) =
            text.trim().split_once("://").ok_or("it has no scheme, such as `https://` or `*://`")?;
        if !(scheme == "*" || !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphabetic())) {
            return Err(format!("{scheme:?} is no scheme"));
        }
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        if rest.contains('/') {
            return Err("it has a path".to_owned());
        }
        // The colons of an IPv6 address are in brackets.
        let (host, port) = match rest.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, Some(port)),
            _ => (rest, None),
        };
        let port = match port {
            Some("*") => None,
            Some(port) => Some(port.parse().map_err(|_| format!("{port:?} is no port"))?),
            None => Some(default_port(scheme).ok_or("it needs a port")?),
        };
        let host = match host.strip_prefix("*.") {
            _ if host == "*" => Host::Any,
            _ if host == "self" || host == "self.alt" || host.ends_with("spin.internal") => {
                return Err("calls among components are not supported by this host".to_owned());
            }
            Some(domain) if is_name(domain) => Host::Below(format!(".{}", domain.to_ascii_lowercase())),
            None if is_name(host) => Host::Exactly(host.to_ascii_lowercase()),
            _ => return Err(format!("{host:?} is no host")),
        };
        Ok(Self { scheme: (scheme != "*").then(|| scheme.to_owned()), host, port })
    }

    /// Whether a request to `uri` is allowed by this entry.
    pub fn allows(&self, uri: &Uri) -> bool {
        let (Some(scheme), Some(host)) = (uri.scheme_str(), uri.host()) else {
            return false;
        };
        let host = host.to_ascii_lowercase();
        let host_allowed = match &self.host {
            Host::Any => true,
            Host::Exactly(name) => *name == host,
            Host::Below(suffix) => host.ends_with(suffix),
        };
        let port = uri.port_u16().or_else(|| default_port(scheme));
        self.scheme.as_deref().is_none_or(|allowed| allowed == scheme)
            && host_allowed
            && self.port.is_none_or(|allowed| port == Some(allowed))
    }
}

fn default_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" => Some(80),
        "https" => Some(443),
        _ => None,
    }
}

fn is_name(host: &str) -> bool {
    !host.is_empty()
        && host
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'[' | b']' | b':'))
}

/// Sends a component's requests, if its manifest allows them.
#[derive(Debug, Clone)]
pub struct Outbound {
    component: Arc<str>,
    allowed: Arc<[AllowedHost]>,
}

impl Outbound {
    /// For `component`, which may call the `allowed` hosts.
    #[must_use]
    pub fn new(component: Arc<str>, allowed: Arc<[AllowedHost]>) -> Self {
        Self { component, allowed }
    }
}

type Sent =
    (Response<UnsyncBoxBody<Bytes, ErrorCode>>, Box<dyn Future<Output = Result<(), ErrorCode>> + Send>);

impl WasiHttpHooks for Outbound {
    fn send_request(
        &mut self,
        request: Request<UnsyncBoxBody<Bytes, ErrorCode>>,
        options: Option<RequestOptions>,
        // What the component made of the answer: nothing here needs to know.
        _answer_handled: Box<dyn Future<Output = Result<(), ErrorCode>> + Send>,
    ) -> Box<dyn Future<Output = Result<Sent, TrappableError<ErrorCode>>> + Send> {
        let allowed = self.allowed.iter().any(|host| host.allows(request.uri()));
        if !allowed {
            let uri = request.uri();
            eprintln!(
                "{}: allowed_outbound_hosts does not allow {}://{}",
                self.component,
                uri.scheme_str().unwrap_or_default(),
                uri.authority().map_or("", |authority| authority.as_str()),
            );
        }
        Box::new(async move {
            if !allowed {
                return Err(ErrorCode::HttpRequestDenied.into());
            }
            let (answer, connection) = default_send_request(request, options).await?;
            let connection: Box<dyn Future<Output = _> + Send> = Box::new(connection);
            Ok((answer.map(http_body_util::BodyExt::boxed_unsync), connection))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_allows_what_it_names_and_nothing_else() {
        for (entry, uri, expected) in [
            ("https://meta.wikimedia.org", "https://meta.wikimedia.org/w/api.php", true),
            ("https://meta.wikimedia.org", "https://META.wikimedia.org:443/", true),
            ("https://meta.wikimedia.org", "http://meta.wikimedia.org/", false),
            ("https://meta.wikimedia.org", "https://meta.wikimedia.org:8443/", false),
            ("https://meta.wikimedia.org", "https://meta.wikimedia.org.example/", false),
            ("http://127.0.0.1:8080/", "http://127.0.0.1:8080/x", true),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8081/x", false),
            ("http://127.0.0.1:*", "http://127.0.0.1:8081/x", true),
            ("https://*.example.org", "https://a.example.org/", true),
            ("https://*.example.org", "https://example.org/", false),
            ("*://*:*", "http://anything:1/", true),
            ("http://[::1]:80", "http://[::1]/", true),
        ] {
            let allowed = AllowedHost::parse(entry).unwrap();
            assert_eq!(allowed.allows(&uri.parse().unwrap()), expected, "{entry} for {uri}");
        }
    }

    #[test]
    fn what_is_no_host_is_refused() {
        for entry in [
            "",
            "*",
            "example.org",
            "https://",
            "ftp://example.org",
            "https://a/b",
            "https://a:b",
            "http://self",
        ] {
            assert!(AllowedHost::parse(entry).is_err(), "{entry}");
        }
    }
}
