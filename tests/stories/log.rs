//! The log of decisions.

use std::collections::BTreeMap;

use chatstream_tests::{
    channel::{TestChannel, fresh_number},
    eventyay::{Event, Viewer},
    people::Moderator,
    wait::{millis, now},
};
use serde_json::{Value, json};

/// Two moderators decide about messages of several kinds.
async fn busy_channel() -> (TestChannel, Moderator) {
    let channel = TestChannel::open().await;
    let (one, other) = (&channel.moderator, channel.another_moderator().await);
    let mallory = Viewer::with_account("Mallory, \"the\" Loud", fresh_number());
    let mut messages = Vec::new();
    for text in ["first", "=1+1", "say \"hi\", all", "two\nlines", "+49 30 1234", "plain"] {
        messages.push(channel.anybody_says(text).await.id);
    }
    let text = channel.eventyay.say(&mallory, "me").await;
    channel.eventyay.send(&Event::reaction(&text, &Viewer::unknown(), "👍", &["r"])).await;
    for (index, message) in messages.iter().enumerate() {
        let moderator = if index % 2 == 0 { one } else { &other };
        moderator.decide(*message, ["approve", "highlight", "reject"][index % 3]).await;
    }
    one.undo(messages[0]).await.ok();
    other.ban(&channel.moderator.find("me").await).await;
    one.approve(channel.moderator.find("👍").await.id).await;
    (channel, other)
}

#[tokio::test]
async fn an_entry_says_who_decided_what_about_whom() {
    let channel = TestChannel::open().await;
    let began = now();
    let message = channel.queued(&Viewer::unnamed(), "hello").await;
    channel.moderator.highlight(message.id).await;
    let log = channel.moderator.log("").await;
    let entry = log[0].as_object().unwrap();
    assert_eq!(log.len(), 1);
    let decided_at = millis(entry["decided_at"].as_str().unwrap());
    assert!((began - 1000..=now() + 1000).contains(&decided_at));
    let fields = [
        "decision",
        "action",
        "moderator",
        "message_id",
        "screen_name",
        "message",
        "message_type",
        "arrived_at",
    ];
    let values = fields.map(|field| entry[field].clone());
    assert_eq!(
        values,
        [
            json!("highlighted"),
            json!("highlight"),
            json!(channel.moderator.name()),
            json!(message.id),
            json!("Anonymous #1"),
            json!("hello"),
            json!("text"),
            json!(message.arrived_at),
        ]
    );
    assert!(entry["id"].is_i64());
}

#[tokio::test]
async fn the_newest_comes_first_and_pages_leave_nothing_out() {
    let (channel, _) = busy_channel().await;
    let all = channel.moderator.log("?limit=500").await;
    assert_eq!(all.len(), 9);
    let times: Vec<_> = all.iter().map(|entry| millis(entry["decided_at"].as_str().unwrap())).collect();
    assert!(times.is_sorted_by(|newer, older| newer >= older));
    for limit in 1..=all.len() + 1 {
        let (mut seen, mut query) = (Vec::new(), format!("?limit={limit}"));
        loop {
            let page = channel.moderator.get(&channel.moderator.api(&format!("log{query}"))).await.ok();
            let entries = page["entries"].as_array().unwrap();
            assert!(entries.len() <= limit);
            seen.extend(entries.iter().cloned());
            let Some(next) = page["next"].as_i64() else { break };
            query = format!("?limit={limit}&before={next}");
        }
        assert_eq!(seen, all, "{limit} at a time");
    }
}

#[tokio::test]
async fn it_can_be_searched() {
    let (channel, other) = busy_channel().await;
    let all = channel.moderator.log("?limit=500").await;
    for decision in ["highlighted", "approved", "rejected", "undone"] {
        let expected: Vec<_> = all.iter().filter(|entry| entry["decision"] == decision).cloned().collect();
        assert!(!expected.is_empty(), "{decision}");
        assert_eq!(channel.moderator.log(&format!("?decision={decision}")).await, expected, "{decision}");
    }
    let name = chatstream_tests::http::percent_encode(other.name());
    let theirs: Vec<_> = all.iter().filter(|entry| entry["moderator"] == other.name()).cloned().collect();
    assert!(theirs.len() > 1 && theirs.len() < all.len());
    assert_eq!(channel.moderator.log(&format!("?moderator={name}")).await, theirs);
    let both = channel.moderator.log(&format!("?moderator={name}&decision=rejected&limit=1")).await;
    assert_eq!(
        both,
        theirs.iter().filter(|it| it["decision"] == "rejected").take(1).cloned().collect::<Vec<_>>()
    );
    assert!(channel.moderator.log("?moderator=nobody").await.is_empty());
    assert_eq!(channel.moderator.log("?moderator=&decision=&before=&limit=").await, all);
}

#[tokio::test]
async fn nonsense_is_refused() {
    let channel = TestChannel::open().await;
    for query in ["limit=0", "limit=501", "limit=x", "limit=-1", "before=x", "decision=queued", "decision=x"]
    {
        let answer = channel.moderator.get(&channel.moderator.api(&format!("log?{query}"))).await;
        assert_eq!(answer.status, 400, "{query}: {answer}");
    }
}

#[tokio::test]
async fn as_csv_it_says_the_same() {
    let (channel, _) = busy_channel().await;
    let entries = channel.moderator.log("?limit=500").await;
    let answer = channel.moderator.get(&channel.moderator.api("log.csv")).await.expect(200);
    assert!(answer.header("content-type").unwrap().starts_with("text/csv"));
    assert!(answer.header("content-disposition").unwrap().starts_with("attachment"));
    let mut reader = csv::Reader::from_reader(answer.body.as_slice());
    let rows: Vec<BTreeMap<String, String>> = reader.deserialize().map(|row| row.unwrap()).collect();
    assert_eq!(rows.len(), entries.len());
    for (row, entry) in rows.iter().zip(&entries) {
        for (field, value) in entry.as_object().unwrap() {
            let expected = match value {
                Value::String(text) => harmless(text),
                other => other.to_string(),
            };
            assert_eq!(row.get(field), Some(&expected), "{field} of {entry}");
        }
    }
}

/// Text that a spreadsheet would take for a formula has an apostrophe before it.
fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text.to_owned() }
}

#[tokio::test]
async fn a_long_log_is_exported_whole() {
    let channel = TestChannel::open().await;
    let message = channel.anybody_says("hello").await.id;
    for _ in 0..560 {
        channel.moderator.approve(message).await;
        channel.moderator.undo(message).await.ok();
    }
    let answer = channel.moderator.get(&channel.moderator.api("log.csv")).await.expect(200);
    let mut reader = csv::Reader::from_reader(answer.body.as_slice());
    let ids: Vec<i64> = reader.records().map(|row| row.unwrap()[0].parse().unwrap()).collect();
    assert_eq!(ids.len(), 1120);
    assert!(ids.is_sorted_by(|newer, older| newer > older), "each once");
}

#[tokio::test]
async fn it_is_for_moderators() {
    let channel = TestChannel::open().await;
    let stranger = channel.stranger().await;
    for path in ["log", "log.csv"].map(|path| channel.moderator.api(path)) {
        channel.nobody().get(&path).await.problem(401);
        stranger.get(&path).await.problem(403);
        stranger.get(&path.replace(&channel.id, "no-such-channel")).await.problem(404);
        channel.moderator.get(&path).await.expect(200);
    }
}
