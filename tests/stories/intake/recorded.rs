//! The recorded events, each as the moderators see it.

use chatstream_tests::{
    channel::TestChannel,
    eventyay::{self, Event, recorded_cases},
    queue::Message,
    wait::{millis, now},
};

/// What a moderator sees of a message.
#[derive(Debug, PartialEq, Eq)]
struct Seen<'a> {
    name: &'a str,
    message: &'a str,
    kind: &'a str,
    central_id: Option<i64>,
    sender_id: Option<&'a str>,
    about: Option<&'a str>,
}

const SENDER: Option<&str> = Some("a1b2c3d4-e5f6-4890-abcd-ef1234567890");

/// A text by somebody with the account of the recordings.
const fn text(name: &'static str, message: &'static str) -> Seen<'static> {
    Seen { name, message, kind: "text", central_id: Some(24906), sender_id: SENDER, about: None }
}

/// What each recorded event looks like; `None` where nothing is to be seen.
const EXPECTED: [(&str, Option<Seen<'static>>); 15] = [
    ("text", Some(text("Zoë", "Hello 👋"))),
    ("central-id-as-string", Some(text("Zoë", "Hello 👋"))),
    ("central-id-is-a-name", Some(Seen { central_id: None, ..text("Zoë", "Hello 👋") })),
    ("control-characters", Some(text("Zoë", "bell null vertical tab"))),
    ("markup", Some(text("<b>Eve</b>", "<script>alert(1)</script> & \"quotes\" ]]>"))),
    ("native-event-name", Some(text("Zoë", "Hello 👋"))),
    ("no-screen-name", Some(Seen { central_id: None, ..text("Anonymous #1", "first time here") })),
    ("no-identity", Some(Seen { central_id: None, sender_id: None, ..text("Anonymous #2", "who am I") })),
    ("question", Some(Seen { kind: "qa", ..text("Zoë", "Will this be recorded?") })),
    ("reaction-add", Some(reaction("Bob"))),
    ("reaction-add-second-person", Some(reaction("Carol"))),
    ("reaction-remove", None),
    ("right-to-left", Some(text("ليلى", "مرحبا بالجميع"))),
    ("uuid-message-id", Some(text("Zoë", "older sender"))),
    ("zero-width", Some(text("Zoë", "b\u{200b}u\u{200b}y che\u{ad}ap wat\u{2060}ches"))),
];

const fn reaction(name: &'static str) -> Seen<'static> {
    Seen {
        name, message: "👍", kind: "emoji", central_id: None, sender_id: None, about: Some("Hello 👋")
    }
}

impl<'a> From<&'a Message> for Seen<'a> {
    fn from(message: &'a Message) -> Self {
        Self {
            name: &message.screen_name,
            message: &message.message,
            kind: &message.message_type,
            central_id: message.centralauth_id,
            sender_id: message.sender_id.as_deref(),
            about: message.target_message.as_deref(),
        }
    }
}

#[tokio::test]
async fn each_is_taken_and_shown_as_it_was_meant() {
    let channel = TestChannel::open().await;
    let began = now();
    let mut queued = Vec::new();
    for (case, expected) in EXPECTED {
        channel.eventyay.send(&Event::recorded(case)).await;
        let queue = channel.moderator.queue().await;
        let Some(expected) = expected else {
            assert_eq!(queue.ids(), queued, "{case}");
            continue;
        };
        let newest = &queue.messages[0];
        assert_eq!(Seen::from(newest), expected, "{case}");
        assert!((began - 1000..=now() + 1000).contains(&millis(&newest.arrived_at)), "{case}: {newest:?}");
        queued.insert(0, newest.id);
        assert_eq!(queue.ids(), queued, "{case}: the newest comes first");
    }
}

#[test]
fn none_of_the_recordings_is_left_out() {
    let mut told: Vec<_> = EXPECTED.iter().map(|(case, _)| (*case).to_owned()).collect();
    told.sort();
    assert_eq!(told, recorded_cases());
}

#[tokio::test]
async fn a_second_delivery_changes_nothing() {
    let channel = TestChannel::open().await;
    for (case, _) in EXPECTED {
        channel.eventyay.send(&Event::recorded(case)).await;
    }
    let before = channel.moderator.queue().await;
    for (case, _) in EXPECTED {
        channel.eventyay.send(&Event::recorded(case)).await;
    }
    let after = channel.moderator.queue().await;
    assert_eq!(after.messages, before.messages);
    assert_eq!((after.queued, after.stats, after.drops), (before.queued, before.stats, before.drops));
}

#[tokio::test]
async fn as_they_were_sent_only_the_reactions_are_not_too_old() {
    let channel = TestChannel::open().await;
    for case in recorded_cases() {
        let body = std::fs::read(eventyay::recordings().join(format!("{case}.json"))).unwrap();
        let answer = channel.eventyay.post_body(body).await;
        let expected = if case.starts_with("reaction-") { 200 } else { 400 };
        assert_eq!(answer.status, expected, "{case}: {answer}");
    }
    assert_eq!(channel.moderator.waiting().await, ["👍", "👍"]);
}
