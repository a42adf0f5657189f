//! Who may not decide, and what cannot be decided about.

use chatstream_tests::{
    channel::TestChannel,
    http::send,
    people::{Moderator, Person},
};
use reqwest::Method;
use serde_json::json;

/// Everything that changes a message or a list, for message `message`.
fn changes(message: i64) -> Vec<(String, serde_json::Value)> {
    let of_message = ["approve", "highlight", "reject", "reject-similar", "undo"];
    let sender = json!({"screen_name": "Somebody", "centralauth_id": 77});
    of_message
        .map(|action| (format!("message/{message}/{action}"), json!({})))
        .into_iter()
        .chain([
            ("block-user".to_owned(), sender.clone()),
            ("whitelist-user".to_owned(), sender),
            ("block-similar".to_owned(), json!({"message_id": message})),
        ])
        .collect()
}

async fn check_untouched(channel: &TestChannel) {
    let queue = channel.moderator.queue().await;
    assert_eq!((queue.queued, queue.stats.values().sum::<i64>()), (1, 0));
    assert!(channel.moderator.log("").await.is_empty());
    for list in ["blacklist", "whitelist", "patterns"] {
        assert!(channel.moderator.list(list).await.is_empty(), "{list}");
    }
}

#[tokio::test]
async fn nobody_strangers_and_moderators_of_other_channels_may_not() {
    let channel = TestChannel::open().await;
    let message = channel.anybody_says("hello").await.id;
    let nobody = channel.nobody();
    let stranger = Moderator::new(channel.stranger().await, &channel.id);
    let elsewhere = Moderator::new(TestChannel::open().await.moderator.clone().into_person(), &channel.id);
    for (path, body) in changes(message) {
        let path = channel.moderator.api(&path);
        send(nobody.request(Method::POST, &path).json(&body)).await.problem(401);
        stranger.post(&path, &body).await.problem(403);
        elsewhere.post(&path, &body).await.problem(403);
    }
    check_untouched(&channel).await;
}

#[tokio::test]
async fn a_change_without_the_csrf_token_is_refused() {
    let channel = TestChannel::open().await;
    let message = channel.anybody_says("hello").await.id;
    let moderator = &channel.moderator;
    let other_session = Person::login(channel.base(), moderator.name(), moderator.central_id()).await;
    for (path, body) in changes(message) {
        let path = moderator.api(&path);
        let bare = || moderator.client().request(Method::POST, &path).json(&body);
        send(bare()).await.problem(403);
        for token in ["", "x", &"0".repeat(64), other_session.csrf_token()] {
            send(bare().header("X-CSRF-Token", token)).await.problem(403);
        }
    }
    check_untouched(&channel).await;
}

#[tokio::test]
async fn a_change_that_another_site_had_sent_is_refused() {
    let channel = TestChannel::open().await;
    let message = channel.anybody_says("hello").await.id;
    for (path, body) in changes(message) {
        let request = channel.moderator.changing(Method::POST, &channel.moderator.api(&path)).json(&body);
        send(request.header("Sec-Fetch-Site", "cross-site")).await.problem(403);
    }
    check_untouched(&channel).await;
}

#[tokio::test]
async fn a_message_of_another_channel_is_unknown_here() {
    let (here, there) = (TestChannel::open().await, TestChannel::open().await);
    let (ours, theirs) = (here.anybody_says("hello").await.id, there.anybody_says("hello").await.id);
    for (path, body) in changes(theirs).into_iter().filter(|(path, _)| !path.ends_with("-user")) {
        here.moderator.post(&here.moderator.api(&path), &body).await.problem(404);
    }
    for id in ["0", "-1", "999999999", "9223372036854775807", "9223372036854775808", "x", "1.5", "%20"] {
        let answer =
            here.moderator.post(&here.moderator.api(&format!("message/{id}/approve")), &json!({})).await;
        assert!(answer.status == 404 || answer.status == 400, "{id}: {answer}");
    }
    check_untouched(&here).await;
    check_untouched(&there).await;
    assert_ne!(ours, theirs);
}

#[tokio::test]
async fn an_unknown_channel_is_unknown_to_whoever_is_logged_in() {
    let channel = TestChannel::open().await;
    for person in [&channel.superadmin, &channel.moderator] {
        let nowhere = Moderator::new(person.clone(), "no-such-channel");
        for (path, body) in changes(1) {
            nowhere.post(&nowhere.api(&path), &body).await.problem(404);
        }
    }
}

#[tokio::test]
async fn an_archived_channel_can_be_read_but_not_changed() {
    let channel = TestChannel::open().await;
    let message = channel.anybody_says("hello").await.id;
    channel.archive().await;
    for (path, body) in changes(message) {
        channel.moderator.post(&channel.moderator.api(&path), &body).await.problem(409);
    }
    check_untouched(&channel).await;
}

#[tokio::test]
async fn bodies_of_other_kinds_are_refused() {
    let channel = TestChannel::open().await;
    let message = channel.anybody_says("hello").await.id;
    let path = channel.moderator.api(&format!("message/{message}/approve"));
    for kind in ["text/plain", "multipart/form-data; boundary=x", "application/xml", "x"] {
        let request = channel.moderator.changing(Method::POST, &path).header("Content-Type", kind).body("{}");
        send(request).await.problem(415);
    }
    let undo = channel.moderator.api(&format!("message/{message}/undo"));
    for body in ["{", "[]", "[true]", "7", "{\"group\":7}", "\u{0}"] {
        let request =
            channel.moderator.changing(Method::POST, &undo).header("Content-Type", "application/json");
        let answer = send(request.body(body)).await;
        assert_eq!(answer.status, 400, "{body}: {answer}");
    }
    let large = format!("{{\"group\":false}}{}", " ".repeat(70_000));
    let request = channel.moderator.changing(Method::POST, &undo).header("Content-Type", "application/json");
    send(request.body(large)).await.problem(413);
    let answer = channel.moderator.get(&path).await;
    assert_eq!(answer.header("allow"), Some("POST"));
    answer.problem(405);
    check_untouched(&channel).await;
}
