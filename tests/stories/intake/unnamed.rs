//! Senders without a name are numbered.

use std::collections::BTreeMap;

use chatstream_tests::{
    channel::{TestChannel, fresh_number},
    eventyay::{Event, Viewer},
    seed::Seed,
};
use futures_util::future::join_all;
use serde_json::json;

/// The number in `Anonymous #7`.
fn number(name: &str) -> u32 {
    let number = name.strip_prefix("Anonymous #").unwrap_or_else(|| panic!("{name:?} has no number"));
    number.parse().unwrap()
}

async fn say(channel: &TestChannel, viewer: &Viewer) -> String {
    channel.newest_after(&Event::text(viewer, "hello")).await.screen_name
}

#[tokio::test]
async fn the_same_sender_keeps_their_number() {
    let channel = TestChannel::open().await;
    let (one, other) = (Viewer::unnamed(), Viewer::unnamed());
    let account = Viewer { central_id: Some(fresh_number()), ..Viewer::unnamed() };
    let elsewhere = Viewer { central_id: account.central_id, ..Viewer::unnamed() };
    let names = [
        (&one, "Anonymous #1"),
        (&other, "Anonymous #2"),
        (&one, "Anonymous #1"),
        (&account, "Anonymous #3"),
        (&other, "Anonymous #2"),
        (&elsewhere, "Anonymous #3"),
        (&Viewer { screen_name: " \u{200b} ".to_owned(), ..one.clone() }, "Anonymous #1"),
    ];
    for (viewer, expected) in names {
        assert_eq!(say(&channel, viewer).await, expected);
    }
    let alice = Viewer { screen_name: "Alice".to_owned(), ..one };
    assert_eq!(say(&channel, &alice).await, "Alice");
}

#[tokio::test]
async fn strangers_of_whom_nothing_is_known_do_not_look_like_one() {
    let channel = TestChannel::open().await;
    for expected in 1..=3 {
        assert_eq!(number(&say(&channel, &Viewer::unknown()).await), expected);
    }
}

#[tokio::test]
async fn each_channel_counts_for_itself_and_has_its_own_word() {
    let (one, other) = (TestChannel::open().await, TestChannel::open().await);
    other.set(json!({"anonymous_label": "Gast"})).await;
    let viewer = Viewer::unnamed();
    assert_eq!(say(&one, &Viewer::unnamed()).await, "Anonymous #1");
    assert_eq!(say(&one, &viewer).await, "Anonymous #2");
    assert_eq!(say(&other, &viewer).await, "Gast #1");
}

#[tokio::test]
async fn many_at_once_get_each_number_once() {
    let channel = TestChannel::open().await;
    let mut seed = Seed::new("many unnamed senders at once");
    let viewers: Vec<_> =
        (0..16).map(|_| Viewer::unnamed()).chain((0..8).map(|_| Viewer::unknown())).collect();
    // Everybody says three things, each delivered twice, in any order and all at once.
    let said =
        viewers.iter().flat_map(|viewer| (0..3).map(move |n| Event::text(viewer, &format!("thing {n}"))));
    let said: Vec<_> = said.collect();
    let mut events: Vec<_> = said.iter().chain(&said).collect();
    seed.shuffle(&mut events);
    join_all(events.into_iter().map(|event| channel.eventyay.send(event))).await;

    let queue = channel.moderator.queue().await;
    assert_eq!(queue.messages.len(), said.len());
    let mut numbers_of = BTreeMap::<_, Vec<u32>>::new();
    for message in &queue.messages {
        numbers_of.entry(message.sender_id.clone()).or_default().push(number(&message.screen_name));
    }
    let unknown = numbers_of.remove(&None).unwrap();
    let mut all = unknown.clone();
    for (sender, numbers) in &numbers_of {
        assert!(numbers.iter().all(|number| *number == numbers[0]), "{sender:?} has {numbers:?}");
        all.push(numbers[0]);
    }
    all.sort_unstable();
    // A sender each, and every message of those of whom nothing is known: no number is left out.
    let expected: Vec<u32> = (1..=16 + 24).collect();
    assert_eq!(all, expected);
}
