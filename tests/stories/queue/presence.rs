//! Who else is here, and where they are.

use chatstream_tests::{channel::TestChannel, http::send, people::Moderator};
use reqwest::Method;
use serde_json::{Value, json};

async fn focus(moderator: &Moderator, body: &Value) -> chatstream_tests::http::Answer {
    send(moderator.changing(Method::PUT, &moderator.api("focus")).json(body)).await
}

#[tokio::test]
async fn moderators_see_each_other_and_what_each_looks_at() {
    let channel = TestChannel::open().await;
    let (one, other) = (&channel.moderator, channel.another_moderator().await);
    let message = channel.anybody_says("hello").await.id;
    let known = one.quiet_revision().await;
    let (delta, ()) = tokio::join!(one.poll(known, 25), async {
        focus(&other, &json!({"message_id": message})).await.ok();
    });
    let seen = delta.moderators.iter().find(|it| it.username == other.name()).expect("the other is here");
    assert_eq!(seen.focus, Some(message));
    assert!(delta.moderators.iter().any(|it| it.username == one.name()), "and one is oneself");
    focus(&other, &json!({"message_id": null})).await.ok();
    let queue = one.queue().await;
    assert_eq!(queue.moderators.iter().find(|it| it.username == other.name()).unwrap().focus, None);
}

#[tokio::test]
async fn whoever_opens_the_queue_is_there() {
    let channel = TestChannel::open().await;
    let other = channel.another_moderator().await;
    let known = channel.moderator.quiet_revision().await;
    let (delta, _) = tokio::join!(channel.moderator.poll(known, 25), other.queue());
    assert!(delta.moderators.iter().any(|it| it.username == other.name()), "{delta:?}");
}

#[tokio::test]
async fn a_focus_that_cannot_be() {
    let channel = TestChannel::open().await;
    let path = channel.moderator.api("focus");
    for body in [json!({"message_id": "x"}), json!({"message_id": 1.5}), json!([1]), json!(1)] {
        let answer = focus(&channel.moderator, &body).await;
        assert_eq!(answer.status, 400, "{body}: {answer}");
    }
    let theirs = TestChannel::open().await.anybody_says("elsewhere").await.id;
    for unknown in [-1, 0, theirs, i64::MAX] {
        focus(&channel.moderator, &json!({"message_id": unknown})).await.problem(404);
    }
    let body = json!({"message_id": 1});
    send(channel.nobody().request(Method::PUT, &path).json(&body)).await.problem(401);
    send(channel.moderator.client().request(Method::PUT, &path).json(&body)).await.problem(403);
    let stranger = channel.stranger().await;
    send(stranger.changing(Method::PUT, &path).json(&body)).await.problem(403);
    channel.moderator.post(&path, &body).await.problem(405);
}
