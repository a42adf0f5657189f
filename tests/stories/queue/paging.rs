//! The queue, page by page.

use chatstream_tests::{channel::TestChannel, eventyay::Viewer, wait::millis};
use serde_json::Value;

#[tokio::test]
async fn an_empty_queue() {
    let channel = TestChannel::open().await;
    let queue = channel.moderator.queue_with("").await;
    assert!(queue.reset);
    assert_eq!((queue.ids(), queue.gone, queue.queued), (vec![], vec![], 0));
    assert_eq!(
        queue.stats.into_iter().collect::<Vec<_>>(),
        [("approved".to_owned(), 0), ("highlighted".to_owned(), 0), ("rejected".to_owned(), 0),]
    );
    assert!(queue.drops.values().all(|count| *count == 0));
}

#[tokio::test]
async fn every_message_is_on_exactly_one_page() {
    let channel = TestChannel::open().await;
    let viewer = Viewer::guest("Alice");
    for number in 0..47 {
        channel.eventyay.say(&viewer, &format!("message {number}")).await;
    }
    for limit in [1, 7, 46, 47, 48] {
        let mut page = channel.moderator.queue_with(&format!("?limit={limit}")).await;
        let mut seen = Vec::new();
        while let Some(last) = page.ids().last().copied() {
            assert!(page.reset && page.ids().len() <= limit);
            assert_eq!(page.queued, 47);
            seen.extend(page.messages.iter().map(|message| message.message.clone()));
            page = channel.moderator.queue_with(&format!("?limit={limit}&before={last}")).await;
        }
        let expected: Vec<_> = (0..47).rev().map(|number| format!("message {number}")).collect();
        assert_eq!(seen, expected, "{limit} at a time");
    }
}

#[tokio::test]
async fn pages_go_on_from_a_message_that_has_gone_meanwhile() {
    let channel = TestChannel::open().await;
    for text in ["one", "two", "three", "four"] {
        channel.anybody_says(text).await;
    }
    let page = channel.moderator.queue_with("?limit=2").await;
    assert_eq!(page.texts(), ["four", "three"]);
    let last = page.ids()[1];
    channel.moderator.reject(last).await;
    let older = channel.moderator.queue_with(&format!("?limit=2&before={last}")).await;
    assert_eq!(older.texts(), ["two", "one"]);
}

#[tokio::test]
async fn a_limit_that_cannot_be_and_other_nonsense() {
    let channel = TestChannel::open().await;
    let path = channel.moderator.api("queue");
    for query in [
        "limit=0",
        "limit=501",
        "limit=-1",
        "limit=x",
        "limit=99999999999999999999",
        "since=x",
        "since=1.5",
        "wait=x",
        "wait=-1",
        "before=x",
        "type=poem",
        "lang=%00",
        "lang=not%20a%20tag",
        "since=99999999999999999999",
    ] {
        let answer = channel.moderator.get(&format!("{path}?{query}")).await;
        assert_eq!(answer.status, 400, "{query}: {answer}");
    }
    // As forms send it: a field that is empty is not given.
    let empty = channel.moderator.queue_with("?limit=&since=&wait=&before=&type=&lang=").await;
    assert!(empty.reset);
}

#[tokio::test]
async fn the_earlier_tool_s_answer_says_the_same() {
    let channel = TestChannel::open().await;
    for text in ["one", "two", "three"] {
        channel.anybody_says(text).await;
    }
    channel.moderator.approve(channel.moderator.find("two").await.id).await;
    let queue = channel.moderator.queue().await;
    let answer = channel.moderator.messages_json("").await;
    let messages = answer["messages"].as_array().unwrap();
    assert_eq!(messages.len(), 2);
    for (json, message) in messages.iter().zip(&queue.messages) {
        assert_eq!(json["id"], message.id);
        assert_eq!(json["screen_name"], message.screen_name.as_str());
        assert_eq!(json["message"], message.message.as_str());
        assert_eq!(json["message_type"], "text");
        assert_eq!(json["sender_id"].as_str(), message.sender_id.as_deref());
        assert_eq!(json["arrived_at"], message.arrived_at.as_str());
        assert!(millis(&message.arrived_at) > 0);
        for field in ["detected_language", "profile_img", "centralauth_id"] {
            assert_eq!(json[field], Value::Null, "{field}");
        }
    }
    assert_eq!(answer["lang_codes"], serde_json::json!([]));
    assert_eq!(answer["stats"], serde_json::json!({"approved": 1, "highlighted": 0, "rejected": 0}));
}

#[tokio::test]
async fn a_picture_is_kept_if_it_is_an_address() {
    use chatstream_tests::eventyay::Event;
    let channel = TestChannel::open().await;
    for (sent, kept) in [
        ("https://example.org/a.png", Some("https://example.org/a.png")),
        ("javascript:alert(1)", None),
        ("data:image/png;base64,x", None),
        ("", None),
    ] {
        let event = Event::text(&Viewer::guest("Alice"), "hello").with("profile_img", sent);
        assert_eq!(channel.newest_after(&event).await.profile_img.as_deref(), kept, "{sent}");
    }
}
