//! A reader who asks again is told whether anything is new.

use std::sync::atomic::{AtomicBool, Ordering};

use chatstream_tests::{
    channel::TestChannel,
    eventyay::{Event, Viewer},
    feed::Feeds,
    http::Answer,
    wait::until,
};
use futures_util::future::join_all;

async fn tags(feeds: &Feeds, which: &str) -> (String, String) {
    let answer = feeds.get(which, &[]).await.expect(200);
    let header = |name| answer.header(name).unwrap_or_else(|| panic!("{name} in {answer}")).to_owned();
    (header("etag"), header("last-modified"))
}

async fn if_none_match(feeds: &Feeds, which: &str, tag: &str) -> Answer {
    feeds.get(which, &[("If-None-Match", tag)]).await
}

#[track_caller]
fn check_not_modified(answer: &Answer, etag: &str) {
    assert_eq!(answer.status, 304, "{answer}");
    assert!(answer.body.is_empty());
    assert_eq!(answer.header("etag"), Some(etag));
}

#[tokio::test]
async fn by_its_tag() {
    let channel = TestChannel::open().await;
    let message = channel.anybody_says("hello").await.id;
    channel.moderator.approve(message).await;
    let feeds = channel.feeds();
    for which in ["", "/highlights"] {
        let (etag, _) = tags(&feeds, which).await;
        assert!(etag.starts_with('"') && etag.ends_with('"'), "a strong tag: {etag}");
        for known in [etag.clone(), format!("W/{etag}"), format!("\"x\", {etag}, \"y\""), "*".to_owned()] {
            check_not_modified(&if_none_match(&feeds, which, &known).await, &etag);
        }
        for other in ["\"x\"", "x", ""] {
            assert_eq!(if_none_match(&feeds, which, other).await.status, 200, "{other}");
        }
    }
}

#[tokio::test]
async fn each_change_of_the_feed_has_a_tag_of_its_own() {
    let channel = TestChannel::open().await;
    let message = channel.anybody_says("hello").await.id;
    let feeds = channel.feeds();
    let mut seen = vec![tags(&feeds, "").await.0];
    for step in ["highlight", "approve", "reject", "undo"] {
        match step {
            "undo" => drop(channel.moderator.undo(message).await.ok()),
            decision => drop(channel.moderator.decide(message, decision).await),
        }
        let last = seen.last().unwrap();
        let answer = if_none_match(&feeds, "", last).await.expect(200);
        let etag = answer.header("etag").unwrap().to_owned();
        assert!(!seen.contains(&etag), "after {step}");
        check_not_modified(&if_none_match(&feeds, "", &etag).await, &etag);
        seen.push(etag);
    }
}

#[tokio::test]
async fn what_was_answered_is_in_the_feed_however_busy_it_is() {
    let channel = TestChannel::open().await;
    let viewer = Viewer::guest("Alice");
    let events: Vec<_> = (0..48).map(|number| Event::text(&viewer, &format!("message {number}."))).collect();
    join_all(events.iter().map(|event| channel.eventyay.send(event))).await;
    let messages = channel.moderator.queue().await.messages;
    let busy = AtomicBool::new(true);
    let reading = join_all((0..4).map(async |_| {
        let feeds = channel.feeds();
        while busy.load(Ordering::SeqCst) {
            feeds.get("", &[]).await.expect(200);
        }
    }));
    let deciding = async {
        join_all(messages.chunks(6).map(async |part| {
            let feeds = channel.feeds();
            for message in part {
                let (before, _) = tags(&feeds, "").await;
                channel.moderator.approve(message.id).await;
                let after = if_none_match(&feeds, "", &before).await.expect(200).text();
                assert!(after.contains(&message.message), "{} is approved", message.message);
                channel.moderator.reject(message.id).await;
                let after = feeds.get("", &[]).await.text();
                assert!(!after.contains(&message.message), "{} is rejected", message.message);
            }
        }))
        .await;
        busy.store(false, Ordering::SeqCst);
    };
    tokio::join!(reading, deciding);
}

#[tokio::test]
async fn what_happens_in_the_queue_alone_changes_no_feed() {
    let channel = TestChannel::open().await;
    let feeds = channel.feeds();
    let (etag, _) = tags(&feeds, "").await;
    let message = channel.anybody_says("hello").await.id;
    channel.moderator.reject(message).await;
    channel.moderator.undo(message).await.ok();
    check_not_modified(&if_none_match(&feeds, "", &etag).await, &etag);
}

#[tokio::test]
async fn new_settings_are_seen_at_once() {
    let channel = TestChannel::open().await;
    let feeds = channel.feeds();
    let (etag, _) = tags(&feeds, "").await;
    channel.set(serde_json::json!({"name": "Another name"})).await;
    let answer = if_none_match(&feeds, "", &etag).await.expect(200);
    assert!(answer.text().contains("Another name"));
}

#[tokio::test]
async fn by_its_date() {
    let channel = TestChannel::open().await;
    let message = channel.anybody_says("hello").await.id;
    channel.moderator.approve(message).await;
    let feeds = channel.feeds();
    let since = async |date: &str| feeds.get("", &[("If-Modified-Since", date)]).await.status.as_u16();
    // A date has no fractions, so within the second of a change a server may have to say it again.
    until("a date that holds", || async {
        let (_, date) = tags(&feeds, "").await;
        (since(&date).await == 304).then_some(())
    })
    .await;
    assert_eq!(since("Thu, 01 Jan 1970 00:00:00 GMT").await, 200);
    assert_eq!(since("not a date").await, 200);
    // Where a reader sends both, the tag decides.
    let (etag, date) = tags(&feeds, "").await;
    let both = async |tag: &str| {
        let headers = [("If-None-Match", tag), ("If-Modified-Since", &*date)];
        feeds.get("", &headers).await.status.as_u16()
    };
    assert_eq!((both(&etag).await, both("\"x\"").await), (304, 200));
}

#[tokio::test]
async fn a_change_right_after_the_telling_is_not_missed() {
    let channel = TestChannel::open().await;
    let feeds = channel.feeds();
    for round in 0..6 {
        let message = channel.anybody_says(&format!("round {round}")).await.id;
        let (_, date) = tags(&feeds, "").await;
        channel.moderator.approve(message).await;
        let answer = feeds.get("", &[("If-Modified-Since", &date)]).await;
        assert_eq!(answer.status, 200, "approved after {date}");
        assert!(answer.text().contains(&format!("round {round}")));
    }
}
