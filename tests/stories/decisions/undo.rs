//! Taking a decision back.

use chatstream_tests::{
    channel::{TestChannel, fresh_number},
    eventyay::Viewer,
    people::Outcome,
};
use serde_json::json;

fn once() -> serde_json::Value {
    json!({"ok": true, "undone": 1})
}

#[tokio::test]
async fn it_brings_the_message_back_to_its_place() {
    let channel = TestChannel::open().await;
    let moderator = &channel.moderator;
    for text in ["first", "second", "third"] {
        channel.anybody_says(text).await;
    }
    let message = moderator.find("second").await.id;
    moderator.approve(message).await;
    assert_eq!(moderator.waiting().await, ["first", "third"]);
    assert_eq!(channel.feeds().texts().await, ["second"]);
    assert_eq!(moderator.undo(message).await.ok(), once());
    assert_eq!(moderator.waiting().await, ["first", "second", "third"]);
    assert!(channel.feeds().texts().await.is_empty());
    let queue = moderator.queue().await;
    assert_eq!((queue.queued, queue.decided("approved")), (3, 0));
    // And it can be decided about as if nothing had been.
    assert_eq!(moderator.highlight(message).await, Outcome::Effective);
}

#[tokio::test]
async fn it_is_in_the_log_like_any_decision() {
    let channel = TestChannel::open().await;
    let message = channel.anybody_says("hello").await.id;
    channel.moderator.reject(message).await;
    channel.moderator.undo(message).await.ok();
    let log = channel.moderator.log("").await;
    let words: Vec<_> = log.iter().map(|it| (it["decision"].as_str(), it["action"].as_str())).collect();
    assert_eq!(words, [(Some("undone"), Some("undo")), (Some("rejected"), Some("reject"))]);
}

#[tokio::test]
async fn a_decision_over_one_s_own_leads_back_step_by_step() {
    let channel = TestChannel::open().await;
    let moderator = &channel.moderator;
    let message = channel.anybody_says("hello").await.id;
    for decision in ["highlight", "approve", "reject"] {
        assert_eq!(moderator.decide(message, decision).await, Outcome::Effective);
    }
    for status in ["approved", "highlighted"] {
        assert_eq!(moderator.undo(message).await.ok(), once());
        assert_eq!(moderator.highlight(message).await, Outcome::Superseded(status.to_owned()));
    }
    assert_eq!(moderator.undo(message).await.ok(), once());
    assert_eq!(moderator.waiting().await, ["hello"]);
    moderator.undo(message).await.problem(409);
}

#[tokio::test]
async fn once_somebody_else_has_decided_it_is_too_late() {
    let channel = TestChannel::open().await;
    let (one, other) = (&channel.moderator, channel.another_moderator().await);
    let message = channel.anybody_says("hello").await.id;
    one.approve(message).await;
    other.undo(message).await.problem(409);
    other.reject(message).await;
    one.undo(message).await.problem(409);
    assert_eq!(one.highlight(message).await, Outcome::Superseded("rejected".to_owned()));
    // The other's can be taken back, and then one's own is the last again.
    assert_eq!(other.undo(message).await.ok(), once());
    assert_eq!(one.highlight(message).await, Outcome::Superseded("approved".to_owned()));
    other.undo(message).await.problem(409);
    assert_eq!(one.undo(message).await.ok(), once());
    assert_eq!(one.waiting().await, ["hello"]);
}

#[tokio::test]
async fn what_took_no_effect_cannot_be_taken_back() {
    let channel = TestChannel::open().await;
    let (one, other) = (&channel.moderator, channel.another_moderator().await);
    let message = channel.anybody_says("hello").await.id;
    one.undo(message).await.problem(409);
    one.reject(message).await;
    assert_eq!(other.approve(message).await, Outcome::Superseded("rejected".to_owned()));
    other.undo(message).await.problem(409);
    assert_eq!(one.undo(message).await.ok(), once());
    one.undo(message).await.problem(409);
    one.undo(999_999_999).await.problem(404);
}

#[tokio::test]
async fn what_was_approved_on_arrival_is_nobody_s_decision() {
    let channel = TestChannel::open().await;
    let moderator = &channel.moderator;
    let trent = Viewer::with_account("Trent", fresh_number());
    moderator.allow(&channel.queued(&trent, "one").await).await;
    channel.eventyay.say(&trent, "two").await;
    let feed = channel.feeds().all().await;
    let message: i64 = feed.entries[0].id.parse().unwrap();
    moderator.undo(message).await.problem(409);
    assert_eq!(moderator.reject(message).await, Outcome::Effective);
    assert_eq!(channel.feeds().texts().await, ["one"]);
    assert_eq!(moderator.undo(message).await.ok(), once());
    assert_eq!(channel.feeds().texts().await, ["two", "one"]);
    assert_eq!(moderator.queue().await.decided("approved"), 2);
}

#[tokio::test]
async fn of_many_attempts_at_once_one_succeeds() {
    let channel = TestChannel::open().await;
    for round in 0..6 {
        let message = channel.anybody_says(&format!("round {round}")).await.id;
        channel.moderator.approve(message).await;
        let attempts = (0..8).map(|_| channel.moderator.undo(message));
        let answers = futures_util::future::join_all(attempts).await;
        let done = answers.iter().filter(|answer| answer.status == 200).count();
        assert_eq!(done, 1, "{answers:?}");
        assert!(answers.iter().all(|answer| answer.status == 200 || answer.status == 409));
        let log = channel.moderator.log("?decision=undone&limit=500").await;
        assert_eq!(log.iter().filter(|entry| entry["message_id"] == message).count(), 1);
    }
    assert_eq!(channel.moderator.queue().await.queued, 6);
}
