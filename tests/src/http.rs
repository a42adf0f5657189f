//! Requests and answers, and what every answer has to have.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use reqwest::{
    Method, RequestBuilder, StatusCode,
    header::{ACCEPT, CONTENT_TYPE, HeaderMap},
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{document, wait::PATIENCE};

/// Where a host is to be found: another place after each restart.
#[derive(Debug, Clone, Default)]
pub struct Base(Arc<RwLock<String>>);

impl Base {
    /// The address, such as `http://127.0.0.1:40123`.
    pub fn url(&self) -> String {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The host and port alone, such as `127.0.0.1:40123`.
    pub fn authority(&self) -> String {
        let url = self.url();
        url.split_once("://").map_or(url.as_str(), |(_, rest)| rest).trim_end_matches('/').to_owned()
    }

    pub(crate) fn moved_to(&self, url: &str) {
        url.trim_end_matches('/').clone_into(&mut self.0.write().unwrap_or_else(PoisonError::into_inner));
    }
}

/// An HTTP client of one person or machine: it keeps cookies and follows no redirect.
#[derive(Debug, Clone)]
pub struct Client {
    base: Base,
    inner: reqwest::Client,
}

impl Client {
    /// A client that has never been here.
    pub fn new(base: &Base) -> Self {
        let inner = reqwest::Client::builder()
            .no_proxy()
            .cookie_store(true)
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .build()
            .expect("a client");
        Self { base: base.clone(), inner }
    }

    /// Where it asks.
    pub fn base(&self) -> &Base {
        &self.base
    }

    /// A request that asks for JSON.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.plain(method, path).header(ACCEPT, "application/json")
    }

    /// A request without any header of ours.
    pub fn plain(&self, method: Method, path: &str) -> RequestBuilder {
        self.inner.request(method, format!("{}{path}", self.base.url()))
    }

    /// Asks for `path`.
    pub async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    /// Asks for `path` as a browser does that wants a page.
    pub async fn get_page(&self, path: &str) -> Answer {
        let accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        send(self.plain(Method::GET, path).header(ACCEPT, accept)).await
    }
}

/// Sends a request and reads the whole answer.
pub async fn send(request: RequestBuilder) -> Answer {
    try_send(request).await.unwrap_or_else(|error| panic!("no answer: {error:?}"))
}

/// The same where there may be no answer, because the host is being ended.
pub async fn try_send(request: RequestBuilder) -> reqwest::Result<Answer> {
    let (client, request) = request.build_split();
    let request = request?;
    let method = request.method().clone();
    let response = client.execute(request).await?;
    let (status, headers, url) = (response.status(), response.headers().clone(), response.url().clone());
    // A stream of events has no end: its head is all of the answer.
    let is_stream =
        headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
    let body = if is_stream { Vec::new() } else { response.bytes().await?.to_vec() };
    let answer = Answer { url: url.to_string(), status, headers, body };
    answer.check();
    document::check(&method, url.path(), &answer);
    Ok(answer)
}

/// A request that may stay open for as long as a story takes.
pub fn unhurried(request: RequestBuilder) -> RequestBuilder {
    request.timeout(Duration::from_hours(1))
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// What was asked for.
    pub url: String,
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Vec<u8>,
}

impl Answer {
    /// What holds for every answer, whatever was asked.
    fn check(&self) {
        let id = self.header("x-request-id").unwrap_or_default();
        assert!(!id.is_empty(), "every answer has a request id: {self}");
        self.check_protection();
        if !self.status.is_client_error() && !self.status.is_server_error() {
            return;
        }
        let content_type = self.header("content-type").unwrap_or_default();
        if content_type.starts_with("text/html") {
            assert!(self.text().contains(id), "an error page shows the request id: {self}");
            return;
        }
        // A report on what is not well is no problem with the request.
        if self.url.ends_with("/healthz") && content_type == "application/json" {
            assert_eq!(self.json::<Value>()["status"], "unavailable", "{self}");
            return;
        }
        assert_eq!(content_type, "application/problem+json", "an error is a problem answer: {self}");
        let problem: Value = self.json();
        assert_eq!(problem["status"], self.status.as_u16(), "{self}");
        assert_eq!(problem["request_id"], id, "{self}");
        for field in ["type", "title", "detail"] {
            assert!(problem[field].as_str().is_some_and(|text| !text.is_empty()), "{field} of {self}");
        }
    }

    /// The headers that protect browsers, which are on every answer.
    fn check_protection(&self) {
        let header = |name: &str| self.header(name).unwrap_or_default();
        assert_eq!(header("x-content-type-options"), "nosniff", "{self}");
        assert!(matches!(header("referrer-policy"), "same-origin" | "no-referrer"), "{self}");
        for device in ["camera=()", "microphone=()", "geolocation=()"] {
            assert!(header("permissions-policy").contains(device), "{device}: {self}");
        }
        let caching = header("cache-control");
        if self.headers.contains_key("set-cookie") {
            assert_eq!(caching, "no-store", "what sets a cookie is for one browser: {self}");
        }
        // A 304 says nothing new about what the browser has kept.
        if self.status == StatusCode::NOT_MODIFIED {
            return;
        }
        assert!(!caching.is_empty(), "every answer says whether it may be kept: {self}");
        let policy = header("content-security-policy");
        assert!(policy.starts_with("default-src 'none';"), "{policy}: {self}");
        for rule in ["base-uri 'none'", "frame-ancestors 'none'"] {
            assert!(policy.contains(rule), "{rule} in {policy}: {self}");
        }
        assert!(!policy.contains("unsafe") && !policy.contains('*'), "{policy}: {self}");
    }

    /// A header's value, if it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as `T`.
    pub fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error} in {self}"))
    }

    /// The answer, which must have this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{self}");
        self
    }

    /// The words of a problem, which must have this status.
    #[track_caller]
    pub fn problem(self, status: u16) -> String {
        let problem: Value = self.expect(status).json();
        problem["detail"].as_str().unwrap_or_default().to_owned()
    }

    /// The body of an answer that must be 200, as JSON.
    #[track_caller]
    pub fn ok(self) -> Value {
        self.expect(200).json()
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} from {}: {}", self.status, self.url, self.text())
    }
}

/// `text` as one segment of a path, or a value in a query.
pub fn percent_encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push_str(&hex::encode_upper([byte]));
        }
    }
    encoded
}
