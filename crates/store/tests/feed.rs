//! What was approved, as displays and feed readers get it.

use moderation::{ChannelSettings, Decision, MessageType};
use platform::config::Secret;
use store::{
    channels,
    feed::{Feed, MAX_ITEMS, load, stamp},
    messages::Start,
};

use crate::support::{Stage, change, message, named, person, ready, sender, stage::START};

fn feed(stage: &Stage, highlights_only: bool) -> Feed {
    ready(load(&stage.database, stage.channel, highlights_only)).unwrap().unwrap()
}

fn ids(feed: &Feed) -> Vec<i64> {
    feed.items.iter().map(|item| item.id).collect()
}

#[test]
fn the_newest_decision_is_first() {
    let stage = Stage::new();
    let ids_of = |range: std::ops::Range<i64>| {
        range.map(|n| stage.queued(&n.to_string(), "hello", named("Ana"))).collect::<Vec<_>>()
    };
    let all = ids_of(0..5);
    let decisions = [
        (all[3], Decision::Approve),
        (all[0], Decision::Highlight),
        (all[4], Decision::Reject),
        (all[1], Decision::Highlight),
        (all[3], Decision::Reject),
        (all[2], Decision::Approve),
        (all[0], Decision::Approve),
    ];
    for ((id, decision), now) in decisions.into_iter().zip(1..) {
        stage.decide(id, decision, &person(1), START + now);
    }
    let everything = feed(&stage, false);
    assert_eq!(ids(&everything), [all[0], all[2], all[1]]);
    let highlighted: Vec<_> =
        everything.items.iter().map(|item| (item.highlighted, item.approved_at)).collect();
    assert_eq!(highlighted, [(false, START + 7), (false, START + 6), (true, START + 4)]);
    assert_eq!(ids(&feed(&stage, true)), [all[1]]);
}

#[test]
fn an_item_says_what_the_message_said() {
    let stage = Stage::new();
    let trusted = message("1", "<b>Hi</b>", sender(5, "", ""));
    let language = "de".parse().unwrap();
    let kept = store::messages::keep(
        &stage.database,
        stage.stamp(),
        &trusted,
        Some(&language),
        Start::Approved,
        START + 3,
    );
    ready(kept).unwrap();
    let feed = feed(&stage, false);
    let item = &feed.items[0];
    assert_eq!((&*item.screen_name, item.unnamed_number), ("", Some(1)));
    assert_eq!((&*item.message, item.kind), ("<b>Hi</b>", MessageType::Text));
    assert_eq!((item.language.as_deref(), item.approved_at), (Some("de"), START + 3));
    assert_eq!((&*feed.title.name, &*feed.title.anonymous_label), ("main", "Anonymous"));
    assert_eq!((feed.revision, feed.changed_at), (stage.channel().state.feed_revision, START + 3));
}

#[test]
fn it_holds_the_newest_fifty_of_both() {
    let stage = Stage::new();
    let most = usize::try_from(MAX_ITEMS).unwrap();
    let all = stage.queued_many(2 * most + 20, "hello");
    for (index, id) in all.iter().enumerate() {
        let decision = if index % 2 == 0 { Decision::Highlight } else { Decision::Approve };
        stage.decide(*id, decision, &person(1), START);
    }
    let newest: Vec<i64> = all.iter().rev().take(most).copied().collect();
    assert_eq!(ids(&feed(&stage, false)), newest);
    let highlights: Vec<i64> = all.iter().rev().skip(1).step_by(2).take(most).copied().collect();
    assert_eq!(ids(&feed(&stage, true)), highlights);
}

#[test]
fn its_version_advances_with_its_content_only() {
    let stage = Stage::new();
    let version = || ready(stamp(&stage.database, "main")).unwrap().unwrap();
    let first = version();
    assert_eq!((first.channel, first.is_public, first.changed_at), (stage.channel, true, START));

    let id = stage.queued("1", "hello", named("Ana"));
    let other = stage.queued("2", "hello", named("Ana"));
    stage.decide(other, Decision::Reject, &person(1), START + 1);
    assert_eq!(version(), first, "a queued message and its rejection are not in it");

    stage.decide(id, Decision::Highlight, &person(1), START + 2);
    let second = version();
    assert!(second.revision > first.revision);
    assert_eq!(second.changed_at, START + 2);
    assert_eq!(feed(&stage, false).revision, second.revision);
    stage.decide(id, Decision::Highlight, &person(2), START + 3);
    assert_eq!(version(), second, "nor a decision without effect");
    stage.decide(id, Decision::Reject, &person(2), START + 3);
    assert!(version().revision > second.revision);
}

#[test]
fn a_private_channel_asks_for_its_token() {
    let stage = Stage::new();
    let settings = ChannelSettings { is_public: false, ..ChannelSettings::new("Secret") };
    ready(channels::update(
        &stage.database,
        stage.channel,
        &stage.channel().settings,
        &settings,
        change(START + 1),
    ))
    .unwrap();
    let private = ready(stamp(&stage.database, "main")).unwrap().unwrap();
    assert!(!private.is_public);
    assert_eq!(private.display_token, stage.channel().display_token);
    assert_eq!(private.changed_at, START + 1, "caches let go of it");

    let token = Secret::new("new");
    ready(channels::regenerate_token(&stage.database, stage.channel, &token, change(START + 2))).unwrap();
    let renewed = ready(stamp(&stage.database, "main")).unwrap().unwrap();
    assert_eq!(renewed.display_token, token);
    assert!(renewed.revision > private.revision);
    assert_eq!(feed(&stage, false).title.name, "Secret");
}

#[test]
fn there_is_none_of_a_channel_that_is_gone() {
    let stage = Stage::new();
    assert_eq!(ready(stamp(&stage.database, "nowhere")).unwrap(), None);
    stage.database.run("DELETE FROM channels");
    assert_eq!(ready(stamp(&stage.database, "main")).unwrap(), None);
    assert_eq!(ready(load(&stage.database, stage.channel, false)).unwrap(), None);
}
