//! Databases with a past: the rows that a server would have written in months, in seconds.
//!
//! The schema comes from the product (`chatstream migrate`); this fills it with one channel, `demo`, whose
//! revisions, counters, log and lists agree with each other as if every message and decision had come over HTTP.

mod events;
mod lists;
mod messages;
mod timeline;

use std::path::Path;

use anyhow::{Context as _, Result};
use rusqlite::Connection;

use self::timeline::Timeline;
use crate::clock;

/// What the channel's events are signed with.
pub(crate) const SECRET: &str = "a-secret-for-measurements-and-nothing-else";
/// The channel's number in the store.
const CHANNEL: i64 = 1;
/// Who moderates it: the number and the name of their account.
pub(crate) const MODERATOR: (i64, &str) = (1, "Moderator");

/// What a database is to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Seed {
    /// How many messages altogether.
    pub(crate) stored: usize,
    /// How many of them, the newest, wait for a moderator.
    pub(crate) queued: usize,
    /// How many of those are one spammer's text with small changes; the oldest of them is unchanged.
    pub(crate) similar: usize,
    /// Entries of the ban list, of the trust list, and of the blocked texts.
    pub(crate) lists: [usize; 3],
    /// Whether texts that arrive get a language; new channels do not ask for it.
    pub(crate) detects_language: bool,
}

impl Seed {
    /// The number of the message that `similar` others are like.
    pub(crate) fn spam(&self) -> i64 {
        number(self.stored - self.queued)
    }

    /// The numbers of all queued messages.
    pub(crate) fn queued_messages(&self) -> std::ops::RangeInclusive<i64> {
        number(self.stored - self.queued)..=number(self.stored) - 1
    }

    /// A name for a file.
    pub(crate) fn name(&self) -> String {
        let [bans, trusted, patterns] = self.lists;
        let language = if self.detects_language { "-language" } else { "" };
        format!("{}-{}-{}-{bans}-{trusted}-{patterns}{language}", self.stored, self.queued, self.similar)
    }
}

/// The number of the message at a place, from 0.
fn number(place: usize) -> i64 {
    i64::try_from(place).unwrap_or(i64::MAX).saturating_add(1)
}

/// Fills the database at `path`, which the product has migrated and nobody has open.
pub(crate) fn fill(path: &Path, seed: &Seed) -> Result<()> {
    let mut connection =
        Connection::open(path).with_context(|| format!("{} cannot be opened", path.display()))?;
    // Nothing is lost if this is cut short: the file is made anew.
    connection.execute_batch(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -262144; \
         PRAGMA locking_mode = EXCLUSIVE;",
    )?;
    let now = clock::unix_millis();
    let timeline = Timeline::new(seed, now);
    let transaction = connection.transaction()?;
    lists::write_channel(&transaction, seed, &timeline)?;
    lists::write_lists(&transaction, seed, now)?;
    let unnamed = messages::write(&transaction, seed, &timeline)?;
    lists::write_state(&transaction, seed, &timeline, unnamed)?;
    transaction.commit()?;
    connection.execute_batch("PRAGMA locking_mode = NORMAL; PRAGMA journal_mode = WAL;")?;
    connection.close().map_err(|(_, error)| error)?;
    // What the servers then do to the disk is theirs alone.
    std::fs::File::open(path)?.sync_all()?;
    Ok(())
}

#[cfg(test)]
mod tests;
