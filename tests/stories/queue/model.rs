//! A client that applies one delta after the other knows what the server knows, whatever happens.

use std::sync::atomic::{AtomicBool, Ordering};

use chatstream_tests::{
    channel::{TestChannel, fresh_number},
    eventyay::{Event, Viewer},
    people::{Moderator, Outcome},
    queue::{Message, QueueModel},
    seed::Seed,
    wait::within_patience,
};
use futures_util::future::join_all;
use serde_json::json;
use tokio::sync::watch;

const TEXTS: [&str; 6] = [
    "hello everybody",
    "hello everybody!",
    "buy cheap watches now",
    "Buy cheap watches, now",
    "when does the next talk begin?",
    "ok",
];

/// Follows the queue by long polls until told to stop.
async fn poll_on(moderator: &Moderator, model: &watch::Sender<QueueModel>, stop: &AtomicBool) {
    model.send_modify(|model| model.revision = -1);
    let first = moderator.queue().await;
    model.send_modify(|model| model.apply(first));
    while !stop.load(Ordering::SeqCst) {
        let known = model.borrow().revision;
        let delta = moderator.poll(known, 1).await;
        model.send_modify(|model| model.apply(delta));
    }
}

/// Follows the queue by a stream until told to stop, connecting again now and then.
async fn stream_on(moderator: &Moderator, model: &watch::Sender<QueueModel>, stop: &AtomicBool) {
    let mut stream = moderator.follow("?limit=500", None).await;
    let mut events = 0;
    while !stop.load(Ordering::SeqCst) {
        let event = tokio::time::timeout(std::time::Duration::from_secs(1), stream.next()).await;
        if let Ok(event) = event {
            let delta = event.expect("the stream goes on").delta();
            model.send_modify(|model| model.apply(delta));
            events += 1;
        }
        if events % 20 == 19 {
            events += 1;
            let known = model.borrow().revision.to_string();
            stream = moderator.follow("?limit=500", Some(&known)).await;
        }
    }
}

/// Everything that happens in a channel, at random.
struct Hall<'a> {
    channel: &'a TestChannel,
    moderators: Vec<Moderator>,
    viewers: Vec<Viewer>,
    said: Vec<Event>,
    known: Vec<Message>,
    seed: Seed,
}

impl<'a> Hall<'a> {
    async fn open(channel: &'a TestChannel, story: &'static str) -> Self {
        let mut moderators = Vec::new();
        for _ in 0..3 {
            moderators.push(channel.another_moderator().await);
        }
        let accounts = ["Alice", "Bob", "Mallory"].map(|name| Viewer::with_account(name, fresh_number()));
        let others =
            [Viewer::guest("Carol"), Viewer::only_named("Dave"), Viewer::unnamed(), Viewer::unknown()];
        let viewers = accounts.into_iter().chain(others).collect();
        Self { channel, moderators, viewers, said: Vec::new(), known: Vec::new(), seed: Seed::new(story) }
    }

    fn event(&mut self) -> Event {
        let viewer = &self.viewers[self.seed.usize(0..self.viewers.len())];
        let text = TEXTS[self.seed.usize(0..TEXTS.len())];
        match (self.seed.u8(0..10), self.said.is_empty()) {
            // A second delivery.
            (0, false) => self.said[self.seed.usize(0..self.said.len())].clone(),
            (1..=2, false) => {
                let target = &self.said[self.seed.usize(0..self.said.len())];
                Event::reaction(target, viewer, ["👍", "🎉"][self.seed.usize(0..2)], &["r"])
            }
            _ => Event::text(viewer, text),
        }
    }

    /// A message that is, or was, in the queue.
    fn message(&mut self) -> Option<Message> {
        let count = self.known.len();
        (count > 0).then(|| self.known[self.seed.usize(0..count)].clone())
    }

