//! In which order things happened, and at which revision.

use moderation::Status;

use super::Seed;

/// A moderator decides about a message once so many later ones have arrived.
const LAG: usize = 40;
/// From one message to the next, in milliseconds.
const EVERY_MS: i64 = 25;

/// What happened to each message.
#[derive(Debug)]
pub(super) struct Timeline {
    /// In the order of arrival.
    pub(super) messages: Vec<Fate>,
    /// The channel's revision in the end.
    pub(super) revision: i64,
    /// The revision and the time of the last change to the feed.
    pub(super) feed: (i64, i64),
    /// When the channel was made.
    pub(super) began_at: i64,
    /// Messages in the order in which they were decided on.
    pub(super) decisions: Vec<usize>,
}

/// What happened to a message.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fate {
    pub(super) arrival: i64,
    pub(super) arrived_at: i64,
    pub(super) status: Status,
    /// The revision and the time of the decision; `None` where there was none.
    pub(super) decided: Option<(i64, i64)>,
}

impl Timeline {
    /// What `seed` asks for, ending at `now`.
    pub(super) fn new(seed: &Seed, now: i64) -> Self {
        let decided = seed.stored - seed.queued;
        let began_at = now - EVERY_MS * i64::try_from(seed.stored + LAG).unwrap_or(0);
        let mut timeline = Self {
            messages: Vec::with_capacity(seed.stored),
            // A new channel has revision 1, and each entry of a list advances it.
            revision: 1 + i64::try_from(seed.lists.iter().sum::<usize>()).unwrap_or(0),
            feed: (1, began_at),
            began_at,
            decisions: Vec::with_capacity(decided),
        };
        for place in 0..seed.stored {
            timeline.arrive(place, place < decided);
            if let Some(earlier) = place.checked_sub(LAG)
                && earlier < decided
            {
                timeline.decide(earlier);
            }
        }
        for place in seed.stored.saturating_sub(LAG)..decided {
            timeline.decide(place);
        }
        timeline
    }

    fn time(&self, step: usize) -> i64 {
        self.began_at + EVERY_MS * i64::try_from(step).unwrap_or(0)
    }

    fn arrive(&mut self, place: usize, finished: bool) {
        self.revision += 1;
        let arrived_at = self.time(place);
        // One in ten is of a trusted sender and needs nobody.
        let status = if finished && place % 10 == 9 { Status::Approved } else { Status::Queued };
        if status == Status::Approved {
            self.feed = (self.revision, arrived_at);
        }
        self.messages.push(Fate { arrival: self.revision, arrived_at, status, decided: None });
    }

    fn decide(&mut self, place: usize) {
        let at = self.time(place + LAG);
        let Some(fate) = self.messages.get_mut(place) else { return };
        if fate.status != Status::Queued {
            return;
        }
        self.revision += 1;
        fate.status = match place % 10 {
            0..6 => Status::Approved,
            6 => Status::Highlighted,
            _ => Status::Rejected,
        };
        fate.decided = Some((self.revision, at));
        if fate.status.is_public() {
            self.feed = (self.revision, at);
        }
        self.decisions.push(place);
    }
}
