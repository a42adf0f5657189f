//! Another process holds the database's write lock, as a backup tool that went wrong might.

use chatstream_tests::{
    channel::TestChannel,
    eventyay::{Event, Viewer},
    host::{Host, Options},
    http::Answer,
    people::Outcome,
    wait::until,
};
use rusqlite::Connection;
use serde_json::json;

fn check_unavailable(answer: &Answer) {
    assert_eq!(answer.status, 503, "{answer}");
    let retry_after = answer.header("retry-after").unwrap_or_default();
    assert!(retry_after.parse::<u32>().is_ok(), "{retry_after:?} says when to try again");
}

#[tokio::test]
async fn while_the_database_is_locked_nothing_is_half_done_and_everything_readable() {
    let host = Host::start(Options::default()).await;
    let channel = TestChannel::open_on(&host, json!({})).await;
    let message = channel.anybody_says("before").await;
    channel.moderator.quiet_revision().await;

    let other = Connection::open(host.database_file()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let event = Event::text(&Viewer::guest("Alice"), "locked out");
    let (nothing, ban, sender) = (json!({}), channel.moderator.api("block-user"), message.sender());
    let (posted, approved, banned) = tokio::join!(
        channel.eventyay.post(&event),
        channel.moderator.act(message.id, "approve", &nothing),
        channel.moderator.post(&ban, &sender),
    );
    for answer in [&posted, &approved, &banned] {
        check_unavailable(answer);
    }
    let queue = channel.moderator.queue().await;
    assert_eq!(queue.texts(), ["before"], "what is there can be read");
    assert!(channel.moderator.list("blacklist").await.is_empty());

    other.execute_batch("ROLLBACK").unwrap();
    until("the host to take messages again", || async {
        (channel.eventyay.post(&event).await.status == 200).then_some(())
    })
    .await;
    assert_eq!(channel.moderator.approve(message.id).await, Outcome::Effective);
    assert_eq!(channel.moderator.queue().await.texts(), ["locked out"]);
    host.check_health();
}
