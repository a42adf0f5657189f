//! The simulator against a server that only looks at what arrives.
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use std::{
    collections::HashSet,
    process::Output,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    routing::{get, post},
};
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use support::{chatstream, failure, run, texts};
use tokio::net::TcpListener;

const SECRET: &str = "a secret of the demo channel";

/// A server in development mode, or not; answers its address and the ids of the messages that it was sent.
async fn start(dev_mode: bool) -> (String, Arc<Mutex<HashSet<i64>>>) {
    let seen = Arc::new(Mutex::new(HashSet::new()));
    let stored = Arc::clone(&seen);
    let intake = move |headers: HeaderMap, body: Bytes| async move {
        if headers["x-eventyay-signature"] != chatstream::simulate::sign(SECRET, &body) {
            return StatusCode::FORBIDDEN;
        }
        assert_eq!(headers["content-type"], "application/json");
        let message: serde_json::Value = serde_json::from_slice(&cut_emoji_mended(&body)).unwrap();
        stored.lock().unwrap().insert(message["message_id"].as_i64().unwrap());
        StatusCode::OK
    };
    let channels = |headers: HeaderMap| async move {
        if headers.get("cookie").is_none_or(|cookie| cookie != "session=1; other=2") {
            return (StatusCode::UNAUTHORIZED, String::new());
        }
        let channels =
            serde_json::json!({"channels": [{"id": "demo", "name": "x", "webhook_secret": SECRET}]});
        (StatusCode::OK, channels.to_string())
    };
    let mut router =
        Router::new().route("/webhook/channel/demo", post(intake)).route("/admin/channels", get(channels));
    if dev_mode {
        let headers = [("set-cookie", "session=1; HttpOnly; Path=/"), ("location", "/")];
        let login = move || async move {
            let mut answer = HeaderMap::new();
            for (name, value) in headers {
                answer.append(name, value.parse().unwrap());
            }
            answer.append("set-cookie", "other=2".parse().unwrap());
            (StatusCode::SEE_OTHER, answer)
        };
        router = router.route("/dev-login", get(login));
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(chatstream::server::serve(listener, router, std::future::pending()));
    (url, seen)
}

/// JSON that serde reads: it refuses half an emoji, which the simulator sends now and then.
fn cut_emoji_mended(body: &[u8]) -> Vec<u8> {
    String::from_utf8(body.to_vec())
        .unwrap()
        .replace("\\ud83d\",\"message_id", "\",\"message_id")
        .into_bytes()
}

async fn simulate(url: &str, arguments: &[&'static str]) -> Output {
    let mut command = chatstream(&["simulate", "--url", url]);
    command.args(arguments);
    tokio::task::spawn_blocking(move || run(&mut command)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_message_arrives_signed_and_a_seed_repeats_them() {
    let (url, seen) = start(true).await;
    let output = simulate(&url, &["--rate", "600000", "--count", "500", "--seed", "7"]).await;
    let (stdout, stderr) = texts(&output);
    assert_eq!(output.status.code(), Some(0), "{stdout}{stderr}");
    assert!(stdout.contains("Sent 500 messages") && stdout.contains("500  answered 200 OK"), "{stdout}");
    assert!(stdout.ends_with("The same again: --seed 7\n"), "{stdout}");
    assert_eq!(stderr, "");
    let first = seen.lock().unwrap().len();
    assert!(first > 350, "{first}");
    // A later run has ids of its own.
    simulate(&url, &["--rate", "600000", "--count", "500", "--seed", "7"]).await;
    assert_eq!(seen.lock().unwrap().len(), 2 * first);
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_messages_are_counted_and_make_it_fail() {
    let (url, _) = start(false).await;
    let output = simulate(&url, &["--rate", "60000", "--count", "20", "--secret", "wrong"]).await;
    let (stdout, _) = texts(&output);
    assert_eq!(output.status.code(), Some(1));
    assert!(stdout.contains("20  answered 403 Forbidden"), "{stdout}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_keeps_it_from_beginning_is_one_line() {
    let (url, _) = start(false).await;
    let line = failure(&simulate(&url, &[]).await);
    assert!(line.contains("not in development mode") && line.contains("--secret"), "{line}");
    let (url, _) = start(true).await;
    let line = failure(&simulate(&url, &["--channel", "other"]).await);
    assert!(line.contains("has no channel other") && line.contains("demo"), "{line}");
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    for arguments in [&[][..], &["--secret", "x"]] {
        let line = failure(&simulate(&format!("http://{closed}"), arguments).await);
        assert!(line.contains("nothing answers at ") && line.contains("cargo run --release"), "{line}");
    }
}
