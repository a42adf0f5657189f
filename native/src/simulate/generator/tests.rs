//! What comes out of the generator, read back as an intake would.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::*;

const NOW: Millis = 1_784_628_300_123;

fn events(seed: u64, count: usize) -> Vec<SimulatedEvent> {
    let mut generator = Generator::new(seed, NOW);
    (0..count).map(|index| generator.next(NOW + Millis::try_from(index).unwrap())).collect()
}

/// The body as JSON, with half an emoji read as the replacement character.
fn json(event: &SimulatedEvent) -> Value {
    let text =
        std::str::from_utf8(&event.body).unwrap().replace("\\ud83d\",\"message_id", "\\ufffd\",\"message_id");
    serde_json::from_str(&text).unwrap()
}

#[test]
fn a_seed_determines_everything() {
    let bodies = |seed| events(seed, 500).into_iter().map(|event| event.body).collect::<Vec<_>>();
    assert_eq!(bodies(1), bodies(1));
    assert_ne!(bodies(1), bodies(2));
}

#[test]
fn bodies_are_compact_sorted_ascii() {
    for event in events(5, 3_000) {
        assert!(event.body.is_ascii() && event.body.len() < 64 * 1024);
        let value = json(&event);
        let keys: Vec<_> = value.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(
            keys,
            [
                "centralauth_id",
                "centralauth_username",
                "channel",
                "message",
                "message_id",
                "message_type",
                "meta",
                "profile_img",
                "screen_name",
                "sender_id",
                "timestamp",
                "user_language"
            ]
        );
        // A parsed object is sorted in any case: the order is that of the bytes.
        let places: Vec<_> = keys
            .iter()
            .map(|key| {
                let place = format!("\"{key}\":");
                event.body.windows(place.len()).position(|part| part == place.as_bytes()).unwrap()
            })
            .collect();
        assert!(places.is_sorted(), "{value}");
        let timestamp = value["timestamp"].as_str().unwrap();
        assert_eq!(timestamp.len(), "2026-07-21T10:05:00.123456+00:00".len());
        assert!(timestamp.ends_with("+00:00") && timestamp.parse::<jiff::Timestamp>().is_ok());
    }
}

#[test]
fn all_kinds_come_and_most_are_texts() {
    let mut kinds = HashMap::new();
    for event in events(1, 5_000) {
        *kinds.entry(event.kind).or_insert(0) += 1;
    }
    assert_eq!(kinds.len(), 7, "{kinds:?}");
    assert!(kinds[&EventKind::Text] > 2_500, "{kinds:?}");
    assert!(kinds[&EventKind::Duplicate] < 50, "{kinds:?}");
}

#[test]
fn message_ids_are_new_but_for_reactions_and_duplicates() {
    let mut seen = HashSet::new();
    for event in events(2, 5_000) {
        let id = json(&event)["message_id"].as_i64().unwrap();
        let again =
            matches!(event.kind, EventKind::Duplicate | EventKind::Reaction | EventKind::ReactionRemoved);
        assert_eq!(seen.insert(id), !again);
    }
    assert!(seen.contains(&(NOW * 1000)));
}

#[test]
fn a_reaction_carries_the_other_message_and_its_own_names() {
    let mut messages = HashMap::new();
    let mut reactions = 0;
    for event in events(3, 5_000) {
        let value = json(&event);
        let id = value["message_id"].as_i64().unwrap();
        if !matches!(event.kind, EventKind::Reaction | EventKind::ReactionRemoved) {
            messages.insert(id, value);
            continue;
        }
        reactions += 1;
        let message = &messages[&id];
        for field in ["timestamp", "message", "sender_id"] {
            assert_eq!(value[field], message[field], "{field}");
        }
        assert_eq!(value["message_type"], "emoji");
        let meta = &value["meta"];
        assert_eq!(meta["target_message_id"], id);
        let symbol = meta["reaction"].as_str().unwrap();
        let reactors = meta["reactions"].get(symbol).and_then(Value::as_array);
        match event.kind {
            EventKind::Reaction => {
                assert_eq!(meta["action"], "add");
                assert!(!reactors.unwrap().is_empty());
            }
            _ => assert_eq!(meta["action"], "remove"),
        }
    }
    assert!(reactions > 300);
}

#[test]
fn the_chat_is_as_colourful_as_a_real_one() {
    let texts: Vec<_> = events(4, 5_000).iter().map(json).collect();
    let some = |test: &dyn Fn(&Value) -> bool| assert!(texts.iter().any(test));
    let languages: HashSet<_> = texts.iter().filter_map(|text| text["user_language"].as_str()).collect();
    assert!(languages.len() >= 20);
    some(&|text| text["screen_name"] == "" && text["sender_id"].is_string());
    some(&|text| text["sender_id"].is_null());
    some(&|text| text["user_language"].is_null());
    some(&|text| text["message"].as_str().unwrap().contains("<script>"));
    some(&|text| text["message"].as_str().unwrap().contains('\u{200b}'));
    some(&|text| text["message"].as_str().unwrap().contains('\0'));
    some(&|text| text["message"].as_str().unwrap().ends_with('\u{fffd}'));
    some(&|text| text["message"].as_str().unwrap().chars().count() > 1_000);
    some(&|text| text["message_type"] == "qa" && text["meta"]["vote_count"].is_number());
}
