//! A restart in the middle: what was answered 200 is there exactly once, and nobody has to log in again.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use chatstream_tests::{
    channel::TestChannel,
    eventyay::{Event, Viewer},
    host::{Ending, Host, Options},
    http::try_send,
    people::Outcome,
    wait::until,
};
use futures_util::future::join_all;
use serde_json::json;

/// How many post at once.
const SENDERS: usize = 16;

/// What became of each event, by its text.
#[derive(Debug, Default)]
struct Sent {
    acknowledged: BTreeMap<String, Event>,
    unanswered: BTreeMap<String, Event>,
}

/// Posts events, each once, until the host is gone.
async fn post_until_the_end(
    channel: &TestChannel,
    sender: usize,
    ended: &AtomicBool,
    count: &AtomicUsize,
    sent: &Mutex<Sent>,
) {
    let viewer = Viewer::guest(&format!("Sender {sender}"));
    for number in 0.. {
        if ended.load(Ordering::SeqCst) {
            return;
        }
        let text = format!("{sender}: message {number}");
        let event = Event::text(&viewer, &text);
        let answer = try_send(channel.eventyay.signed(event.body())).await;
        let mut sent = sent.lock().unwrap();
        let Ok(answer) = answer else {
            sent.unanswered.insert(text, event);
            return;
        };
        assert_eq!(answer.status, 200, "{answer}");
        count.fetch_add(1, Ordering::SeqCst);
        sent.acknowledged.insert(text, event);
    }
}

/// How often each text waits in the queue.
async fn stored(channel: &TestChannel) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    let mut page = channel.moderator.queue().await;
    let queued = page.queued;
    while let Some(last) = page.ids().last().copied() {
        for message in page.messages {
            *found.entry(message.message).or_default() += 1;
        }
        page = channel.moderator.queue_with(&format!("?limit=500&before={last}")).await;
    }
    assert_eq!(found.values().sum::<usize>(), usize::try_from(queued).unwrap(), "the count and the messages");
    found
}

async fn messages_survive(ending: Ending) {
    let mut host = Host::start(Options::default()).await;
    let channel = TestChannel::open_on(&host, json!({})).await;
    let before = channel.anybody_says("before").await.id;
    assert_eq!(channel.moderator.approve(before).await, Outcome::Effective);
    let revision = AtomicUsize::new(0);
    for round in 0..3 {
        let (ended, count, sent) = (AtomicBool::new(false), AtomicUsize::new(0), Mutex::new(Sent::default()));
        let posting = join_all(
            (0..SENDERS)
                .map(|sender| post_until_the_end(&channel, round * SENDERS + sender, &ended, &count, &sent)),
        );
        let ending = async {
            until("some messages", || async { (count.load(Ordering::SeqCst) > 150).then_some(()) }).await;
            let known = channel.moderator.queue().await.revision;
            revision.store(usize::try_from(known).unwrap(), Ordering::SeqCst);
            host.end(ending).await;
            ended.store(true, Ordering::SeqCst);
        };
        tokio::join!(posting, ending);
        host.start_again().await;

        // Sessions, roles and decisions are as they were.
        assert_eq!(channel.moderator.me().await["authenticated"], true);
        assert_eq!(channel.moderator.highlight(before).await, Outcome::Superseded("approved".to_owned()));
        assert_eq!(channel.feeds().texts().await, ["before"]);
        let page = channel.moderator.queue().await;
        let known = i64::try_from(revision.load(Ordering::SeqCst)).unwrap();
        assert!(page.revision >= known, "revision {} after {known}", page.revision);
        check(&channel, sent.into_inner().unwrap()).await;
    }
    host.check_health();
}

async fn check(channel: &TestChannel, sent: Sent) {
    assert!(sent.acknowledged.len() > 150);
    let after = stored(channel).await;
    for text in sent.acknowledged.keys() {
        assert_eq!(after.get(text), Some(&1), "{text} was answered 200");
    }
    for text in sent.unanswered.keys() {
        assert!(
            after.get(text).copied().unwrap_or_default() <= 1,
            "{text} was not answered, and is there twice"
        );
    }
    // Whatever had no answer can be sent again, and so can all the rest.
    let again = sent.unanswered.values().chain(sent.acknowledged.values().take(20));
    join_all(again.map(|event| channel.eventyay.send(event))).await;
    let complete = stored(channel).await;
    for text in sent.acknowledged.keys().chain(sent.unanswered.keys()) {
        assert_eq!(complete.get(text), Some(&1), "{text}");
    }
}

