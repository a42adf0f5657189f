//! What becomes of an event that is taken: ignored, dropped, approved or queued, the first that applies.

use chatstream_tests::{
    channel::{TestChannel, fresh_number},
    eventyay::{Event, Viewer},
    queue::Message,
};
use serde_json::json;

/// A channel in which one sender is on every list and one text is blocked.
struct Listed {
    channel: TestChannel,
    /// Banned in every channel, and in this one.
    banned_everywhere: Viewer,
    /// Banned in this channel, and trusted.
    banned: Viewer,
    /// Trusted.
    trusted: Viewer,
}

const BLOCKED: &str = "buy cheap watches now";

impl Listed {
    async fn prepare() -> Self {
        let channel = TestChannel::open().await;
        let account = |name: &str| Viewer::with_account(name, fresh_number());
        let (banned_everywhere, banned, trusted) = (account("Mallory"), account("Eve"), account("Trent"));
        let moderator = &channel.moderator;
        let entry = moderator.ban(&channel.queued(&banned_everywhere, "one of Mallory's").await).await.1;
        let export = moderator.page("blacklist/export");
        channel.superadmin.post(&export, &json!({"id": entry})).await.ok();
        let eves = channel.queued(&banned, "one of Eve's").await;
        moderator.ban(&eves).await;
        moderator.allow(&eves).await;
        moderator.allow(&channel.queued(&trusted, "one of Trent's").await).await;
        let blocked = channel.anybody_says(BLOCKED).await;
        assert_eq!(moderator.block_similar(blocked.id).await, 1);
        Self { channel, banned_everywhere, banned, trusted }
    }

    /// How many were dropped (everywhere, here, for their text), approved and queued.
    async fn counts(&self) -> [i64; 5] {
        let queue = self.channel.moderator.queue().await;
        let dropped = |cause| queue.dropped(cause);
        [dropped("global_ban"), dropped("ban"), dropped("pattern"), queue.decided("approved"), queue.queued]
    }

    /// By how much the counts change with an event.
    async fn change(&self, event: &Event) -> [i64; 5] {
        let before = self.counts().await;
        self.channel.eventyay.send(event).await;
        let after = self.counts().await;
        std::array::from_fn(|index| after[index] - before[index])
    }
}

const NOTHING: [i64; 5] = [0, 0, 0, 0, 0];
const DROPPED_EVERYWHERE: [i64; 5] = [1, 0, 0, 0, 0];
const DROPPED_HERE: [i64; 5] = [0, 1, 0, 0, 0];
const DROPPED_FOR_ITS_TEXT: [i64; 5] = [0, 0, 1, 0, 0];
const APPROVED: [i64; 5] = [0, 0, 0, 1, 0];
const QUEUED: [i64; 5] = [0, 0, 0, 0, 1];

#[tokio::test]
async fn the_first_rule_that_applies_decides() {
    let listed = Listed::prepare().await;
    let (everywhere, here, trusted) = (&listed.banned_everywhere, &listed.banned, &listed.trusted);
    let somebody = Viewer::guest("Somebody");
    let cases = [
        (everywhere, "hello", DROPPED_EVERYWHERE),
        (everywhere, BLOCKED, DROPPED_EVERYWHERE),
        (here, "hello", DROPPED_HERE),
        (here, BLOCKED, DROPPED_HERE),
        (trusted, BLOCKED, DROPPED_FOR_ITS_TEXT),
        (&somebody, BLOCKED, DROPPED_FOR_ITS_TEXT),
        (&somebody, " Buy CHEAP watches, no\u{200b}w", DROPPED_FOR_ITS_TEXT),
        (trusted, "hello", APPROVED),
        (&somebody, "buy cheap watches today", QUEUED),
        (&somebody, "hello", QUEUED),
    ];
    for (viewer, text, expected) in cases {
        let change = listed.change(&Event::text(viewer, text)).await;
        assert_eq!(change, expected, "{}: {text}", viewer.screen_name);
    }
}

#[tokio::test]
async fn a_reaction_taken_back_is_ignored_before_all_else() {
    let listed = Listed::prepare().await;
    let text = Event::text(&Viewer::guest("Somebody"), "hello");
    assert_eq!(listed.change(&text).await, QUEUED);
    for viewer in [&listed.banned_everywhere, &listed.banned, &listed.trusted] {
        let added = Event::reaction(&text, viewer, "👍", &["r"]);
        let meta = json!({"action": "remove", "reaction": "👍", "reactions": {}, "target_message_id": 1});
        assert_eq!(listed.change(&added.with("meta", meta)).await, NOTHING, "{}", viewer.screen_name);
    }
}

