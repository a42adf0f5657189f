//! Which language a message is shown under.

use chatstream_tests::{
    channel::TestChannel,
    eventyay::{Event, Viewer},
};
use serde_json::json;

const GERMAN: &str = "Ich freue mich sehr über diesen Vortrag, vielen Dank an alle Freiwilligen.";
const FRENCH: &str = "Je suis très heureux d'être ici avec vous, merci beaucoup à toute l'équipe.";
const RUSSIAN: &str = "Большое спасибо всем добровольцам за эту замечательную конференцию.";

async fn prepare() -> TestChannel {
    TestChannel::open_with(json!({
        "language_detection_enabled": true,
        "default_language": "en",
        "likely_languages": ["en", "de", "fr"],
    }))
    .await
}

fn viewer(language: Option<&str>) -> Viewer {
    Viewer { language: language.map(str::to_owned), ..Viewer::guest("Alice") }
}

async fn language_of(channel: &TestChannel, event: &Event) -> Option<String> {
    channel.newest_after(event).await.detected_language
}

#[tokio::test]
async fn a_text_that_is_clearly_in_a_likely_language() {
    let channel = prepare().await;
    for (text, expected) in [(GERMAN, "de"), (FRENCH, "fr")] {
        let event = Event::text(&viewer(Some("en")), text);
        assert_eq!(language_of(&channel, &event).await.as_deref(), Some(expected));
    }
}

#[tokio::test]
async fn a_text_that_tells_nothing_is_in_its_sender_s_language_or_the_channel_s() {
    let channel = prepare().await;
    for (text, language, expected) in [
        ("ok", Some("pt-BR"), "pt-BR"),
        ("👍👍👍", Some("de"), "de"),
        ("ok", None, "en"),
        ("ok", Some("not a language"), "en"),
        // Clear enough, but nobody expects it here.
        (RUSSIAN, Some("uk"), "uk"),
        (RUSSIAN, None, "en"),
    ] {
        let event = Event::text(&viewer(language), text);
        assert_eq!(language_of(&channel, &event).await.as_deref(), Some(expected), "{text} by {language:?}");
    }
}

#[tokio::test]
async fn only_texts_have_one_and_only_where_it_is_wanted() {
    let channel = prepare().await;
    let text = Event::text(&viewer(Some("de")), GERMAN);
    assert!(language_of(&channel, &text).await.is_some());
    let reaction = Event::reaction(&text, &viewer(Some("de")), "👍", &["r"]);
    assert_eq!(language_of(&channel, &reaction).await, None);
    let question = Event::text(&viewer(Some("de")), GERMAN).with("message_type", "qa");
    assert_eq!(language_of(&channel, &question).await, None);
    channel.set(json!({"language_detection_enabled": false})).await;
    assert_eq!(language_of(&channel, &Event::text(&viewer(Some("de")), GERMAN)).await, None);
}
