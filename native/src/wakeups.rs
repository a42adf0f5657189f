//! Wake-ups within this process: the database adapter announces, open streams wait.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
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
