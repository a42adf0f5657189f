//! Requests that are wrong in ways one can name.

use chatstream_tests::{
    channel::{TestChannel, shared_host},
    raw,
};
use serde_json::Value;

/// Sends a request line and headers; answers the status, having checked that the answer is a problem.
async fn status_of(channel: &TestChannel, head: &[u8]) -> u16 {
    let answer = raw::exchange(channel.base(), head).await.expect("an answer");
    if answer.status >= 400 && answer.header("x-request-id").is_some() {
        let problem: Value =
            serde_json::from_str(&answer.text()).unwrap_or_else(|error| panic!("{error}: {answer:?}"));
        assert_eq!(problem["request_id"].as_str(), answer.header("x-request-id"));
    }
    answer.status
}

#[tokio::test]
async fn addresses_that_are_no_text() {
    let channel = TestChannel::open().await;
    for target in [
        "/rss/%FF",
        "/rss/%C3%28",
        "/rss/%00",
        "/rss/%",
        "/rss/%zz",
        "/rss/a%2Fb",
        "/rss/%F0%9F%91%8D",
        "/webhook/channel/%FF?challenge=x",
        "/api/channel/%FF/queue",
        "/channel/%FF/settings",
        "/%FF",
        "/%00",
        "/api/channel/x/message/%FF/approve",
        "/static/%C0%AE%C0%AE/x",
    ] {
        let head = format!("GET {target} HTTP/1.1\r\nhost: x\r\naccept: application/json\r\n\r\n");
        let status = status_of(&channel, head.as_bytes()).await;
        assert!((400..500).contains(&status), "{target}: {status}");
    }
}

#[tokio::test]
async fn queries_that_are_no_text() {
    let channel = TestChannel::open().await;
    let id = &channel.id;
    let cookie = channel.moderator_cookie().await;
    for target in [
        format!("/rss/{id}?token=%FF"),
        format!("/api/channel/{id}/queue?since=%FF"),
        format!("/api/channel/{id}/queue?lang=%00"),
        format!("/api/channel/{id}/log?moderator=%FF%FE"),
        format!("/webhook/channel/{id}?challenge=%FF"),
        "/dev-login?username=%FF&central_id=%00&next=%FF".to_owned(),
        format!("/rss/{id}?{}", "&=".repeat(2_000)),
        format!("/api/channel/{id}/queue?since=1&since=2"),
    ] {
        let head = format!(
            "GET {target} HTTP/1.1\r\nhost: x\r\naccept: application/json\r\ncookie: {cookie}\r\n\r\n"
        );
        let status = status_of(&channel, head.as_bytes()).await;
        assert!(status < 500, "{target}: {status}");
    }
}

#[tokio::test]
async fn long_addresses_and_headers() {
    let channel = TestChannel::open().await;
    let long = "x".repeat(8_192);
    for target in [
        format!("/rss/{long}"),
        format!("/{long}"),
        format!("/webhook/channel/{}?challenge={long}", channel.id),
        format!("/rss/{}?token={long}", channel.id),
        format!("/dev-login?username={long}&central_id=5"),
        format!("/static/{}", "a/".repeat(4_000)),
        format!("/api/channel/{}/message/{}/approve", channel.id, "9".repeat(8_000)),
    ] {
        let head = format!("GET {target} HTTP/1.1\r\nhost: x\r\n\r\n");
        let status = status_of(&channel, head.as_bytes()).await;
        assert!(status < 500, "{}…: {status}", &target[..40]);
    }
    for header in ["cookie", "accept", "x-csrf-token", "last-event-id", "if-none-match", "content-type"] {
        let head = format!("GET /rss/{} HTTP/1.1\r\nhost: x\r\n{header}: {long}\r\n\r\n", channel.id);
        assert_eq!(status_of(&channel, head.as_bytes()).await, 200, "{header}");
    }
}

#[tokio::test]
async fn headers_that_are_no_text() {
    let channel = TestChannel::open().await;
    let path = format!("/api/channel/{}/queue", channel.id);
    for header in
        ["cookie", "x-csrf-token", "content-type", "accept", "x-eventyay-signature", "sec-fetch-site"]
    {
        for (method, path) in [("GET", path.as_str()), ("POST", channel.eventyay.path()), ("POST", "/logout")]
        {
            let mut head = format!("{method} {path} HTTP/1.1\r\nhost: x\r\n{header}: ").into_bytes();
            head.extend_from_slice(b"\xff\xfe\x80 \xc3\x28\r\ncontent-length: 0\r\n\r\n");
            let status = status_of(&channel, &head).await;
            let reaches_us = shared_host().await.features().raw_headers;
            let expected = if reaches_us { 400..500 } else { 500..501 };
            assert!(expected.contains(&status), "{method} {path} with {header}: {status}");
        }
    }
    channel.anybody_says("and the host lives on").await;
}

#[tokio::test]
async fn a_request_s_number_is_ours_whatever_the_client_says() {
    let channel = TestChannel::open().await;
    let mut seen = std::collections::BTreeSet::new();
    for path in ["/version", "/nothing", "/api/me", "/api/channel/x/queue"] {
        let head = format!("GET {path} HTTP/1.1\r\nhost: x\r\nx-request-id: forged\r\n\r\n");
        let answer = raw::exchange(channel.base(), head.as_bytes()).await.expect("an answer");
        let id = answer.header("x-request-id").expect("a request id").to_owned();
        assert!(!id.contains("forged") && seen.insert(id.clone()), "{id}");
    }
}

#[tokio::test]
async fn what_is_no_request_does_not_hurt() {
    let channel = TestChannel::open().await;
    let requests: [&[u8]; 12] = [
        b"\r\n\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET  / HTTP/1.1\r\nhost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 this would be TLS\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: -5\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello",
        b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"GET http://evil.example/ HTTP/1.1\r\nhost: x\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nhost: x\r\n\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\nhost: x\r\n\r\n",
    ];
    for request in requests {
        if let Some(answer) = raw::exchange_and_hang_up(channel.base(), request).await {
            assert!(answer.status < 500, "{}: {answer:?}", String::from_utf8_lossy(request));
        }
    }
    channel.anybody_says("still here").await;
}
