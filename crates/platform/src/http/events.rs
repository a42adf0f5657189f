//! Server-sent events, as the HTML standard defines the `text/event-stream` format (section 9.2).
//!
//! axum's own `sse` module needs tokio; a stream of these frames as a body needs nothing.

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures_util::Stream;
use http::{HeaderValue, header};
use std::convert::Infallible;

/// A comment line that keeps proxies and browsers from closing a quiet stream.
pub const HEARTBEAT: Bytes = Bytes::from_static(b":\n\n");

/// One event: its name, its id (what `Last-Event-ID` will be), and one line of data, as JSON is.
#[must_use]
pub fn event(name: &str, id: i64, data: &str) -> Bytes {
    debug_assert!(!data.contains(['\n', '\r']), "data is one line");
    Bytes::from(format!("event: {name}\nid: {id}\ndata: {data}\n\n"))
}

/// How long a client waits before it connects again, in milliseconds.
#[must_use]
pub fn retry(milliseconds: u32) -> Bytes {
    Bytes::from(format!("retry: {milliseconds}\n\n"))
}

/// An answer that streams `frames` as they come, unbuffered by proxies that follow nginx's conventions.
pub fn stream<S>(frames: S) -> Response
where
    S: Stream<Item = Bytes> + Send + 'static,
{
    use futures_util::StreamExt as _;
    let mut response = Body::from_stream(frames.map(Ok::<_, Infallible>)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_has_a_name_an_id_and_one_line_of_data() {
        assert_eq!(event("queue", 7, "{}"), "event: queue\nid: 7\ndata: {}\n\n");
        assert_eq!(retry(1000), "retry: 1000\n\n");
    }
}
