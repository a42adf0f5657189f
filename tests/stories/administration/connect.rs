//! Connecting Eventyay: address, secret, and whether anything came.

use chatstream_tests::{
    channel::TestChannel,
    eventyay::{Event, Eventyay, Viewer},
};
use serde_json::{Value, json};

fn path(channel: &TestChannel, rest: &str) -> String {
    format!("/admin/channels/{}/{rest}", channel.id)
}

async fn connection(channel: &TestChannel) -> Value {
    channel.superadmin.get(&path(channel, "connect")).await.ok()
}

async fn regenerate(channel: &TestChannel) -> Eventyay {
    let answer = channel.superadmin.post(&path(channel, "secret/regenerate"), &json!({})).await.ok();
    Eventyay::new(channel.base(), &channel.id, answer["webhook_secret"].as_str().unwrap())
}

fn hello() -> Event {
    Event::text(&Viewer::guest("Ana"), "hello")
}

#[tokio::test]
async fn it_shows_what_came_as_it_comes() {
    let channel = TestChannel::open().await;
    let fresh = connection(&channel).await;
    assert_eq!(fresh["webhook_secret"], channel.created["webhook_secret"]);
    assert_eq!(fresh["webhook_url"], channel.created["webhook_url"]);
    let health = async || connection(&channel).await["webhook"].clone();
    assert_eq!(health().await["challenged_at"], Value::Null);

    let webhook = format!("/webhook/channel/{}", channel.id);
    channel.nobody().get(&format!("{webhook}?challenge=abc")).await.ok();
    assert!(health().await["challenged_at"].is_string());

    let stranger = Eventyay::new(channel.base(), &channel.id, "another secret");
    stranger.post(&hello()).await.problem(403);
    let refused = health().await;
    assert_eq!((&refused["refused_why"], &refused["accepted_at"]), (&json!("signature"), &Value::Null));

    channel.eventyay.send(&hello()).await;
    assert!(health().await["accepted_at"].is_string());
    channel.eventyay.post(&hello().with("message", 7)).await.problem(400);
    assert_eq!(health().await["refused_why"], "malformed");
    channel.eventyay.post(&hello().with("timestamp", "2001-01-01T00:00:00Z")).await.problem(400);
    assert_eq!(health().await["refused_why"], "timestamp");
}

#[tokio::test]
async fn a_flood_is_noted_once_in_a_while() {
    let channel = TestChannel::open().await;
    channel.eventyay.send(&hello()).await;
    let first = connection(&channel).await["webhook"]["accepted_at"].clone();
    for _ in 0..20 {
        channel.eventyay.send(&hello()).await;
    }
    let after = connection(&channel).await["webhook"]["accepted_at"].clone();
    let ages = [first, after].map(|at| chatstream_tests::wait::millis(at.as_str().unwrap()));
    assert!(ages[1] == ages[0] || ages[1] - ages[0] >= 5_000, "{ages:?}");
}

#[tokio::test]
async fn a_new_secret_and_the_one_before_are_both_taken_until_that_is_ended() {
    let channel = TestChannel::open().await;
    let new = regenerate(&channel).await;
    assert!(connection(&channel).await["old_secret_until"].is_string());
    channel.eventyay.send(&hello()).await;
    new.send(&hello()).await;
    let stranger = Eventyay::new(channel.base(), &channel.id, "another secret");
    stranger.post(&hello()).await.problem(403);
    // A second one would push out the one that Eventyay still uses.
    channel.superadmin.post(&path(&channel, "secret/regenerate"), &json!({})).await.problem(409);
    channel.eventyay.send(&hello()).await;

    channel.superadmin.post(&path(&channel, "secret/revoke"), &json!({})).await.ok();
    channel.superadmin.post(&path(&channel, "secret/revoke"), &json!({})).await.problem(409);
    channel.eventyay.post(&hello()).await.problem(403);
    new.send(&hello()).await;
    assert_eq!(connection(&channel).await["old_secret_until"], Value::Null);
    let newer = regenerate(&channel).await;
    newer.send(&hello()).await;
    new.send(&hello()).await;
    assert_eq!(channel.moderator.queue().await.queued, 6);
}

#[tokio::test]
async fn the_secret_is_for_superadmins_and_never_in_the_trail() {
    let channel = TestChannel::open().await;
    let admin = channel.admin().await;
    admin.get(&path(&channel, "connect")).await.problem(403);
    regenerate(&channel).await;
    let trail = admin.get(&admin.page("audit")).await.expect(200);
    assert!(trail.text().contains("new-secret"));
    let secret = connection(&channel).await["webhook_secret"].as_str().unwrap().to_owned();
    assert!(!trail.text().contains(&secret));
    assert!(!admin.get(&admin.page("settings")).await.text().contains(&secret));
}
