//! Texts that are alike.

use chatstream_tests::{
    channel::TestChannel,
    eventyay::{Event, Viewer},
    people::Outcome,
};
use serde_json::{Value, json};

async fn say_all(channel: &TestChannel, texts: &[&str]) {
    for text in texts {
        channel.eventyay.say(&Viewer::guest("Somebody"), text).await;
    }
}

#[tokio::test]
async fn a_message_and_all_that_are_like_it_are_rejected() {
    let channel = TestChannel::open().await;
    let alike = [
        "Buy cheap watches at example.org",
        "buy cheap watches at example.org!",
        "BUY  cheap\twatches at exampl.org",
        "b\u{200b}uy cheap watches at example.or",
        "Ｂｕｙ cheap watches at example.org",
    ];
    let other = ["Buy cheap watches at example.com.au", "Where can I buy a watch?", "buy"];
    say_all(&channel, &alike).await;
    say_all(&channel, &other).await;
    let message = channel.moderator.find(alike[0]).await;
    assert_eq!(channel.moderator.reject_similar(message.id).await, 5);
    assert_eq!(channel.moderator.waiting().await, other);
    assert_eq!(channel.moderator.queue().await.decided("rejected"), 5);
}

#[tokio::test]
async fn short_texts_are_alike_only_when_they_are_nearly_the_same() {
    let channel = TestChannel::open().await;
    for (text, alike, different) in [
        ("ok", &["OK", " ok "][..], &["no", "okk", "oh", "k"][..]),
        ("yes", &["Yes"], &["yep", "yess", "ye"]),
        ("hello", &["hallo", "hello!"], &["hallo!", "help", "hel"]),
        ("bravo!", &["bravo"], &["brave", "gravy!"]),
    ] {
        say_all(&channel, &[text]).await;
        let message = channel.moderator.find(text).await.id;
        say_all(&channel, alike).await;
        say_all(&channel, different).await;
        let rejected = channel.moderator.reject_similar(message).await;
        assert_eq!(rejected, 1 + alike.len() as u64, "{text}");
        assert_eq!(channel.moderator.waiting().await, different, "{text}");
        for queued in channel.moderator.queue().await.messages {
            channel.moderator.approve(queued.id).await;
        }
    }
}

#[tokio::test]
async fn what_was_decided_already_stays_but_for_the_named_one() {
    let channel = TestChannel::open().await;
    let moderator = &channel.moderator;
    let text = "the same text, three times";
    let mut messages = Vec::new();
    for _ in 0..3 {
        messages.push(channel.anybody_says(text).await.id);
    }
    moderator.approve(messages[0]).await;
    moderator.approve(messages[1]).await;
    assert_eq!(moderator.reject_similar(messages[0]).await, 2, "the named one and the one that waits");
    assert_eq!(moderator.highlight(messages[1]).await, Outcome::Superseded("approved".to_owned()));
    assert_eq!(moderator.reject_similar(messages[0]).await, 0, "there is nothing left to do");
}

#[tokio::test]
async fn a_blocked_text_does_not_come_back() {
    let channel = TestChannel::open().await;
    let moderator = &channel.moderator;
    let text = "Visit my channel for free coins";
    say_all(&channel, &[text, "visit my channel for free coins!!", "something else"]).await;
    let message = moderator.find(text).await;
    assert_eq!(moderator.block_similar(message.id).await, 2);
    say_all(&channel, &["Visit my channel for free coin"]).await;
    let queue = moderator.queue().await;
    assert_eq!((queue.texts(), queue.dropped("pattern")), (vec!["something else"], 1));

    let patterns = moderator.list("patterns").await;
    assert_eq!((patterns.len(), &patterns[0]["pattern"]), (1, &json!(text)));
    let remove = moderator.page("patterns/remove");
    moderator.post(&remove, &json!({"id": patterns[0]["id"]})).await.ok();
    moderator.post(&remove, &json!({"id": patterns[0]["id"]})).await.problem(404);
    assert_eq!(moderator.list("patterns").await, Vec::<Value>::new());
    say_all(&channel, &["Visit my channel for free coin"]).await;
    assert_eq!(moderator.queue().await.queued, 2);
}

#[tokio::test]
async fn a_text_without_anything_to_compare_cannot_be_blocked() {
    let channel = TestChannel::open().await;
    let empty = channel.newest_after(&Event::text(&Viewer::guest("Somebody"), "")).await;
    let path = channel.moderator.api("block-similar");
    channel.moderator.post(&path, &json!({"message_id": empty.id})).await.problem(400);
    for body in [json!({}), json!({"message_id": "x"}), json!({"message_id": null}), json!([])] {
        channel.moderator.post(&path, &body).await.problem(400);
    }
    channel.moderator.post(&path, &json!({"message_id": 999_999_999})).await.problem(404);
    assert_eq!(channel.moderator.queue().await.queued, 1);
}
