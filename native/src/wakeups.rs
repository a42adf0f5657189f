//! Wake-ups for this process: the database adapter announces, open streams wait.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use platform::wakeups::{Subscription, Topic, Wake, Wakeups};
use tokio::sync::watch;

/// Who waits for what. Clones share their subscribers.
///
/// A topic is here only while somebody subscribes to it; an announcement that nobody hears costs one look
/// into a map.
#[derive(Debug, Clone, Default)]
pub struct NativeWakeups {
    shared: Arc<Mutex<Shared>>,
    generations: Arc<Generations>,
}

/// Counters of the topics' changes, looked at by every request for something cached: so no lock and no map.
/// Topics that share one only make each other look into the database once more.
#[derive(Debug)]
struct Generations([AtomicU64; 256]);

impl Default for Generations {
    fn default() -> Self {
        Self([const { AtomicU64::new(0) }; 256])
    }
}

impl Generations {
    fn of(&self, topic: Topic) -> &AtomicU64 {
        let place = usize::try_from(topic.0.rem_euclid(256)).unwrap_or(0);
        self.0.get(place).unwrap_or(&self.0[0])
    }
}

#[derive(Debug, Default)]
struct Shared {
    /// The value in a channel is whether the host is closing; a change is a new version of the same value.
    topics: HashMap<Topic, watch::Sender<bool>>,
    closing: bool,
}

impl NativeWakeups {
    /// Nobody waits yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Wakes everybody who waits for `topic`; called after a commit, from any thread.
    pub fn announce(&self, topic: Topic) {
        // Woken outside the lock: a thousand wake-ups take a while, and nobody needs to queue for them.
        let sender = self.lock().topics.get(&topic).cloned();
        if let Some(sender) = sender {
            sender.send_modify(|_| {});
        }
    }

    /// Makes what is cached of `topic` out of date; called after a commit, before anybody hears of it.
    pub fn advance(&self, topic: Topic) {
        self.generations.of(topic).fetch_add(1, Ordering::Release);
    }

    /// Wakes everybody, and makes everything cached out of date: something changed, and nobody knows what.
    pub fn announce_all(&self) {
        for generation in &self.generations.0 {
            generation.fetch_add(1, Ordering::Release);
        }
        let senders: Vec<_> = self.lock().topics.values().cloned().collect();
        for sender in senders {
            sender.send_modify(|_| {});
        }
    }

    /// Ends every wait with [`Wake::Closing`], now and from now on.
    pub fn close(&self) {
        let mut shared = self.lock();
        shared.closing = true;
        for sender in shared.topics.values() {
            sender.send_replace(true);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        // Nothing under this lock can leave the map half changed.
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wakeups for NativeWakeups {
    type Subscription = NativeSubscription;

    fn generation(&self, topic: Topic) -> Option<u64> {
        Some(self.generations.of(topic).load(Ordering::Acquire))
    }

    fn subscribe(&self, topic: Topic) -> NativeSubscription {
        let mut shared = self.lock();
        let closing = shared.closing;
        let sender = shared.topics.entry(topic).or_insert_with(|| watch::Sender::new(closing));
        NativeSubscription { topic, receiver: sender.subscribe(), wakeups: self.clone() }
    }
}

/// One waiter for one topic.
#[derive(Debug)]
pub struct NativeSubscription {
    topic: Topic,
    receiver: watch::Receiver<bool>,
    wakeups: NativeWakeups,
}

impl Subscription for NativeSubscription {
    async fn changed(&mut self, _seen: i64, limit: Duration) -> Wake {
        if *self.receiver.borrow() {
            return Wake::Closing;
        }
        match tokio::time::timeout(limit, self.receiver.changed()).await {
            Err(_) => Wake::TimedOut,
            Ok(Ok(())) if !*self.receiver.borrow() => Wake::Changed,
            Ok(_) => Wake::Closing,
        }
    }
}

impl Drop for NativeSubscription {
    fn drop(&mut self) {
        let mut shared = self.wakeups.lock();
        if let Entry::Occupied(topic) = shared.topics.entry(self.topic) {
            // This receiver is still counted while it is dropped. Subscribing takes the same lock, so
            // nobody can arrive in between.
            if topic.get().receiver_count() <= 1 {
                topic.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use platform::wakeups::{Subscription as _, Topic, Wake, Wakeups as _};

    use super::NativeWakeups;

    const LONG: Duration = Duration::from_secs(20);

    #[tokio::test]
    async fn a_topic_is_kept_only_while_somebody_subscribes_to_it() {
        let wakeups = NativeWakeups::new();
        wakeups.announce(Topic(1));
        assert!(wakeups.lock().topics.is_empty());
        let (first, second) = (wakeups.subscribe(Topic(1)), wakeups.subscribe(Topic(1)));
        assert_eq!(wakeups.lock().topics.len(), 1);
        drop(first);
        assert_eq!(wakeups.lock().topics.len(), 1);
        drop(second);
        assert!(wakeups.lock().topics.is_empty());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_thousand_waiters_hear_of_every_last_change() {
        let wakeups = NativeWakeups::new();
        let waiters: Vec<_> = (0..1000)
            .map(|_| {
                let mut subscription = wakeups.subscribe(Topic(7));
                tokio::spawn(async move {
                    while subscription.changed(0, LONG).await == Wake::Changed {}
                    subscription.changed(0, LONG).await
                })
            })
            .collect();
        for _ in 0..100 {
            wakeups.announce(Topic(7));
        }
        wakeups.close();
        for waiter in waiters {
            assert_eq!(waiter.await.unwrap(), Wake::Closing);
        }
        assert!(wakeups.lock().topics.is_empty());
    }

    #[tokio::test]
    async fn changes_that_nobody_waited_for_are_one_wake_up() {
        let wakeups = NativeWakeups::new();
        let mut subscription = wakeups.subscribe(Topic(1));
        wakeups.announce(Topic(1));
        wakeups.announce(Topic(1));
        assert_eq!(subscription.changed(0, Duration::ZERO).await, Wake::Changed);
        assert_eq!(subscription.changed(0, Duration::ZERO).await, Wake::TimedOut);
    }
}
