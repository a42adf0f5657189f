//! The wake-ups port where nobody announces anything: whoever waits looks at the topic's revision now and then.
//!
//! All that wait for one topic in one instance share their looks, and look the oftener the more recently something
//! changed.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::{clock::SpinClock, database::SpinDatabase};
use crate::{
    clock::{Clock as _, Millis},
    database::DatabaseError,
    joined::Joined,
    schema::Schema,
    wakeups::{Subscription, Topic, Wake, Wakeups},
};

/// The revisions that somebody in this instance waits for.
#[derive(Debug)]
pub struct SpinWakeups<S> {
    database: SpinDatabase<S>,
    topics: Arc<Mutex<HashMap<Topic, Arc<Watched>>>>,
}

impl<S> Clone for SpinWakeups<S> {
    fn clone(&self) -> Self {
        Self { database: self.database.clone(), topics: Arc::clone(&self.topics) }
    }
}

impl<S> SpinWakeups<S> {
    /// Looks into `database`.
    #[must_use]
    pub fn new(database: SpinDatabase<S>) -> Self {
        Self { database, topics: Arc::default() }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Topic, Arc<Watched>>> {
        self.topics.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A topic that somebody waits for.
#[derive(Debug, Default)]
struct Watched {
    looks: Joined<(), Result<i64, DatabaseError>>,
    last: Mutex<Look>,
}

/// What the last look at a topic found.
#[derive(Debug, Clone, Copy, Default)]
struct Look {
    at: Millis,
    revision: i64,
    /// When it last found another revision than before.
    changed_at: Millis,
}

impl<S: Schema> Wakeups for SpinWakeups<S> {
    type Subscription = SpinSubscription<S>;

    fn subscribe(&self, topic: Topic) -> SpinSubscription<S> {
        let watched = Arc::clone(self.lock().entry(topic).or_default());
        SpinSubscription { topic, watched, wakeups: self.clone() }
    }

    /// Other instances change what this one cannot see.
    fn generation(&self, _topic: Topic) -> Option<u64> {
        None
    }
}

/// One waiter for one topic.
#[derive(Debug)]
pub struct SpinSubscription<S> {
    topic: Topic,
    watched: Arc<Watched>,
    wakeups: SpinWakeups<S>,
}

impl<S: Schema> Subscription for SpinSubscription<S> {
    async fn changed(&mut self, seen: i64, limit: Duration) -> Wake {
        let ends_at = SpinClock.now() + Millis::try_from(limit.as_millis()).unwrap_or(Millis::MAX / 2);
        loop {
            let now = SpinClock.now();
            let pause = pause(now - self.last().changed_at).min(ends_at - now).max(0);
            SpinClock.sleep(Duration::from_millis(u64::try_from(pause).unwrap_or_default())).await;
            match self.look(pause / 2).await {
                Ok(revision) if revision <= seen => {}
                // After an error whoever reads again will hear what is wrong.
                Ok(_) | Err(_) => return Wake::Changed,
            }
            if SpinClock.now() >= ends_at {
                return Wake::TimedOut;
            }
        }
    }
}

impl<S: Schema> SpinSubscription<S> {
    fn last(&self) -> Look {
        *self.watched.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The topic's revision, as it is or as it was at most `age` milliseconds ago.
    async fn look(&self, age: Millis) -> Result<i64, DatabaseError> {
        let last = self.last();
        if (0..=age).contains(&(SpinClock.now() - last.at)) && last.at > 0 {
            return Ok(last.revision);
        }
        let look = |waiting: Vec<()>| async move {
            let revision = S::revision(&self.wakeups.database, self.topic).await;
            if let Ok(revision) = revision {
                self.note(revision);
            }
            waiting.iter().map(|()| revision.clone()).collect()
        };
        let gone = |_| Err(DatabaseError::Unavailable("a look at the revision was cut short".into()));
        self.watched.looks.run((), look).await.unwrap_or_else(gone)
    }

    fn note(&self, revision: i64) {
        let mut last = self.watched.last.lock().unwrap_or_else(PoisonError::into_inner);
        let now = SpinClock.now();
        let changed_at = if revision == last.revision { last.changed_at } else { now };
        *last = Look { at: now, revision, changed_at };
    }
}

impl<S> Drop for SpinSubscription<S> {
    fn drop(&mut self) {
        let mut topics = self.wakeups.topics.lock().unwrap_or_else(PoisonError::into_inner);
        if let Entry::Occupied(topic) = topics.entry(self.topic) {
            // The map's and this one: subscribing takes the same lock, so nobody can arrive in between.
            if Arc::strong_count(topic.get()) <= 2 {
                topic.remove();
            }
        }
    }
}

/// How long to wait for the next look when the last change was `quiet` milliseconds ago. With the age that a shared
/// look may have, a change shows within one and a half times as long.
const fn pause(quiet: Millis) -> Millis {
    match quiet {
        ..10_000 => 100,
        10_000..300_000 => 160,
        _ => 600,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn while_somebody_decides_a_change_shows_within_a_quarter_of_a_second() {
        for quiet in [0, 9_999, 60_000, 299_999] {
            assert!(pause(quiet) * 3 / 2 <= crate::wakeups::TRUSTED_FOR_MS, "{quiet}");
        }
        assert!(pause(3_600_000) * 3 / 2 < 1_000, "and soon in a quiet channel");
    }
}
