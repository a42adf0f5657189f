//! What stands in a feed.

use chatstream_tests::{
    channel::TestChannel,
    eventyay::{Event, Viewer},
    feed::{description, texts},
    wait::{millis, now},
};
use feed_rs::model::{Entry, Feed};
use futures_util::future::join_all;
use serde_json::json;

fn categories(entry: &Entry) -> Vec<&str> {
    entry.categories.iter().map(|category| category.term.as_str()).collect()
}

fn title(entry: &Entry) -> &str {
    entry.title.as_ref().map_or("", |title| title.content.as_str())
}

#[tokio::test]
async fn the_newest_decision_comes_first_whenever_a_message_arrived() {
    let channel = TestChannel::open().await;
    let moderator = &channel.moderator;
    let mut messages = Vec::new();
    for text in ["one", "two", "three", "four"] {
        messages.push(channel.anybody_says(text).await.id);
    }
    moderator.approve(messages[2]).await;
    moderator.highlight(messages[0]).await;
    moderator.reject(messages[1]).await;
    moderator.approve(messages[3]).await;
    assert_eq!(channel.feeds().texts().await, ["four", "one", "three"]);
    assert_eq!(texts(&channel.feeds().highlights().await), ["one"]);
    // A second decision is a newer one; the highlight is over.
    moderator.approve(messages[0]).await;
    assert_eq!(channel.feeds().texts().await, ["one", "four", "three"]);
    assert!(channel.feeds().highlights().await.entries.is_empty());
}

#[tokio::test]
async fn a_message_that_is_rejected_later_is_withdrawn() {
    let channel = TestChannel::open().await;
    let (one, two) = (channel.anybody_says("one").await.id, channel.anybody_says("two").await.id);
    channel.moderator.highlight(one).await;
    channel.moderator.approve(two).await;
    channel.moderator.reject(one).await;
    assert_eq!(channel.feeds().texts().await, ["two"]);
    assert!(channel.feeds().highlights().await.entries.is_empty());
    channel.moderator.undo(one).await.ok();
    assert_eq!(texts(&channel.feeds().highlights().await), ["one"]);
    assert_eq!(channel.feeds().texts().await, ["two", "one"], "back at its old place");
}

#[tokio::test]
async fn no_more_than_fifty() {
    let channel = TestChannel::open().await;
    let viewer = Viewer::guest("Alice");
    let events: Vec<_> = (0..56).map(|number| Event::text(&viewer, &format!("message {number}"))).collect();
    join_all(events.iter().map(|event| channel.eventyay.send(event))).await;
    let mut messages = channel.moderator.queue().await.messages;
    messages.sort_by_key(|message| message.message["message ".len()..].parse::<u32>().unwrap());
    for (number, message) in messages.iter().enumerate() {
        // Each feed holds fifty of its own.
        let decision = if number < 3 { "highlight" } else { "approve" };
        channel.moderator.decide(message.id, decision).await;
    }
    let expected: Vec<_> = (6..56).rev().map(|number| format!("message {number}")).collect();
    assert_eq!(channel.feeds().texts().await, expected);
    assert_eq!(channel.feeds().highlights().await.entries.len(), 3);
}

#[tokio::test]
async fn an_item_says_who_what_and_when() {
    let channel = TestChannel::open_with(json!({"language_detection_enabled": true})).await;
    let viewer = Viewer { language: Some("pt-BR".to_owned()), ..Viewer::guest("Zoë") };
    let message = channel.queued(&viewer, "sim").await;
    let before = now();
    channel.moderator.highlight(message.id).await;
    let answer = channel.feeds().get("", &[]).await.expect(200);
    let feed = chatstream_tests::feed::parsed(&answer);
    let entry = &feed.entries[0];
    assert_eq!((title(entry), &*description(entry), &*entry.id), ("Zoë", "sim", &*message.id.to_string()));
    assert_eq!(categories(entry), ["highlight", "pt-BR", "text"]);
    let published = entry.published.expect("a date").timestamp_millis();
    let decided_at = millis(channel.moderator.log("").await[0]["decided_at"].as_str().unwrap());
    assert_eq!(published, decided_at.div_euclid(1000) * 1000, "when it was decided about, to the second");
    assert!(published + 2_000 > before);
    let raw = answer.text();
    assert!(raw.contains("isPermaLink=\"false\""), "{raw}");
    let date = raw.split_once("<pubDate>").unwrap().1.split_once("</pubDate>").unwrap().0;
    jiff::fmt::rfc2822::parse(date).unwrap_or_else(|error| panic!("{date}: {error}"));
}

