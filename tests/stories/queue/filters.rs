//! Only what a moderator wants to see.

use chatstream_tests::{
    channel::TestChannel,
    eventyay::{Event, Viewer},
};
use serde_json::{Value, json};

/// Texts in two languages, a question and a reaction.
async fn prepare() -> TestChannel {
    let channel = TestChannel::open_with(json!({"language_detection_enabled": true})).await;
    let viewer = |language: &str| Viewer { language: Some(language.to_owned()), ..Viewer::guest("Alice") };
    channel.eventyay.say(&viewer("de"), "ja").await;
    let text = channel.eventyay.say(&viewer("pt-BR"), "sim").await;
    channel.eventyay.send(&Event::text(&viewer("de"), "wann?").with("message_type", "qa")).await;
    channel.eventyay.send(&Event::reaction(&text, &viewer("de"), "👍", &["r"])).await;
    channel
}

fn texts(answer: &Value) -> Vec<&str> {
    answer["messages"].as_array().unwrap().iter().map(|it| it["message"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn by_kind_and_by_language() {
    let channel = prepare().await;
    for (query, expected) in [
        ("", vec!["👍", "wann?", "sim", "ja"]),
        ("type=text", vec!["sim", "ja"]),
        ("type=qa", vec!["wann?"]),
        ("type=emoji", vec!["👍"]),
        ("lang=de", vec!["ja"]),
        ("lang=pt-BR", vec!["sim"]),
        ("lang=pt-br", vec!["sim"]),
        ("lang=fr", vec![]),
        ("lang=de&type=text", vec!["ja"]),
        ("lang=de&type=qa", vec![]),
    ] {
        let page = channel.moderator.queue_with(&format!("?{query}")).await;
        assert_eq!(page.texts(), expected, "{query}");
        assert_eq!(page.queued, 4, "the count is of all");
        let changes = channel.moderator.queue_with(&format!("?since=0&{query}")).await;
        assert!(!changes.reset);
        assert_eq!(changes.texts(), expected, "{query}");
        let answer = channel.moderator.messages_json(&format!("?{query}")).await;
        assert_eq!(texts(&answer), expected, "{query}");
        assert_eq!(answer["lang_codes"], json!(["de", "pt-BR"]), "the languages to choose from");
    }
}

#[tokio::test]
async fn pages_of_a_part_of_the_queue() {
    let channel = prepare().await;
    let page = channel.moderator.queue_with("?type=text&limit=1").await;
    assert_eq!(page.texts(), ["sim"]);
    let older = format!("?type=text&limit=1&before={}", page.ids()[0]);
    assert_eq!(channel.moderator.queue_with(&older).await.texts(), ["ja"]);
}

#[tokio::test]
async fn a_stream_of_a_part_of_the_queue() {
    let channel = prepare().await;
    let mut stream = channel.moderator.follow("?type=qa", None).await;
    assert_eq!(stream.delta().await.texts(), ["wann?"]);
    channel.anybody_says("a text").await;
    channel.eventyay.send(&Event::text(&Viewer::guest("Bob"), "wo?").with("message_type", "qa")).await;
    let mut seen = Vec::new();
    while seen.is_empty() {
        let delta = stream.delta().await;
        seen.extend(delta.messages.into_iter().map(|message| message.message));
    }
    assert_eq!(seen, ["wo?"]);
}
