//! A disk that fills up: nothing is acknowledged that is not stored, and when there is room again all goes on.

use std::collections::BTreeSet;

use chatstream_tests::{
    channel::TestChannel,
    eventyay::{Event, Viewer},
    host::{Ending, Host, Options},
    http::Answer,
    people::Outcome,
    wait::until,
};
use futures_util::future::join_all;
use serde_json::json;

/// A channel on a host of its own whose disk can be filled; `None` where that cannot be done from here.
async fn prepare() -> Option<(Host, TestChannel)> {
    let host = Host::start(Options::default()).await;
    if !host.features().file_limits {
        eprintln!("NOT RUN: this host's disk cannot be filled from here");
        return None;
    }
    let channel = TestChannel::open_on(&host, json!({})).await;
    Some((host, channel))
}

async fn waiting(channel: &TestChannel) -> BTreeSet<String> {
    let queue = channel.moderator.queue().await;
    assert!(queue.messages.len() < 500, "all of it is needed");
    assert_eq!(i64::try_from(queue.messages.len()), Ok(queue.queued));
    queue.messages.into_iter().map(|message| message.message).collect()
}

/// Posts a message; answers whether there was room for it.
async fn say(channel: &TestChannel, text: &str) -> bool {
    let answer = channel.eventyay.post(&Event::text(&Viewer::guest("Alice"), text)).await;
    if answer.status == 503 {
        check_no_room(&answer);
        return false;
    }
    assert_eq!(answer.ok(), json!({"ok": true}));
    true
}

fn check_no_room(answer: &Answer) {
    assert_eq!(answer.status, 503, "{answer}");
    let retry_after = answer.header("retry-after").unwrap_or_default();
    assert!(retry_after.parse::<u32>().is_ok(), "{retry_after:?} says when to try again");
}

async fn until_there_is_room(channel: &TestChannel, text: &str) {
    until("the host to recover", || async { say(channel, text).await.then_some(()) }).await;
}

#[tokio::test]
async fn while_it_fills_up_what_is_acknowledged_is_stored() {
    let Some((mut host, channel)) = prepare().await else { return };
    // Who is here already costs no room.
    channel.moderator.quiet_revision().await;
    let mut expected = BTreeSet::new();
    for round in 0..3 {
        host.limit_files(Some(host.largest_file() + 200_000));
        let mut full = false;
        for number in 0..100 {
            // Several at once, as they are written together.
            let texts = (0..6).map(|n| format!("round {round}, message {number}.{n} {}", "x".repeat(5_000)));
            let taken = texts.map(async |text| say(&channel, &text).await.then_some(text));
            let taken: Vec<_> = join_all(taken).await.into_iter().flatten().collect();
            full = taken.len() < 6;
            expected.extend(taken);
            if full {
                break;
            }
        }
        assert!(full, "the disk never filled up");
        // There may be room for something small still, or again: then it counts.
        for number in 0..5 {
            let text = format!("round {round}, small {number}");
            if say(&channel, &text).await {
                expected.insert(text);
            }
        }
        assert_eq!(waiting(&channel).await, expected, "what was acknowledged, and nothing else");
        host.limit_files(None);
        let text = format!("after round {round}");
        until_there_is_room(&channel, &text).await;
        expected.insert(text);
        assert_eq!(waiting(&channel).await, expected);
    }
    host.restart(Ending::Asked).await;
    assert_eq!(waiting(&channel).await, expected, "and it is there after a restart");
    host.check_health();
}

#[tokio::test]
async fn without_any_room_everything_is_readable_and_nothing_half_done() {
    let Some((mut host, channel)) = prepare().await else { return };
    let message = channel.anybody_says("before").await;
    let other = channel.anybody_says("approved before").await.id;
    channel.moderator.approve(other).await;
    let settings = channel.superadmin.get(&channel.moderator.page("settings")).await.ok();
    let moderator = &channel.moderator;
    let revision = moderator.quiet_revision().await;
    host.limit_files(Some(0));

    assert!(!say(&channel, "no room").await);
    for action in ["approve", "reject", "highlight", "reject-similar"] {
        check_no_room(&moderator.act(message.id, action, &json!({})).await);
    }
    check_no_room(&moderator.undo(other).await);
    check_no_room(&moderator.post(&moderator.api("block-user"), &message.sender()).await);
    check_no_room(&moderator.post(&moderator.api("whitelist-user"), &message.sender()).await);
    check_no_room(&moderator.post(&moderator.api("block-similar"), &json!({"message_id": message.id})).await);
    let new = json!({"id": "no-room", "name": "No room"});
    check_no_room(&channel.superadmin.post("/admin/channels/create", &new).await);
    check_no_room(&channel.superadmin.post(&moderator.page("settings"), &json!({"name": "No room"})).await);
    check_no_room(&channel.nobody().get("/dev-login?username=Late&central_id=4711").await);

    let queue = moderator.queue().await;
    assert_eq!((queue.texts(), queue.revision, queue.decided("approved")), (vec!["before"], revision, 1));
    assert_eq!(channel.feeds().texts().await, ["approved before"]);
    assert_eq!(moderator.log("").await.len(), 1);
    for list in ["blacklist", "whitelist", "patterns"] {
        assert!(moderator.list(list).await.is_empty(), "{list}");
    }
    assert_eq!(channel.superadmin.get(&moderator.page("settings")).await.ok(), settings);

    host.limit_files(None);
    until_there_is_room(&channel, "after").await;
    assert_eq!(moderator.approve(message.id).await, Outcome::Effective);
    assert_eq!(waiting(&channel).await, BTreeSet::from(["after".to_owned()]));
    host.restart(Ending::Killed).await;
    assert_eq!(channel.feeds().texts().await, ["before", "approved before"]);
    host.check_health();
}

#[tokio::test]
async fn who_comes_while_there_is_no_room_can_still_read() {
    let Some((host, channel)) = prepare().await else { return };
    channel.anybody_says("before").await;
    let newcomer = channel.another_moderator().await;
    host.limit_files(Some(0));
    assert_eq!(newcomer.queue().await.texts(), ["before"]);
    let mut stream = newcomer.follow("", None).await;
    assert_eq!(stream.delta().await.texts(), ["before"]);
    assert_eq!(newcomer.messages_json("").await["messages"][0]["message"], "before");
    channel.nobody().get("/version").await.expect(200);
    channel.nobody().get_page("/").await.expect(200);
}