#[tokio::test]
async fn kinds_and_names() {
    let channel = TestChannel::open().await;
    let text = channel.eventyay.say(&Viewer::unnamed(), "hello").await;
    channel.eventyay.send(&Event::text(&Viewer::guest("Bob"), "why?").with("message_type", "qa")).await;
    channel.eventyay.send(&Event::reaction(&text, &Viewer::only_named("Carol"), "👍", &["c"])).await;
    for message in channel.moderator.queue().await.messages.into_iter().rev() {
        channel.moderator.approve(message.id).await;
    }
    let feed = channel.feeds().all().await;
    let seen: Vec<_> =
        feed.entries.iter().map(|entry| (title(entry), description(entry), categories(entry))).collect();
    assert_eq!(
        seen,
        [
            ("Carol", "👍".to_owned(), vec!["emoji"]),
            ("Bob", "why?".to_owned(), vec!["qa"]),
            ("Anonymous #1", "hello".to_owned(), vec!["text"]),
        ]
    );
}

#[tokio::test]
async fn the_channel_says_what_it_is() {
    let channel =
        TestChannel::open_with(json!({"name": "Main <stage> & more", "description": "Day 1 ]]> €"})).await;
    let read = |feed: &Feed| {
        let text =
            |text: &Option<feed_rs::model::Text>| text.clone().map(|text| text.content).unwrap_or_default();
        (text(&feed.title), text(&feed.description))
    };
    let feed = channel.feeds().all().await;
    assert_eq!(read(&feed), ("Main <stage> & more".to_owned(), "Day 1 ]]> €".to_owned()));
    let link = &feed.links.first().expect("a link").href;
    assert!(link.starts_with("http://") || link.starts_with("https://"), "{link}");
    assert!(feed.updated.or(feed.published).is_some(), "lastBuildDate");
    assert!(feed.ttl.is_some_and(|minutes| minutes > 0));
    assert!(read(&channel.feeds().highlights().await).0.contains("Main <stage> & more"));
}

/// Names and texts that a careless writer of XML would break on.
const ODD: [(&str, &str); 9] = [
    ("<b>Eve</b>", "<script>alert(1)</script> & \"quotes\" ]]> 'apostrophes'"),
    ("&amp;", "&lt;b&gt; &#65; &nbsp; &unknown; %41"),
    ("]]>", "<![CDATA[ nested ]]> <!-- comment --> <?pi?>"),
    ("ليلى", "مرحبا \u{202e}desrever\u{202c} \u{2067}عربي\u{2069} \u{200f}"),
    ("Ⓩⓞë", "👩🏽‍🚀 e\u{301} \u{1F3F4}\u{E0067}\u{E0062} ﷽ \u{10FFFD}"),
    ("a\u{fffd}b", "begin \u{85} \u{2028} \u{2029} \u{feff} end"),
    ("tab", "tab\tinside"),
    ("many", "line one\nline two"),
    ("DOCTYPE", "<!DOCTYPE x [<!ENTITY y SYSTEM \"file:///etc/passwd\">]>&y;"),
];

#[tokio::test]
async fn any_text_comes_out_as_it_went_in() {
    let channel = TestChannel::open().await;
    for (name, text) in ODD {
        let message = channel.newest_after(&Event::text(&Viewer::guest(name), text)).await;
        assert_eq!((&*message.screen_name, &*message.message), (name, text), "in the queue");
        channel.moderator.approve(message.id).await;
    }
    let feed = channel.feeds().all().await;
    let seen: Vec<_> =
        feed.entries.iter().rev().map(|entry| (title(entry).to_owned(), description(entry))).collect();
    let expected: Vec<_> = ODD.map(|(name, text)| (name.to_owned(), text.to_owned())).into();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn what_xml_cannot_hold_was_removed_on_the_way_in() {
    let channel = TestChannel::open().await;
    let controls: String = (0..32).filter_map(char::from_u32).collect();
    let text = format!("a{controls}b\u{fffe}\u{ffff}c");
    let message = channel.newest_after(&Event::text(&Viewer::guest(&format!("n{controls}m")), &text)).await;
    assert_eq!(message.message, "a\t\n\rbc");
    channel.moderator.approve(message.id).await;
    let feed = channel.feeds().all().await;
    assert_eq!(feed.entries.len(), 1);
    let shown = description(&feed.entries[0]);
    // XML itself reads a carriage return as a line end unless it is written as a reference.
    assert!(shown == "a\t\n\rbc" || shown == "a\t\n\nbc", "{shown:?}");
}
