//! What a channel's admins set.

use chatstream_tests::channel::TestChannel;
use serde_json::{Value, json};

/// Every setting, and another value for it.
fn others() -> Value {
    json!({
        "name": "Große Bühne",
        "description": "Day 1\nand day 2",
        "is_public": false,
        "emoji_auto_approve": true,
        "anonymous_label": "Gast",
        "language_detection_enabled": true,
        "default_language": "pt-BR",
        "likely_languages": ["pt-BR", "en"],
        "custom_css": "p { color: red }",
        "max_age_seconds": 86_400,
    })
}

async fn settings(channel: &TestChannel) -> Value {
    channel.superadmin.get(&channel.moderator.page("settings")).await.ok()
}

fn check(settings: &Value, expected: &Value) {
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(&settings[field], value, "{field}");
    }
}

#[tokio::test]
async fn a_new_channel_has_the_usual_ones() {
    let channel = TestChannel::open().await;
    let expected = json!({
        "is_public": true,
        "emoji_auto_approve": false,
        "language_detection_enabled": false,
        "default_language": "en",
        "likely_languages": [],
        "custom_css": "",
        "max_age_seconds": 300,
        "archived": false,
        "description": "A stage of the tests.",
    });
    check(&channel.created, &expected);
    assert_eq!(channel.created["id"], channel.id.as_str());
    assert_eq!(settings(&channel).await, channel.created);
}

#[tokio::test]
async fn each_can_be_changed_alone_and_all_together() {
    let channel = TestChannel::open().await;
    let mut expected = settings(&channel).await;
    for (field, value) in others().as_object().unwrap() {
        expected[field] = value.clone();
        assert_eq!(channel.set(json!({field: value})).await, expected, "{field}");
        assert_eq!(settings(&channel).await, expected, "{field}");
    }
    let other = TestChannel::open().await;
    check(&other.set(others()).await, &others());
    check(&settings(&other).await, &others());
}

#[tokio::test]
async fn a_form_does_as_well() {
    let channel = TestChannel::open().await;
    let fields = [
        ("name", "Große Bühne"),
        ("description", "Day 1\nand day 2"),
        ("is_public", "false"),
        ("emoji_auto_approve", "on"),
        ("anonymous_label", "Gast"),
        ("language_detection_enabled", "true"),
        ("default_language", "pt-BR"),
        ("likely_languages", "pt-BR, en"),
        ("custom_css", "p { color: red }"),
        ("max_age_seconds", "86400"),
    ];
    let answer = channel.superadmin.post_form(&channel.moderator.page("settings"), &fields).await;
    assert!(answer.status.is_success() || answer.status.is_redirection(), "{answer}");
    check(&settings(&channel).await, &others());
}

#[tokio::test]
async fn what_cannot_be_right_changes_nothing_and_is_named() {
    let channel = TestChannel::open().await;
    let before = settings(&channel).await;
    let path = channel.moderator.page("settings");
    for (field, value) in [
        ("name", json!("")),
        ("name", json!(" \u{200b}")),
        ("name", json!("x".repeat(256))),
        ("name", json!("a\u{7}b")),
        ("name", json!("a\u{fffe}b")),
        ("name", json!(7)),
        ("description", json!("x".repeat(10_001))),
        ("description", json!("a\u{0}b")),
        ("is_public", json!("perhaps")),
        ("is_public", json!(7)),
        ("anonymous_label", json!("")),
        ("anonymous_label", json!("x".repeat(65))),
        ("anonymous_label", json!("Guest\u{ffff}")),
        ("default_language", json!("not a language")),
        ("default_language", json!("")),
        ("likely_languages", json!(["en", "x y"])),
        ("likely_languages", json!([7])),
        ("custom_css", json!("x".repeat(16 * 1024 + 1))),
        ("max_age_seconds", json!(299)),
        ("max_age_seconds", json!(86_401)),
        ("max_age_seconds", json!("soon")),
        ("max_age_seconds", json!(1e99)),
    ] {
        // A right setting beside it is not taken either.
        let body = json!({field: value, "custom_css": "p {}", (field): value});
        let answer = channel.superadmin.post(&path, &body).await;
        assert_eq!(answer.status, 400, "{field}: {answer}");
    }
    for body in [json!([]), json!(["Another name"]), json!(7), json!("x")] {
        let answer = channel.superadmin.post(&path, &body).await;
        assert_eq!(answer.status, 400, "{body}: {answer}");
    }
    assert_eq!(settings(&channel).await, before);
    let wrong = json!({"name": "", "max_age_seconds": 1});
    let problem: Value = channel.superadmin.post(&path, &wrong).await.expect(400).json();
    let named: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|error| &error["field"]).collect();
    assert_eq!(named, ["name", "max_age_seconds"], "all that is wrong, at once");
}

#[tokio::test]
async fn at_their_limits_they_hold() {
    let channel = TestChannel::open().await;
    for expected in [
        json!({"name": "é".repeat(255), "anonymous_label": "é".repeat(64)}),
        json!({"description": "é".repeat(10_000)}),
        json!({"custom_css": "x".repeat(16 * 1024)}),
        json!({"max_age_seconds": 300}),
    ] {
        check(&channel.set(expected.clone()).await, &expected);
    }
}

#[tokio::test]
async fn the_secret_is_for_superadmins_and_the_token_for_admins() {
    let channel = TestChannel::open().await;
    let admin = channel.admin().await;
    let seen = admin.get(&admin.page("settings")).await.ok();
    assert_eq!(seen["display_token"], channel.created["display_token"]);
    assert_eq!((seen.get("webhook_secret"), seen.get("webhook_url")), (None, None));
    let secret = channel.created["webhook_secret"].as_str().unwrap();
    let saved = admin.post(&admin.page("settings"), &json!({"name": "New"})).await.expect(200);
    assert!(!saved.text().contains(secret));
    assert_eq!(settings(&channel).await["webhook_secret"], secret);
    let me = channel.moderator.me().await.to_string();
    assert!(!me.contains(secret) && !me.contains(seen["display_token"].as_str().unwrap()));
}

#[tokio::test]
async fn two_admins_who_change_different_ones_at_once_both_succeed() {
    let channel = TestChannel::open().await;
    let (one, other) = (channel.admin().await, channel.admin().await);
    let path = one.page("settings");
    for round in 0..20 {
        let (name, label) =
            (json!({"name": format!("Name {round}")}), json!({"anonymous_label": format!("Guest {round}")}));
        let (first, second) = tokio::join!(one.post(&path, &name), other.post(&path, &label));
        let _ = (first.ok(), second.ok());
        let after = settings(&channel).await;
        check(&after, &name);
        check(&after, &label);
    }
}
