//! Notes for whoever connects a channel: when a request was last accepted, refused (and why), or asked for the challenge.
//!
//! Once in [`INTERVAL_MS`] for each channel and each outcome, however much comes: the first of a kind is noted at
//! once, and a flood costs no more than a trickle.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use platform::{clock::Millis, database::Database, http::Problem};
use store::{
    ChannelKey,
    health::{self, Event, INTERVAL_MS, Refused},
};

/// How many outcomes are remembered: five kinds of more channels than a deployment has live at once.
const MAX_NOTED: usize = 512;

/// What was noted of late, and when.
#[derive(Debug, Default)]
pub(crate) struct Noted(Mutex<HashMap<(ChannelKey, Event), Millis>>);

impl Noted {
    /// Notes an outcome, unless the same was noted just now. That it could not be noted harms no message.
    pub(crate) async fn note<D: Database>(
        &self,
        database: &D,
        channel: ChannelKey,
        event: Event,
        now: Millis,
    ) {
        if self.is_due(channel, event, now)
            && let Err(error) = health::note(database, channel, event, now).await
        {
            tracing::warn!(%error, "how the webhook fares could not be noted");
        }
    }

    fn is_due(&self, channel: ChannelKey, event: Event, now: Millis) -> bool {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let last = noted.get(&(channel, event));
        if last.is_some_and(|last| (0..INTERVAL_MS).contains(&now.saturating_sub(*last))) {
            return false;
        }
        if noted.len() >= MAX_NOTED {
            noted.clear();
        }
        noted.insert((channel, event), now);
        true
    }
}

/// An event that is not taken.
#[derive(Debug)]
pub(crate) struct Unwanted {
    /// What the sender is told.
    pub(crate) problem: Box<Problem>,
    /// Where it was refused, and why; `None` where the fault is not the sender's.
    pub(crate) refused: Option<(ChannelKey, Refused)>,
}

impl<E: Into<Problem>> From<E> for Unwanted {
    fn from(error: E) -> Self {
        Self { problem: Box::new(error.into()), refused: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_a_kind_is_noted_at_once_and_the_next_after_a_while() {
        let noted = Noted::default();
        let [here, there] = [1, 2].map(ChannelKey::from);
        let refused = Event::Refused(Refused::Signature);
        for (channel, event, now, expected) in [
            (here, Event::Accepted, 0, true),
            (here, Event::Accepted, INTERVAL_MS - 1, false),
            (here, refused, 1, true),
            (here, Event::Refused(Refused::Malformed), 1, true),
            (there, Event::Accepted, 1, true),
            (here, Event::Accepted, INTERVAL_MS, true),
            // A clock that was set back holds nothing up.
            (here, Event::Accepted, 0, true),
        ] {
            assert_eq!(noted.is_due(channel, event, now), expected, "{event:?} at {now}");
        }
    }
}