    /// So many things, one after the other or all at once.
    async fn happen(&mut self, count: usize, at_once: bool) {
        self.known.extend(self.channel.moderator.queue().await.messages);
        let mut happenings = Vec::new();
        for _ in 0..count {
            happenings.push(self.happening());
        }
        if at_once {
            join_all(happenings.iter().map(|happening| happening.come_to_pass(self.channel))).await;
        } else {
            for happening in &happenings {
                happening.come_to_pass(self.channel).await;
            }
        }
        self.said.extend(happenings.into_iter().filter_map(|happening| match happening {
            Happening::Said(event) if event.0["message_type"] == "text" => Some(event),
            _ => None,
        }));
    }

    fn happening(&mut self) -> Happening {
        let choice = self.seed.u8(0..20);
        let moderator = self.moderators[self.seed.usize(0..self.moderators.len())].clone();
        match self.message() {
            None => Happening::Said(self.event()),
            Some(_) if choice < 10 => Happening::Said(self.event()),
            Some(message) => Happening::Done(Box::new(moderator), choice, Box::new(message)),
        }
    }
}

enum Happening {
    Said(Event),
    Done(Box<Moderator>, u8, Box<Message>),
}

impl Happening {
    async fn come_to_pass(&self, channel: &TestChannel) {
        match self {
            Self::Said(event) => channel.eventyay.send(event).await,
            Self::Done(moderator, choice, message) => act(moderator, *choice, message).await,
        }
    }
}

async fn act(moderator: &Moderator, choice: u8, message: &Message) {
    match choice {
        10..=11 => drop(moderator.approve(message.id).await),
        12 => drop(moderator.highlight(message.id).await),
        13..=14 => drop(moderator.reject(message.id).await),
        15 => assert!(matches!(moderator.undo(message.id).await.status.as_u16(), 200 | 409)),
        16 => assert!(matches!(moderator.undo_group(message.id).await.status.as_u16(), 200 | 409)),
        17 => assert!(moderator.reject_similar(message.id).await < 500),
        18 => {
            // Somebody is banned, and the ban is lifted again.
            if message.centralauth_id.is_some() || message.sender_id.is_some() {
                let answer = moderator.post(&moderator.api("block-user"), &message.sender()).await.ok();
                // Another moderator may have been quicker to lift it.
                if let Some(entry) = answer["entry"].as_i64() {
                    let remove = moderator.page("blacklist/remove");
                    let status = moderator.post(&remove, &json!({"id": entry})).await.status;
                    assert!(matches!(status.as_u16(), 200 | 404), "{status}");
                }
            }
        }
        _ => {
            let outcome = moderator.highlight(message.id).await;
            assert!(matches!(outcome, Outcome::Effective | Outcome::Superseded(_)));
        }
    }
}

/// Waits until `follower` is where the server is, and compares them.
async fn check(channel: &TestChannel, follower: &watch::Sender<QueueModel>, who: &str) {
    within_patience(who, async {
        loop {
            let page = channel.moderator.queue().await;
            let mut model = follower.subscribe();
            let model = model.wait_for(|model| model.revision >= page.revision).await.unwrap().clone();
            // Somebody may have come or gone between the two looks.
            if model.revision == page.revision {
                model.check_against(&page, who);
                return;
            }
        }
    })
    .await;
}

async fn live(story: &'static str, rounds: usize, count: usize, at_once: bool) {
    let channel = TestChannel::open().await;
    let (poller, reader) = (channel.another_moderator().await, channel.another_moderator().await);
    let (by_polls, by_stream) =
        (watch::Sender::new(QueueModel::default()), watch::Sender::new(QueueModel::default()));
    let stop = AtomicBool::new(false);
    let living = async {
        let mut hall = Hall::open(&channel, story).await;
        for _ in 0..rounds {
            hall.happen(count, at_once).await;
            check(&channel, &by_polls, "the poller").await;
            check(&channel, &by_stream, "the stream").await;
        }
        stop.store(true, Ordering::SeqCst);
    };
    tokio::join!(poll_on(&poller, &by_polls, &stop), stream_on(&reader, &by_stream, &stop), living);
}

#[tokio::test]
async fn one_thing_after_the_other() {
    live("one thing after the other", 12, 12, false).await;
}

#[tokio::test]
async fn everything_at_once() {
    live("everything at once", 12, 30, true).await;
}
