//! Who may read a feed.

use chatstream_tests::{channel::TestChannel, feed::Feeds, http::send};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_private_channel_needs_its_token() {
    let channel = TestChannel::open().await;
    channel.moderator.approve(channel.anybody_says("hello").await.id).await;
    let token = channel.created["display_token"].as_str().unwrap();
    assert_eq!(channel.feeds().texts().await, ["hello"]);
    channel.set(json!({"is_public": false})).await;
    for which in ["", "/highlights"] {
        for feeds in [channel.feeds(), channel.feeds().with_token(""), channel.feeds().with_token("x")] {
            feeds.get(which, &[]).await.problem(403);
            feeds.get(which, &[("If-None-Match", "*")]).await.problem(403);
        }
        channel.feeds().with_token(token).get(which, &[]).await.expect(200);
    }
    let other = TestChannel::open().await;
    let others = other.created["display_token"].as_str().unwrap();
    channel.feeds().with_token(others).get("", &[]).await.problem(403);
    channel.set(json!({"is_public": true})).await;
    assert_eq!(channel.feeds().texts().await, ["hello"]);
}

#[tokio::test]
async fn a_new_token_turns_the_old_one_off() {
    let channel = TestChannel::open_with(json!({"is_public": false})).await;
    let admin = channel.admin().await;
    let old = channel.created["display_token"].as_str().unwrap();
    let answer = admin.post(&admin.page("token/regenerate"), &json!({})).await.ok();
    let new = answer["display_token"].as_str().expect("the new token");
    assert_ne!(new, old);
    channel.feeds().with_token(old).get("", &[]).await.problem(403);
    channel.feeds().with_token(new).get("", &[]).await.expect(200);
    let settings = admin.get(&admin.page("settings")).await.ok();
    assert_eq!(settings["display_token"], new);
}

#[tokio::test]
async fn an_unknown_channel_has_no_feed() {
    let channel = TestChannel::open().await;
    for id in ["no-such-channel", "%00", "%FF", "%2e%2e%2f", "a%2Fb", &"x".repeat(5_000)] {
        for which in ["", "/highlights"] {
            let answer = Feeds::new(channel.base(), id).get(which, &[]).await;
            assert!(answer.status == 404 || answer.status == 400, "{id}: {answer}");
        }
    }
}

#[tokio::test]
async fn the_feeds_of_an_archived_channel_stay() {
    let channel = TestChannel::open().await;
    channel.moderator.approve(channel.anybody_says("hello").await.id).await;
    channel.archive().await;
    assert_eq!(channel.feeds().texts().await, ["hello"]);
}

#[tokio::test]
async fn wiki_pages_may_read_them_and_nobody_may_write() {
    let channel = TestChannel::open().await;
    let answer = channel.feeds().get("", &[("Origin", "https://meta.wikimedia.org")]).await.expect(200);
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    let path = format!("/rss/{}", channel.id);
    send(channel.nobody().request(Method::POST, &path)).await.problem(405);
    let head = send(channel.nobody().plain(Method::HEAD, &path)).await.expect(200);
    assert!(head.body.is_empty() && head.header("etag").is_some());
}
