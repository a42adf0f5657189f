//! What changed since a revision, now or as soon as something does.

use std::time::Duration;

use chatstream_tests::{
    channel::{TestChannel, fresh_number},
    eventyay::{Event, Viewer},
    queue::{Delta, QueueModel},
};
use futures_util::future::join_all;

#[tokio::test]
async fn a_poll_tells_what_is_new_and_what_has_gone() {
    let channel = TestChannel::open().await;
    let moderator = &channel.moderator;
    let (one, two) = (channel.anybody_says("one").await.id, channel.anybody_says("two").await.id);
    let known = moderator.quiet_revision().await;
    moderator.approve(one).await;
    let three = channel.anybody_says("three").await.id;
    let delta = moderator.poll(known, 0).await;
    assert_eq!((delta.reset, delta.ids(), &delta.gone, delta.queued), (false, vec![three], &vec![one], 2));
    assert!(delta.revision > known);
    // The same question has the same answer, and the next one has nothing new.
    assert_eq!(moderator.poll(known, 0).await, delta);
    let next = moderator.poll(delta.revision, 0).await;
    assert_eq!((next.reset, next.ids(), next.gone, next.revision), (false, vec![], vec![], delta.revision));
    // Back again by undo: as if it were new, at its old place.
    moderator.undo(one).await.ok();
    assert_eq!(moderator.poll(delta.revision, 0).await.ids(), [one]);
    assert_eq!(moderator.queue().await.ids(), [three, two, one]);
}

/// What a poll that began before `happening` answers.
async fn while_polling(channel: &TestChannel, happening: impl Future<Output = ()>) -> Delta {
    let known = channel.moderator.quiet_revision().await;
    let (delta, ()) = tokio::join!(channel.moderator.poll(known, 25), happening);
    assert!(delta.revision > known && !delta.reset);
    delta
}

#[tokio::test]
async fn a_poll_that_waits_hears_of_everything_at_once() {
    let channel = TestChannel::open().await;
    let moderator = &channel.moderator;
    let arrived = while_polling(&channel, async {
        channel.eventyay.say(&Viewer::guest("Alice"), "hello").await;
    })
    .await;
    assert_eq!(arrived.texts(), ["hello"]);
    let message = arrived.ids()[0];
    let decided = while_polling(&channel, async {
        moderator.approve(message).await;
    })
    .await;
    assert_eq!((decided.gone.as_slice(), decided.decided("approved")), (&[message][..], 1));
    let undone = while_polling(&channel, async {
        moderator.undo(message).await.ok();
    })
    .await;
    assert_eq!((undone.ids(), undone.queued), (vec![message], 1));
    let viewer = Viewer::with_account("Mallory", fresh_number());
    let theirs = channel.queued(&viewer, "me").await;
    let banned = while_polling(&channel, async {
        moderator.ban(&theirs).await;
    })
    .await;
    assert_eq!(banned.gone, [theirs.id]);
}

#[tokio::test]
async fn a_poll_without_news_waits_and_comes_back_empty() {
    let channel = TestChannel::open().await;
    let known = channel.moderator.quiet_revision().await;
    let began = tokio::time::Instant::now();
    let delta = channel.moderator.poll(known, 1).await;
    // A host may count its seconds a little differently.
    assert!(began.elapsed() >= Duration::from_millis(900), "{:?}", began.elapsed());
    assert_eq!((delta.revision, delta.reset, delta.ids(), delta.gone), (known, false, vec![], vec![]));
}

#[tokio::test]
async fn many_who_wait_hear_of_it_together() {
    let channel = TestChannel::open().await;
    let known = channel.moderator.quiet_revision().await;
    let alice = Viewer::guest("Alice");
    let polls = join_all((0..20).map(|_| channel.moderator.poll(known, 25)));
    let (deltas, _) = tokio::join!(polls, channel.eventyay.say(&alice, "hello"));
    assert!(deltas.iter().all(|delta| delta.texts() == ["hello"]));
}

