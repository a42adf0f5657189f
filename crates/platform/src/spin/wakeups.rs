//! The wake-ups port where nobody announces anything: whoever waits looks at the topic's revision now and then.
//!
//! All that wait for one topic in one instance share their looks, and look the oftener the more recently something
//! changed.

mod topics;
mod watched;

use std::{sync::Arc, time::Duration};

use self::{topics::Topics, watched::Watched};
use super::{clock::SpinClock, database::SpinDatabase};
use crate::{
    clock::{Clock as _, Millis},
    database::DatabaseError,
    schema::Schema,
    wakeups::{Subscription, Topic, Wake, Wakeups},
};

/// The revisions that somebody in this instance waits for.
#[derive(Debug)]
pub struct SpinWakeups<S> {
    database: SpinDatabase<S>,
    topics: Arc<Topics>,
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
}

impl<S: Schema> Wakeups for SpinWakeups<S> {
    type Subscription = SpinSubscription<S>;

    fn subscribe(&self, topic: Topic) -> SpinSubscription<S> {
        let watched = self.topics.watch(topic, SpinClock.now());
        SpinSubscription { topic, watched, database: self.database.clone() }
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
    database: SpinDatabase<S>,
}

impl<S: Schema> Subscription for SpinSubscription<S> {
    async fn changed(&mut self, seen: i64, limit: Duration) -> Wake {
        let ends_at = SpinClock.now() + Millis::try_from(limit.as_millis()).unwrap_or(Millis::MAX / 2);
        loop {
            let now = SpinClock.now();
            let pause = self.watched.pause(seen, now).min(ends_at - now).max(0);
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
    /// The topic's revision, as it is or as it was at most `age` milliseconds ago.
    async fn look(&self, age: Millis) -> Result<i64, DatabaseError> {
        if let Some(revision) = self.watched.revision(age, SpinClock.now()) {
            return Ok(revision);
        }
        let look = |waiting: Vec<()>| async move {
            let revision = S::revision(&self.database, self.topic).await;
            if let Ok(revision) = revision {
                self.watched.note(revision, SpinClock.now());
            }
            waiting.iter().map(|()| revision.clone()).collect()
        };
        let gone = |_| Err(DatabaseError::Unavailable("a look at the revision was cut short".into()));
        self.watched.looks.run((), look).await.unwrap_or_else(gone)
    }
}
