//! A channel may want reactions to pass by themselves while their symbol is fresh.

use std::time::Duration;

use chatstream_tests::{
    channel::TestChannel,
    eventyay::{Event, Viewer},
    people::Outcome,
    wait::{millis, within_patience},
};
use serde_json::json;

/// Somebody new reacts to `text`.
async fn react(channel: &TestChannel, text: &Event, symbol: &str) {
    let name = format!("Person {}", chatstream_tests::channel::fresh_number());
    channel.eventyay.send(&Event::reaction(text, &Viewer::only_named(&name), symbol, &[&name])).await;
}

async fn prepare() -> (TestChannel, Event) {
    let channel = TestChannel::open_with(json!({"emoji_auto_approve": true})).await;
    let text = channel.eventyay.say(&Viewer::guest("Alice"), "hello").await;
    (channel, text)
}

#[tokio::test]
async fn a_symbol_that_was_just_approved_passes() {
    let (channel, text) = prepare().await;
    react(&channel, &text, "👍").await;
    react(&channel, &text, "👍").await;
    assert_eq!(channel.moderator.waiting().await, ["hello", "👍", "👍"], "nobody has approved it yet");
    let reaction = channel.moderator.find("👍").await;
    assert_eq!(channel.moderator.approve(reaction.id).await, Outcome::Effective);
    react(&channel, &text, "👍").await;
    react(&channel, &text, "❤️").await;
    let queue = channel.moderator.queue().await;
    assert_eq!((queue.texts(), queue.decided("approved")), (vec!["❤️", "👍", "hello"], 2));
    assert_eq!(channel.feeds().texts().await, ["👍", "👍"]);
    // A text that is only the symbol is no reaction.
    channel.eventyay.say(&Viewer::guest("Bob"), "👍").await;
    assert_eq!(channel.moderator.queue().await.queued, 4);
}

#[tokio::test]
async fn an_approval_that_was_taken_back_or_overruled_lets_nothing_pass() {
    let (channel, text) = prepare().await;
    react(&channel, &text, "👍").await;
    let reaction = channel.moderator.find("👍").await;
    channel.moderator.approve(reaction.id).await;
    channel.moderator.undo(reaction.id).await.ok();
    react(&channel, &text, "👍").await;
    assert_eq!(channel.moderator.queue().await.queued, 3);
    channel.moderator.approve(reaction.id).await;
    channel.moderator.reject(reaction.id).await;
    react(&channel, &text, "👍").await;
    assert_eq!(channel.moderator.queue().await.queued, 3);
}

#[tokio::test]
async fn without_the_setting_every_reaction_waits() {
    let (channel, text) = prepare().await;
    channel.set(json!({"emoji_auto_approve": false})).await;
    react(&channel, &text, "👍").await;
    channel.moderator.approve(channel.moderator.find("👍").await.id).await;
    react(&channel, &text, "👍").await;
    assert_eq!(channel.moderator.waiting().await, ["hello", "👍"]);
}

#[tokio::test]
async fn an_approval_in_one_channel_says_nothing_in_another() {
    let ((one, text), (other, other_text)) = (prepare().await, prepare().await);
    react(&one, &text, "👍").await;
    one.moderator.approve(one.moderator.find("👍").await.id).await;
    react(&other, &other_text, "👍").await;
    assert_eq!(other.moderator.waiting().await, ["hello", "👍"]);
}

#[tokio::test]
async fn after_ten_seconds_a_moderator_is_asked_again() {
    let (channel, text) = prepare().await;
    react(&channel, &text, "👍").await;
    channel.moderator.approve(channel.moderator.find("👍").await.id).await;
    let decided_at = millis(channel.moderator.log("").await[0]["decided_at"].as_str().unwrap());
    // People go on reacting, which by itself keeps nothing fresh, until one of them has to wait.
    let reaction = within_patience("a reaction that is queued", async {
        let mut moments = tokio::time::interval(Duration::from_millis(200));
        loop {
            moments.tick().await;
            react(&channel, &text, "👍").await;
            let queue = channel.moderator.queue().await;
            if let Some(reaction) = queue.messages.into_iter().find(|message| message.message == "👍") {
                return reaction;
            }
        }
    })
    .await;
    let after = millis(&reaction.arrived_at) - decided_at;
    assert!(after >= 10_000, "asked {after} ms after the approval");
    assert!(channel.moderator.queue().await.decided("approved") > 2);
}
