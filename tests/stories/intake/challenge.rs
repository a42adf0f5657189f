//! Eventyay asks whether an address is ours before it uses it.

use chatstream_tests::{
    channel::TestChannel,
    eventyay::Eventyay,
    http::{percent_encode, send},
};
use reqwest::Method;
use serde_json::json;

const CHALLENGE: &str = "Zm9vYmFyLWJhel9xdXV4LWNvcmdlLWdyYXVsdC1nYXI";

#[tokio::test]
async fn it_hears_its_challenge_back() {
    let channel = TestChannel::open().await;
    for challenge in [CHALLENGE, "x", "with space & = + é\"\\"] {
        let answer = channel.eventyay.challenge(&format!("?challenge={}", percent_encode(challenge))).await;
        assert_eq!(answer.header("content-type"), Some("application/json"));
        assert_eq!(answer.ok(), json!({"challenge": challenge}));
    }
    let more = channel.eventyay.challenge(&format!("?other=1&challenge={CHALLENGE}&last=2")).await;
    assert_eq!(more.ok(), json!({"challenge": CHALLENGE}));
}

#[tokio::test]
async fn without_a_challenge_there_is_nothing_to_say() {
    let channel = TestChannel::open().await;
    for query in ["", "?", "?challenge", "?challenge=", "?other=1"] {
        channel.eventyay.challenge(query).await.problem(400);
    }
}

#[tokio::test]
async fn a_channel_that_takes_no_messages_is_not_confirmed() {
    let channel = TestChannel::open().await;
    let unknown = Eventyay::new(channel.base(), "no-such-channel", "secret");
    let query = format!("?challenge={CHALLENGE}");
    unknown.challenge(&query).await.problem(404);
    channel.archive().await;
    channel.eventyay.challenge(&query).await.problem(404);
}

#[tokio::test]
async fn other_methods_are_not_for_this_address() {
    let channel = TestChannel::open().await;
    for method in [Method::PUT, Method::DELETE, Method::PATCH] {
        let answer = send(channel.nobody().request(method, channel.eventyay.path())).await;
        let allowed = answer.header("allow").unwrap_or_default().to_owned();
        answer.problem(405);
        assert!(allowed.contains("GET") && allowed.contains("POST"), "{allowed}");
    }
}
