//! Of several reasons to refuse an event, the first in the contract's order is given.

use chatstream_tests::{
    channel::TestChannel,
    eventyay::{Event, Eventyay, SIGNATURE, Viewer},
    http::send,
};
use serde_json::json;

/// Everything that can be wrong with a request, in the order in which it is looked for.
const FAULTS: [(Fault, u16); 6] = [
    (Fault::TooLarge, 413),
    (Fault::Unknown, 404),
    (Fault::Archived, 404),
    (Fault::WrongSignature, 403),
    (Fault::NotJson, 400),
    (Fault::WrongTime, 400),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    TooLarge,
    Unknown,
    Archived,
    WrongSignature,
    NotJson,
    WrongTime,
}

#[tokio::test]
async fn the_first_reason_is_given() {
    let channel = TestChannel::open().await;
    let archived = TestChannel::open().await;
    archived.archive().await;
    let unknown = Eventyay::new(channel.base(), "no-such-channel", "a secret");
    let quiet = channel.moderator.quiet_revision().await;
    for subset in 1_u32..1 << FAULTS.len() {
        let chosen: Vec<_> = FAULTS
            .iter()
            .enumerate()
            .filter(|(index, _)| subset >> index & 1 == 1)
            .map(|(_, it)| *it)
            .collect();
        let has = |fault| chosen.iter().any(|(it, _)| *it == fault);
        let sender = match (has(Fault::Unknown), has(Fault::Archived)) {
            (true, _) => &unknown,
            (false, true) => &archived.eventyay,
            (false, false) => &channel.eventyay,
        };
        let body = body(has(Fault::WrongTime), has(Fault::NotJson), has(Fault::TooLarge));
        let request = if has(Fault::WrongSignature) {
            sender.unsigned(body).header(SIGNATURE, format!("sha256={}", "0".repeat(64)))
        } else {
            sender.signed(body)
        };
        let answer = send(request).await;
        assert_eq!(answer.status, chosen[0].1, "{chosen:?}: {answer}");
    }
    assert_eq!(channel.moderator.poll(quiet, 0).await.revision, quiet, "none of them left a trace");
}

fn body(wrong_time: bool, not_json: bool, too_large: bool) -> String {
    let mut event = Event::text(&Viewer::guest("Alice"), "hello");
    if wrong_time {
        event = event.with("timestamp", "yesterday");
    }
    let mut body = event.body();
    if not_json {
        body.pop();
    }
    if too_large {
        body.push_str(&" ".repeat(70_000));
    }
    body
}

#[tokio::test]
async fn a_channel_that_is_taken_back_into_use_takes_messages_again() {
    let channel = TestChannel::open().await;
    channel.archive().await;
    let event = Event::text(&Viewer::guest("Alice"), "hello");
    channel.eventyay.post(&event).await.problem(404);
    let path = format!("/channel/{}/unarchive", channel.id);
    channel.superadmin.post(&path, &json!({})).await.ok();
    channel.eventyay.send(&event).await;
    assert_eq!(channel.moderator.waiting().await, ["hello"]);
}
