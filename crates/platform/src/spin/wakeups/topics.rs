//! Which topics an instance looks at, and how often.
//!
//! A long poll that ends is mostly followed by the next one at once. So what the looks of one found outlives it for a
//! while: a busy topic stays busy, and a quiet one quiet, also where only one client waits.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use super::watched::Watched;
use crate::{clock::Millis, wakeups::Topic};

/// How long what was found about a topic that nobody waits for is worth keeping, in milliseconds. Longer ago, anything
/// may have happened since.
const KEPT_MS: Millis = 60_000;
/// Of how many topics that nobody waits for it is kept.
const MOST_KEPT: usize = 256;

/// The topics that somebody in this instance waits for, or waited for a moment ago.
#[derive(Debug, Default)]
pub(super) struct Topics(Mutex<HashMap<Topic, Arc<Watched>>>);

impl Topics {
    /// What all that wait for `topic` share.
    pub(super) fn watch(&self, topic: Topic, now: Millis) -> Arc<Watched> {
        let mut topics = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(watched) = topics.get(&topic).filter(|watched| watched.is_of_use(KEPT_MS, now)) {
            return Arc::clone(watched);
        }
        topics.retain(|_, watched| watched.is_of_use(KEPT_MS, now));
        if topics.len() >= MOST_KEPT {
            topics.retain(|_, watched| watched.is_waited_for());
        }
        let watched = Arc::new(Watched::new(now));
        topics.insert(topic, Arc::clone(&watched));
        watched
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Millis = 1_784_628_300_000;

    #[test]
    fn topics_that_nobody_waits_for_are_few() {
        let topics = Topics::default();
        let waiting = topics.watch(Topic(-1), START);
        for number in 0..1_000 {
            drop(topics.watch(Topic(number), START));
        }
        let kept = || topics.0.lock().unwrap().len();
        assert!(kept() <= MOST_KEPT, "{}", kept());
        let later = START + KEPT_MS;
        drop(topics.watch(Topic(1_000), later));
        assert_eq!(kept(), 2, "what was not looked at for long is forgotten");
        assert!(Arc::ptr_eq(&waiting, &topics.watch(Topic(-1), later)), "but not what somebody waits for");
    }
}