#[tokio::test]
async fn who_comes_from_the_future_begins_anew() {
    let channel = TestChannel::open().await;
    channel.anybody_says("hello").await;
    let revision = channel.moderator.quiet_revision().await;
    for since in [revision + 1, revision + 1_000_000, i64::MAX] {
        let delta = channel.moderator.poll(since, 25).await;
        assert_eq!((delta.reset, delta.texts()), (true, vec!["hello"]), "{since}");
    }
}

#[tokio::test]
async fn who_missed_too_much_begins_anew() {
    let channel = TestChannel::open().await;
    let known = channel.moderator.quiet_revision().await;
    let viewer = Viewer::guest("Alice");
    let events: Vec<_> = (0..520).map(|number| Event::text(&viewer, &format!("message {number}"))).collect();
    for part in events.chunks(40) {
        join_all(part.iter().map(|event| channel.eventyay.send(event))).await;
    }
    let delta = channel.moderator.poll(known, 0).await;
    assert_eq!((delta.reset, delta.messages.len(), delta.queued), (true, 500, 520));
    // All of it, as a client would fetch it.
    let mut model = QueueModel::default();
    let mut oldest = delta.ids()[499];
    model.apply(delta);
    loop {
        let page = channel.moderator.queue_with(&format!("?limit=15&before={oldest}")).await;
        let Some(last) = page.ids().last().copied() else { break };
        oldest = last;
        model.messages.extend(page.messages.into_iter().map(|message| (message.id, message)));
    }
    assert_eq!(model.messages.len(), 520);
}

#[tokio::test]
async fn what_was_answered_is_in_the_queue_however_busy_it_is() {
    let channel = TestChannel::open().await;
    let moderators = join_all((0..6).map(|_| channel.another_moderator())).await;
    join_all(moderators.iter().enumerate().map(async |(index, moderator)| {
        let viewer = Viewer::guest("Alice");
        for number in 0..12 {
            let known = moderator.queue().await.revision;
            let text = format!("{index}: message {number}");
            channel.eventyay.say(&viewer, &text).await;
            let delta = moderator.poll(known, 0).await;
            let message = delta.messages.iter().find(|message| message.message == text);
            let message = message.unwrap_or_else(|| panic!("{text} is not in {delta:?}"));
            moderator.approve(message.id).await;
            assert!(moderator.poll(delta.revision, 0).await.gone.contains(&message.id), "{text} is decided");
            let quiet = moderator.poll(i64::MAX, 0).await;
            assert!(!quiet.ids().contains(&message.id), "{text} is decided");
        }
    }))
    .await;
    let queue = channel.moderator.queue().await;
    assert_eq!((queue.queued, queue.decided("approved")), (0, 72));
}

#[tokio::test]
async fn a_revision_never_goes_back() {
    let channel = TestChannel::open().await;
    let mut last = channel.moderator.quiet_revision().await;
    for round in 0..30 {
        let message = channel.anybody_says(&format!("round {round}")).await;
        assert!(message.revision > last);
        channel.moderator.reject(message.id).await;
        let revision = channel.moderator.queue().await.revision;
        assert!(revision > message.revision);
        last = revision;
    }
}

#[tokio::test]
async fn strangers_see_nothing_of_it() {
    let channel = TestChannel::open().await;
    let stranger = channel.stranger().await;
    let paths = [
        channel.moderator.api("queue"),
        channel.moderator.api("queue?since=1&wait=25"),
        channel.moderator.api("queue/events"),
        channel.moderator.page("queue/messages.json"),
    ];
    for path in paths {
        channel.nobody().get(&path).await.problem(401);
        stranger.get(&path).await.problem(403);
        let unknown = path.replace(&channel.id, "no-such-channel");
        channel.nobody().get(&unknown).await.problem(401);
        stranger.get(&unknown).await.problem(404);
    }
}
