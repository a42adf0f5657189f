//! Taking back what was done to many messages at once.

use chatstream_tests::{
    channel::{TestChannel, fresh_number},
    eventyay::Viewer,
    people::Outcome,
    queue::Message,
};
use serde_json::json;

/// Mallory says the same four times, among others.
async fn mallory_four_times() -> (TestChannel, Vec<Message>) {
    let channel = TestChannel::open().await;
    let mallory = Viewer::with_account("Mallory", fresh_number());
    let mut messages = Vec::new();
    channel.anybody_says("something before").await;
    for _ in 0..4 {
        messages.push(channel.queued(&mallory, "look at me, look at me").await);
    }
    channel.anybody_says("something after").await;
    (channel, messages)
}

async fn queue_is_whole(channel: &TestChannel) {
    let queue = channel.moderator.queue().await;
    assert_eq!((queue.messages.len(), queue.queued), (6, 6));
    assert!(queue.stats.values().all(|count| *count == 0), "{:?}", queue.stats);
}

#[tokio::test]
async fn each_action_is_taken_back_as_a_whole() {
    for action in ["reject-similar", "ban", "allow", "block-similar"] {
        let (channel, messages) = mallory_four_times().await;
        let (moderator, named) = (&channel.moderator, &messages[2]);
        let decided = match action {
            "reject-similar" => moderator.reject_similar(named.id).await,
            "ban" => moderator.ban(named).await.0,
            "allow" => moderator.allow(named).await.0,
            _ => moderator.block_similar(named.id).await,
        };
        assert_eq!((decided, moderator.queue().await.queued), (4, 2), "{action}");
        let log = moderator.log("").await;
        assert_eq!(log.iter().filter(|entry| entry["action"] == action).count(), 4, "{action}: {log:?}");
        // Any of the messages will do.
        let answer = moderator.undo_group(messages[0].id).await.ok();
        assert_eq!(answer, json!({"ok": true, "undone": 4}), "{action}");
        queue_is_whole(&channel).await;
        let ids: Vec<_> = moderator.queue().await.ids();
        assert!(ids.is_sorted_by(|newer, older| newer > older), "each at its place: {ids:?}");
        moderator.undo_group(messages[0].id).await.problem(409);
    }
}

#[tokio::test]
async fn one_of_them_alone() {
    let (channel, messages) = mallory_four_times().await;
    let moderator = &channel.moderator;
    moderator.reject_similar(messages[0].id).await;
    assert_eq!(moderator.undo(messages[1].id).await.ok(), json!({"ok": true, "undone": 1}));
    assert_eq!(moderator.queue().await.queued, 3);
    // The rest of the group, by one that is still part of it.
    assert_eq!(moderator.undo_group(messages[3].id).await.ok(), json!({"ok": true, "undone": 3}));
    queue_is_whole(&channel).await;
}

#[tokio::test]
async fn what_somebody_else_decided_since_stays() {
    let (channel, messages) = mallory_four_times().await;
    let (moderator, other) = (&channel.moderator, channel.another_moderator().await);
    assert_eq!(moderator.allow(&messages[0]).await.0, 4);
    other.reject(messages[1].id).await;
    moderator.undo_group(messages[1].id).await.problem(409);
    other.undo_group(messages[0].id).await.problem(409);
    assert_eq!(moderator.undo_group(messages[0].id).await.ok(), json!({"ok": true, "undone": 3}));
    assert_eq!(moderator.highlight(messages[1].id).await, Outcome::Superseded("rejected".to_owned()));
    assert_eq!(moderator.queue().await.queued, 5);
}

#[tokio::test]
async fn a_message_that_was_approved_before_is_approved_again() {
    let (channel, messages) = mallory_four_times().await;
    let moderator = &channel.moderator;
    moderator.approve(messages[0].id).await;
    assert_eq!(moderator.reject_similar(messages[0].id).await, 4);
    assert_eq!(moderator.undo_group(messages[0].id).await.ok(), json!({"ok": true, "undone": 4}));
    assert_eq!(moderator.queue().await.queued, 5);
    assert_eq!(channel.feeds().texts().await, ["look at me, look at me"]);
}

#[tokio::test]
async fn a_single_decision_is_a_group_of_one() {
    let channel = TestChannel::open().await;
    let message = channel.anybody_says("hello").await.id;
    channel.moderator.approve(message).await;
    assert_eq!(channel.moderator.undo_group(message).await.ok(), json!({"ok": true, "undone": 1}));
    assert_eq!(channel.moderator.waiting().await, ["hello"]);
}