#[tokio::test]
async fn a_host_that_is_cut_off() {
    messages_survive(Ending::Killed).await;
}

#[tokio::test]
async fn a_host_that_is_asked_to_end() {
    messages_survive(Ending::Asked).await;
}

#[tokio::test]
async fn decisions_that_were_answered_hold_after_a_cut() {
    let mut host = Host::start(Options::default()).await;
    let channel = TestChannel::open_on(&host, json!({})).await;
    let viewer = Viewer::guest("Alice");
    let events: Vec<_> = (0..200).map(|number| Event::text(&viewer, &format!("message {number}"))).collect();
    for part in events.chunks(25) {
        join_all(part.iter().map(|event| channel.eventyay.send(event))).await;
    }
    let messages = channel.moderator.queue().await.ids();
    let answered = Mutex::new(Vec::new());
    let deciding = join_all(messages.chunks(25).map(async |part| {
        for message in part {
            let path = channel.moderator.api(&format!("message/{message}/approve"));
            let request = channel.moderator.changing(reqwest::Method::POST, &path).json(&json!({}));
            let Ok(answer) = try_send(request).await else { return };
            assert_eq!(answer.status, 200, "{answer}");
            answered.lock().unwrap().push(*message);
        }
    }));
    let killing = async {
        until("some decisions", || async { (answered.lock().unwrap().len() > 60).then_some(()) }).await;
        host.end(Ending::Killed).await;
    };
    tokio::join!(deciding, killing);
    host.start_again().await;
    let answered = answered.into_inner().unwrap();
    let queue = channel.moderator.queue().await;
    assert!(answered.iter().all(|message| !queue.ids().contains(message)), "decided, and waiting again");
    assert_eq!(queue.queued + queue.decided("approved"), 200);
    let logged = channel.moderator.log("?limit=500").await.len();
    assert_eq!(i64::try_from(logged), Ok(queue.decided("approved")), "each is in the log");
    assert!(logged >= answered.len());
}

#[tokio::test]
async fn streams_and_polls_are_told_that_the_host_ends() {
    let mut host = Host::start(Options::default()).await;
    let channel = TestChannel::open_on(&host, json!({})).await;
    channel.anybody_says("hello").await;
    let mut stream = channel.moderator.follow("", None).await;
    let first = stream.delta().await;
    assert_eq!(first.texts(), ["hello"]);
    let quiet = channel.moderator.quiet_revision().await;
    let moderator = channel.another_moderator().await;
    let waiting = async {
        let path = moderator.api(&format!("queue?since={quiet}&wait=25"));
        try_send(moderator.client().request(reqwest::Method::GET, &path)).await
    };
    let ending = async {
        // The poll has arrived once its sender is seen to be there.
        until("the poll", || async {
            let present = channel.moderator.queue().await.moderators;
            present.iter().any(|it| it.username == moderator.name()).then_some(())
        })
        .await;
        host.end(Ending::Asked).await;
    };
    let (polled, ()) = tokio::join!(waiting, ending);
    if host.features().says_goodbye {
        assert_eq!(polled.expect("a poll is answered").status, 200);
    }
    let last = loop {
        match stream.next().await {
            Some(event) if event.name == "queue" => {}
            other => break other,
        }
    };
    let goodbye = host.features().says_goodbye.then_some("closing");
    assert_eq!(last.map(|event| event.name).as_deref(), goodbye);
    assert_eq!(stream.next().await, None, "nothing comes after it");
}

#[tokio::test]
async fn who_is_cut_off_comes_back_and_misses_nothing() {
    let mut host = Host::start(Options::default()).await;
    let channel = TestChannel::open_on(&host, json!({})).await;
    let seen = channel.anybody_says("seen").await;
    let mut stream = channel.moderator.follow("", None).await;
    let first = stream.delta().await;
    assert_eq!(first.texts(), ["seen"]);
    for ending in [Ending::Killed, Ending::Asked] {
        host.restart(ending).await;
        while stream.next().await.is_some_and(|event| event.name == "queue") {}
        // Both happen while nobody follows.
        channel.anybody_says("missed").await;
        let last_id = stream.last_id().to_owned();
        stream = channel.moderator.follow("", Some(&last_id)).await;
        let delta = stream.delta().await;
        assert!(!delta.reset, "nothing is sent twice");
        assert_eq!(delta.texts(), ["missed"]);
    }
    host.restart(Ending::Killed).await;
    channel.moderator.approve(seen.id).await;
    let mut stream = channel.moderator.follow("", Some(stream.last_id())).await;
    assert_eq!(stream.delta().await.gone, [seen.id]);
}
