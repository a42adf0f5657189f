//! Once a moderator has been told that somebody is banned, or a text blocked, nothing of it gets into the queue, however
//! much of it is under way.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use chatstream_tests::{
    channel::{TestChannel, fresh_number},
    eventyay::{Event, Eventyay, Viewer},
    wait::until,
};
use futures_util::future::join_all;

/// How many send at once.
const SENDERS: usize = 12;

/// Posts one event after the other until told to stop.
async fn hammer(eventyay: &Eventyay, next: impl Fn() -> Event, stop: &AtomicBool, sent: &AtomicI64) {
    while !stop.load(Ordering::SeqCst) {
        eventyay.send(&next()).await;
        sent.fetch_add(1, Ordering::SeqCst);
    }
}

/// What a moderator does against a flood of events like `next`.
async fn against_a_flood<F>(channel: &TestChannel, cause: &str, next: impl Fn() -> Event, act: F)
where
    F: AsyncFnOnce(),
{
    let (stop, sent) = (AtomicBool::new(false), AtomicI64::new(0));
    let flood = async {
        let senders = (0..SENDERS).map(|_| hammer(&channel.eventyay, &next, &stop, &sent));
        join_all(senders).await;
    };
    let moderating = async {
        until("the flood", || async { (channel.moderator.queue().await.queued > 20).then_some(()) }).await;
        act().await;
        // The answer is here, the flood goes on.
        let at_once = channel.moderator.queue().await;
        assert_eq!((at_once.queued, at_once.texts()), (0, vec![]), "right after the answer");
        let seen = sent.load(Ordering::SeqCst);
        until("more of the flood", || async { (sent.load(Ordering::SeqCst) > seen + 50).then_some(()) })
            .await;
        stop.store(true, Ordering::SeqCst);
    };
    tokio::join!(flood, moderating);
    let after = channel.moderator.queue().await;
    assert_eq!(after.queued, 0);
    // Nothing was lost either: what was sent was rejected or dropped.
    let accounted = after.decided("rejected") + after.dropped(cause);
    assert_eq!(accounted, sent.load(Ordering::SeqCst), "{after:?}");
    assert!(after.dropped(cause) > 0);
}

#[tokio::test]
async fn a_ban_by_account() {
    let channel = TestChannel::open().await;
    let viewer = Viewer::with_account("Mallory", fresh_number());
    let next = || Event::text(&viewer, "look at me");
    against_a_flood(&channel, "ban", next, async || {
        let message = channel.moderator.find("look at me").await;
        assert!(channel.moderator.ban(&message).await.0 > 20);
    })
    .await;
}

#[tokio::test]
async fn a_ban_by_name() {
    let channel = TestChannel::open().await;
    let next = || Event::text(&Viewer::only_named("  MALLORY "), "look at me");
    against_a_flood(&channel, "ban", next, async || {
        let message = channel.moderator.find("look at me").await;
        assert!(channel.moderator.ban(&message).await.0 > 20);
    })
    .await;
}

#[tokio::test]
async fn a_blocked_text() {
    let channel = TestChannel::open().await;
    let next = || Event::text(&Viewer::guest("Somebody"), "look at me, look at me");
    against_a_flood(&channel, "pattern", next, async || {
        let message = channel.moderator.find("look at me, look at me").await;
        assert!(channel.moderator.block_similar(message.id).await > 20);
    })
    .await;
}

#[tokio::test]
async fn trust_holds_at_once_too() {
    let channel = TestChannel::open().await;
    let viewer = Viewer::with_account("Trent", fresh_number());
    let (stop, sent) = (AtomicBool::new(false), AtomicI64::new(0));
    let next = || Event::text(&viewer, "good morning");
    let flood = async {
        join_all((0..SENDERS).map(|_| hammer(&channel.eventyay, next, &stop, &sent))).await;
    };
    let moderating = async {
        until("the flood", || async { (channel.moderator.queue().await.queued > 20).then_some(()) }).await;
        channel.moderator.allow(&channel.moderator.find("good morning").await).await;
        assert_eq!(channel.moderator.queue().await.queued, 0);
        stop.store(true, Ordering::SeqCst);
    };
    tokio::join!(flood, moderating);
    let after = channel.moderator.queue().await;
    assert_eq!((after.queued, after.decided("approved")), (0, sent.load(Ordering::SeqCst)));
}

#[tokio::test]
async fn an_archived_channel_takes_nothing_from_the_answer_on() {
    let channel = TestChannel::open().await;
    let viewer = Viewer::guest("Alice");
    let (stop, taken, refused) = (AtomicBool::new(false), AtomicI64::new(0), AtomicI64::new(0));
    let flood = join_all((0..SENDERS).map(async |_| {
        while !stop.load(Ordering::SeqCst) {
            let answer = channel.eventyay.post(&Event::text(&viewer, "hello")).await;
            let count = if answer.status == 200 { &taken } else { &refused };
            assert!(answer.status == 200 || answer.status == 404, "{answer}");
            count.fetch_add(1, Ordering::SeqCst);
        }
    }));
    let archiving = async {
        until("the flood", || async { (taken.load(Ordering::SeqCst) > 50).then_some(()) }).await;
        channel.archive().await;
        let at_once = channel.moderator.queue().await.queued;
        let seen = refused.load(Ordering::SeqCst);
        until("refusals", || async { (refused.load(Ordering::SeqCst) > seen + 50).then_some(()) }).await;
        stop.store(true, Ordering::SeqCst);
        at_once
    };
    let (_, at_once) = tokio::join!(flood, archiving);
    assert_eq!(channel.moderator.queue().await.queued, at_once, "nothing came after the answer");
    assert_eq!(taken.load(Ordering::SeqCst), at_once, "and nothing that was taken is missing");
}