#[tokio::test]
async fn what_was_seen_before_is_ignored_whatever_the_lists_say_now() {
    let listed = Listed::prepare().await;
    let (channel, moderator) = (&listed.channel, &listed.channel.moderator);
    let later_banned = Viewer::with_account("Later", fresh_number());
    let event = channel.eventyay.say(&later_banned, "before the ban").await;
    moderator.ban(&moderator.find("before the ban").await).await;
    assert_eq!(listed.change(&event).await, NOTHING);
    assert_eq!(listed.change(&Event::text(&later_banned, "after the ban")).await, DROPPED_HERE);
    // The same id is the same message, whoever is said to have sent it and whatever it says.
    let other = Event::text(&Viewer::guest("Other"), "something else");
    assert_eq!(listed.change(&other.with("message_id", event.0["message_id"].clone())).await, NOTHING);
}

#[tokio::test]
async fn the_same_id_in_another_channel_is_another_message() {
    let (one, other) = (TestChannel::open().await, TestChannel::open().await);
    let event = one.eventyay.say(&Viewer::guest("Alice"), "hello").await;
    other.eventyay.send(&event).await;
    assert_eq!(other.moderator.waiting().await, ["hello"]);
}

#[tokio::test]
async fn two_deliveries_at_once_are_one_message() {
    let channel = TestChannel::open().await;
    for round in 0..10 {
        let event = Event::text(&Viewer::guest("Alice"), &format!("round {round}"));
        let deliveries = (0..8).map(|_| channel.eventyay.send(&event));
        futures_util::future::join_all(deliveries).await;
    }
    let queue = channel.moderator.queue().await;
    assert_eq!((queue.messages.len(), queue.queued), (10, 10));
}

#[tokio::test]
async fn moderators_see_what_was_dropped_without_asking_again() {
    let listed = Listed::prepare().await;
    let moderator = &listed.channel.moderator;
    let quiet = moderator.quiet_revision().await;
    let before = moderator.queue().await.dropped("ban");
    let event = Event::text(&listed.banned, "hello");
    let (delta, ()) = tokio::join!(moderator.poll(quiet, 25), listed.channel.eventyay.send(&event));
    assert_eq!((delta.reset, delta.ids(), delta.dropped("ban")), (false, vec![], before + 1));
}

#[tokio::test]
async fn a_message_type_nobody_knows_is_never_stored() {
    let channel = TestChannel::open().await;
    let kinds = [
        ("text", "text"),
        ("message", "text"),
        ("channel.message", "text"),
        ("qa", "qa"),
        ("question", "qa"),
        ("poll", "text"),
        ("", "text"),
        ("<b>", "text"),
        ("TEXT", "text"),
    ];
    for (sent, expected) in kinds {
        let event = Event::text(&Viewer::guest("Alice"), "hello").with("message_type", sent);
        assert_eq!(channel.newest_after(&event).await.message_type, expected, "{sent:?}");
    }
}

#[tokio::test]
async fn a_long_name_is_cut_and_a_long_text_is_not() {
    let channel = TestChannel::open().await;
    let text = "é".repeat(8_000);
    let message = channel.newest_after(&Event::text(&Viewer::guest(&"ü".repeat(400)), &text)).await;
    assert_eq!((message.screen_name, message.message), ("ü".repeat(255), text));
}

#[tokio::test]
async fn half_an_emoji_reads_as_the_replacement_character() {
    let channel = TestChannel::open().await;
    let shown = async |escaped: &str| -> Message {
        let event = Event::text(&Viewer::guest("Al@ice"), "cut @");
        channel.eventyay.post_body(event.body().replace('@', escaped)).await.ok();
        channel.moderator.queue().await.messages.into_iter().next().unwrap()
    };
    for (escaped, expected) in [
        ("\\ud83d", "\u{fffd}"),
        ("\\udc4b", "\u{fffd}"),
        ("\\ud83d\\ud83d\\udc4b", "\u{fffd}👋"),
        ("\\ud83d\\udc4b", "👋"),
        ("\\\\ud83d", "\\ud83d"),
    ] {
        let message = shown(escaped).await;
        assert_eq!(message.message, format!("cut {expected}"));
        assert_eq!(message.screen_name, format!("Al{expected}ice"));
    }
}
