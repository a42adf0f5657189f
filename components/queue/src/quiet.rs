//! The answer to whoever has it all already, used again for as long as it is the right one.
//!
//! It is of one revision, and whatever it says advances the channel's revision when it changes, but for one thing:
//! somebody goes by not being heard of. So it is right while the revision is read to be the same and nobody in it has
//! been silent for too long. The revision and the asker's role are one row, read with each request.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use access::Caller;
use bytes::Bytes;
use moderation::{Permission, Role};
use platform::{
    Platform,
    clock::{Clock as _, Millis},
    http::Result,
};
use store::{
    ChannelKey, glance,
    presence::{GONE_AFTER_MS, Present, TOUCH_EVERY_MS},
};

use crate::{State, query::Query};

/// How many channels' answers are kept: more than a deployment has live at once.
const MAX_CHANNELS: usize = 64;

/// The answer to whoever has it all already.
#[derive(Debug)]
pub(crate) struct Quiet {
    pub(crate) channel: ChannelKey,
    pub(crate) revision: i64,
    pub(crate) body: Bytes,
    pub(crate) moderators: Vec<Present>,
}

/// The newest such answer of each channel, by the channel's name.
#[derive(Debug, Default)]
pub(crate) struct Kept(Mutex<HashMap<String, Arc<Quiet>>>);

impl Kept {
    pub(crate) fn put(&self, channel: &str, quiet: Arc<Quiet>) {
        let mut kept = self.lock();
        if kept.len() >= MAX_CHANNELS && !kept.contains_key(channel) {
            kept.clear();
        }
        kept.insert(channel.to_owned(), quiet);
    }

    fn get(&self, channel: &str) -> Option<Arc<Quiet>> {
        self.lock().get(channel).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Arc<Quiet>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The answer to a poll that does not wait, if there is nothing new and that is all there is to it. Otherwise `None`:
/// whatever is to be said of the asker or the channel is said where the whole of it is read.
pub(crate) async fn again<P: Platform>(
    state: &State<P>,
    caller: &Caller,
    channel: &str,
    query: &Query,
) -> Result<Option<Bytes>> {
    if query.before.is_some() || query.wait_seconds > 0 {
        return Ok(None);
    }
    let Some(quiet) = state.kept.get(channel).filter(|quiet| query.since == Some(quiet.revision)) else {
        return Ok(None);
    };
    let Some(signed_in) = caller.session(&state.platform).await? else { return Ok(None) };
    let central_id = signed_in.person().central_id;
    let Some(glance) = glance::at(state.platform.database(), channel, central_id).await? else {
        return Ok(None);
    };
    let role = if signed_in.superadmin { Some(Role::Superadmin) } else { glance.role };
    let now = state.platform.clock().now();
    let is_right = role.is_some_and(|role| role.may(Permission::Moderate))
        && (glance.channel, glance.revision) == (quiet.channel, quiet.revision)
        && are_here(&quiet.moderators, now)
        && is_recorded(&quiet.moderators, central_id, now);
    Ok(is_right.then(|| quiet.body.clone()))
}

/// Whether all of them are still here. Those that were recorded again since then are so all the longer.
fn are_here(moderators: &[Present], now: Millis) -> bool {
    moderators.iter().all(|present| now - present.seen_at < GONE_AFTER_MS)
}

/// Whether it is recorded recently enough that this person is here.
fn is_recorded(moderators: &[Present], central_id: i64, now: Millis) -> bool {
    let mut own = moderators.iter().filter(|present| present.person.central_id == central_id);
    own.any(|present| now - present.seen_at < TOUCH_EVERY_MS)
}

#[cfg(test)]
mod tests {
    use store::Person;

    use super::*;

    fn seen(seen_at: [Millis; 2]) -> Vec<Present> {
        let present = |(seen_at, central_id): (Millis, i64)| Present {
            person: Person { central_id, username: central_id.to_string() },
            focus: None,
            seen_at,
        };
        seen_at.into_iter().zip([1, 2]).map(present).collect()
    }

    #[test]
    fn an_answer_holds_until_the_first_of_those_in_it_has_gone() {
        let moderators = seen([1_000, 500]);
        assert!(are_here(&moderators, 500 + GONE_AFTER_MS - 1));
        assert!(!are_here(&moderators, 500 + GONE_AFTER_MS));
        assert!(are_here(&[], 0));
    }

    #[test]
    fn whoever_is_new_or_was_recorded_long_ago_is_recorded() {
        let moderators = seen([1_000, 500]);
        assert!(is_recorded(&moderators, 1, 1_000 + TOUCH_EVERY_MS - 1));
        assert!(!is_recorded(&moderators, 1, 1_000 + TOUCH_EVERY_MS));
        assert!(!is_recorded(&moderators, 3, 1_000));
    }
}
