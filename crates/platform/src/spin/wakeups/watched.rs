//! What is known of a topic that somebody waits for, and how often to look.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::{clock::Millis, database::DatabaseError, joined::Joined};

/// A topic that somebody waits for.
#[derive(Debug)]
pub(super) struct Watched {
    pub(super) looks: Joined<(), Result<i64, DatabaseError>>,
    last: Mutex<Look>,
}

/// What the last look at a topic found.
#[derive(Debug, Clone, Copy)]
struct Look {
    at: Millis,
    /// `None` before the first.
    revision: Option<i64>,
    /// When it last found another revision than before, or may have.
    changed_at: Millis,
}

impl Watched {
    /// Nothing is known yet: there may have been a change just now.
    pub(super) fn new(now: Millis) -> Self {
        Self { looks: Joined::default(), last: Mutex::new(Look { at: now, revision: None, changed_at: now }) }
    }

    fn last(&self) -> MutexGuard<'_, Look> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The map holds one.
    pub(super) fn is_waited_for(self: &Arc<Self>) -> bool {
        Arc::strong_count(self) > 1
    }

    /// Whether somebody waits for it, or somebody looked less than `ago` milliseconds ago.
    pub(super) fn is_of_use(self: &Arc<Self>, ago: Millis, now: Millis) -> bool {
        self.is_waited_for() || (0..ago).contains(&(now - self.last().at))
    }

    /// How long to wait for the next look. Whoever has `seen` more than the last look found knows of a change that no
    /// look here has met.
    pub(super) fn pause(&self, seen: i64, now: Millis) -> Millis {
        let mut last = self.last();
        if last.revision.is_some_and(|revision| revision < seen) {
            last.changed_at = now;
        }
        pause(now - last.changed_at)
    }

    /// The revision, if somebody looked at most `age` milliseconds ago.
    pub(super) fn revision(&self, age: Millis, now: Millis) -> Option<i64> {
        let last = *self.last();
        last.revision.filter(|_| (0..=age).contains(&(now - last.at)))
    }

    /// Notes what a look found.
    pub(super) fn note(&self, revision: i64, now: Millis) {
        let mut last = self.last();
        let changed_at = if last.revision == Some(revision) { last.changed_at } else { now };
        *last = Look { at: now, revision: Some(revision), changed_at };
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
    use crate::{spin::wakeups::topics::Topics, wakeups::Topic};

    const TOPIC: Topic = Topic(1);
    const START: Millis = 1_784_628_300_000;

    /// A long poll that waits from `from` until `until`, and what its pauses were.
    fn poll(topics: &Topics, revision: i64, from: Millis, until: Millis) -> Vec<Millis> {
        let watched = topics.watch(TOPIC, from);
        let (mut now, mut pauses) = (from, Vec::new());
        while now < until {
            let pause = watched.pause(revision, now);
            assert!(pause >= 100, "it never asks without rest");
            pauses.push(pause);
            now = until.min(now + pause);
            watched.note(revision, now);
        }
        pauses
    }

    #[test]
    fn while_somebody_decides_a_change_shows_within_a_quarter_of_a_second() {
        for quiet in [0, 9_999, 60_000, 299_999] {
            assert!(pause(quiet) * 3 / 2 <= crate::wakeups::TRUSTED_FOR_MS, "{quiet}");
        }
        assert!(pause(3_600_000) * 3 / 2 < 1_000, "and soon in a quiet channel");
    }

    #[test]
    fn a_lone_poller_s_first_pause_is_as_short_as_the_others() {
        let topics = Topics::default();
        // Each poll is answered by a change, and nobody waits in between.
        for (revision, from) in (1..).zip((START..START + 60_000).step_by(500)) {
            let pauses = poll(&topics, revision, from, from + 400);
            assert_eq!(pauses, [100; 4], "revision {revision}");
        }
    }

    #[test]
    fn a_lone_poller_of_a_quiet_topic_asks_seldom_poll_after_poll() {
        let topics = Topics::default();
        let polls: Vec<_> = (0..20)
            .map(|number| START + number * 25_010)
            .map(|from| poll(&topics, 7, from, from + 25_000))
            .collect();
        assert_eq!(polls.first().and_then(|pauses| pauses.first()), Some(&100));
        assert!(polls.iter().skip(1).take(10).flatten().all(|pause| *pause == 160));
        assert!(polls.iter().skip(13).flatten().all(|pause| *pause == 600));
    }

    #[test]
    fn what_nobody_looked_at_for_a_minute_may_have_changed() {
        let topics = Topics::default();
        let last = poll(&topics, 7, START, START + 600_000).last().copied();
        assert_eq!(last, Some(600));
        let look = START + 600_500;
        assert_eq!(topics.watch(TOPIC, look + 59_000).pause(7, look), 600);
        assert_eq!(topics.watch(TOPIC, look + 70_000).pause(7, look + 70_000), 100);
    }

    #[test]
    fn who_has_seen_more_knows_of_a_change() {
        let topics = Topics::default();
        poll(&topics, 7, START, START + 600_000);
        let watched = topics.watch(TOPIC, START + 601_000);
        assert_eq!(watched.pause(7, START + 601_000), 600);
        assert_eq!(watched.pause(8, START + 601_000), 100);
        assert_eq!(watched.pause(7, START + 602_000), 100, "for all that wait");
    }

    #[test]
    fn a_look_is_shared_only_once_there_was_one() {
        let watched = Topics::default().watch(TOPIC, START);
        assert_eq!(watched.revision(50, START), None);
        watched.note(0, START + 100);
        assert_eq!(watched.revision(50, START + 150), Some(0));
        assert_eq!(watched.revision(50, START + 151), None);
        assert_eq!(watched.revision(50, START), None, "the clock went back");
    }
}
