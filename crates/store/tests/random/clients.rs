//! Clients of a queue: each knows what it was told, and no more.

use std::collections::BTreeMap;

use store::queue::Delta;

use crate::support::Stage;

/// The queued messages that somebody knows of, with the revision of their last change.
pub(super) type Known = BTreeMap<i64, i64>;

/// What a page or a delta makes of what was known.
pub(super) fn told(mut known: Known, delta: &Delta) -> Known {
    if delta.reset {
        known.clear();
    }
    for id in &delta.gone {
        known.remove(id);
    }
    known.extend(delta.messages.iter().map(|message| (message.id, message.revision)));
    known
}

/// A client that remembers all its past.
#[derive(Debug, Default)]
pub(super) struct Client {
    known: Known,
    revisions: Vec<i64>,
}

impl Client {
    /// Asks what is new since it asked last, or since `forgets` times before that.
    pub(super) fn poll(&mut self, stage: &Stage, forgets: usize) {
        let since = self.revisions.iter().rev().nth(forgets).or(self.revisions.first()).copied();
        let delta = stage.delta(since);
        assert_eq!(delta.reset, since.is_none());
        self.known = told(std::mem::take(&mut self.known), &delta);
        self.revisions.push(delta.revision);
        assert_eq!(self.known, whole(stage), "since {since:?}");
        let again = told(self.known.clone(), &delta);
        assert_eq!(again, self.known, "hearing it twice changes nothing");
    }
}

/// The whole queue.
pub(super) fn whole(stage: &Stage) -> Known {
    told(Known::new(), &stage.delta(None))
}

/// What a channel's queue was after each step.
#[derive(Debug, Default)]
pub(super) struct Past(Vec<(i64, Known)>);

impl Past {
    pub(super) fn remember(&mut self, revision: i64, known: Known) {
        if self.0.last().is_none_or(|(last, _)| *last < revision) {
            self.0.push((revision, known));
        }
    }

    /// Whoever knew the queue at any time, and is told what changed since then or since any earlier time, knows
    /// the queue as it is now.
    pub(super) fn lead_to_the_present(&self, stage: &Stage) {
        let present = whole(stage);
        let deltas: Vec<Delta> = self.0.iter().map(|(revision, _)| stage.delta(Some(*revision))).collect();
        for (at, (revision, known)) in self.0.iter().enumerate() {
            for (earlier, delta) in deltas[..=at].iter().enumerate() {
                assert!(!delta.reset);
                let since = self.0[earlier].0;
                assert_eq!(told(known.clone(), delta), present, "known at {revision}, told since {since}");
            }
        }
    }
}
