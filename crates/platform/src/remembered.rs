//! What was read from the database, used again while nothing can have changed it.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::{
    clock::Millis,
    wakeups::{TRUSTED_FOR_MS, Topic, Wakeups},
};

/// How many values are kept; more than that are for somebody who tries out names.
const MAX_KEPT: usize = 1024;

/// Values by key, each about one topic. On a host that cannot tell whether a topic changed nothing is ever used
/// again, and every value is read anew.
#[derive(Debug)]
pub struct Remembered<K, V>(Mutex<HashMap<K, Entry<V>>>);

#[derive(Debug)]
struct Entry<V> {
    value: Arc<V>,
    topic: Topic,
    generation: Option<u64>,
    read_at: Millis,
}

impl<K, V> Default for Remembered<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash + Clone, V> Remembered<K, V> {
    /// The value under `key`, if nothing can have changed it.
    pub fn get<W: Wakeups>(&self, key: &K, wakeups: &W, now: Millis) -> Option<Arc<V>> {
        let kept = self.lock();
        let entry = kept.get(key)?;
        let generation = entry.generation?;
        let is_fresh = (0..TRUSTED_FOR_MS).contains(&(now - entry.read_at));
        (is_fresh && wakeups.generation(entry.topic) == Some(generation)).then(|| Arc::clone(&entry.value))
    }

    /// What to give to [`put`](Self::put), taken **before** the value is read: the generation of the topic that the
    /// key was about so far. A key that was never put has none, so its first value is not used again.
    pub fn generation<W: Wakeups>(&self, key: &K, wakeups: &W) -> Option<(Topic, u64)> {
        let topic = self.lock().get(key)?.topic;
        Some((topic, wakeups.generation(topic)?))
    }

    /// Keeps a value that is about `topic` and was read at `now`, or later.
    pub fn put(
        &self,
        key: K,
        topic: Topic,
        value: V,
        generation: Option<(Topic, u64)>,
        now: Millis,
    ) -> Arc<V> {
        let value = Arc::new(value);
        let generation = generation.filter(|(known, _)| *known == topic).map(|(_, generation)| generation);
        let mut kept = self.lock();
        if kept.len() >= MAX_KEPT && !kept.contains_key(&key) {
            kept.clear();
        }
        kept.insert(key, Entry { value: Arc::clone(&value), topic, generation, read_at: now });
        value
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<K, Entry<V>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicU64, Ordering},
        time::Duration,
    };

    use super::*;
    use crate::wakeups::{Subscription, Wake};

    #[derive(Clone)]
    struct Counter(Arc<AtomicU64>, bool);

    struct Never;

    impl Subscription for Never {
        async fn changed(&mut self, _seen: i64, _limit: Duration) -> Wake {
            Wake::TimedOut
        }
    }

    impl Wakeups for Counter {
        type Subscription = Never;

        fn subscribe(&self, _topic: Topic) -> Never {
            Never
        }

        fn generation(&self, _topic: Topic) -> Option<u64> {
            self.1.then(|| self.0.load(Ordering::SeqCst))
        }
    }

    fn put_twice(remembered: &Remembered<&'static str, i32>, wakeups: &Counter) {
        for _ in 0..2 {
            let generation = remembered.generation(&"a", wakeups);
            remembered.put("a", Topic(1), 7, generation, 1_000);
        }
    }

    #[test]
    fn a_value_is_used_until_its_topic_changes_or_time_has_passed() {
        let wakeups = Counter(Arc::default(), true);
        let remembered = Remembered::default();
        put_twice(&remembered, &wakeups);
        assert_eq!(remembered.get(&"a", &wakeups, 1_001).as_deref(), Some(&7));
        assert_eq!(remembered.get(&"b", &wakeups, 1_001), None);
        assert_eq!(remembered.get(&"a", &wakeups, 1_000 + TRUSTED_FOR_MS), None);
        assert_eq!(remembered.get(&"a", &wakeups, 999), None, "the clock was put back");
        wakeups.0.fetch_add(1, Ordering::SeqCst);
        assert_eq!(remembered.get(&"a", &wakeups, 1_001), None);
    }

    #[test]
    fn a_change_while_it_is_read_is_not_missed() {
        let wakeups = Counter(Arc::default(), true);
        let remembered = Remembered::default();
        put_twice(&remembered, &wakeups);
        let generation = remembered.generation(&"a", &wakeups);
        wakeups.0.fetch_add(1, Ordering::SeqCst);
        remembered.put("a", Topic(1), 8, generation, 1_000);
        assert_eq!(remembered.get(&"a", &wakeups, 1_001), None);
    }

    #[test]
    fn a_host_that_cannot_tell_reads_every_time() {
        let wakeups = Counter(Arc::default(), false);
        let remembered = Remembered::default();
        put_twice(&remembered, &wakeups);
        assert_eq!(remembered.get(&"a", &wakeups, 1_001), None);
    }
}
