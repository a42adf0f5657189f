//! Hearing of what other processes commit.
//!
//! Nobody announces that. But SQLite tells each connection whether anybody else has committed since it last asked
//! ([`PRAGMA data_version`](https://www.sqlite.org/pragma.html#pragma_data_version)), and within this process nobody else
//! commits but the writer, who asks.

use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::{clock::monotonic, wakeups::NativeWakeups};

/// How often the writer asks.
const BETWEEN_LOOKS: Duration = Duration::from_millis(250);

/// What the writer's connection was last told.
pub(super) struct Elsewhere {
    version: Option<i64>,
    next_look: Instant,
}

impl Elsewhere {
    pub(super) fn new(connection: &Connection) -> Self {
        Self { version: version(connection), next_look: monotonic() + BETWEEN_LOOKS }
    }

    /// How long the writer may wait for work before it looks.
    pub(super) fn patience(&self) -> Duration {
        self.next_look.saturating_duration_since(monotonic())
    }

    /// Called by the writer outside a transaction, and at least whenever [`patience`](Self::patience) is over. Which
    /// channels changed, nobody tells: so all that wait are woken, and find out with their next read.
    pub(super) fn look(&mut self, connection: &Connection, wakeups: &NativeWakeups) {
        let now = monotonic();
        if now < self.next_look {
            return;
        }
        self.next_look = now + BETWEEN_LOOKS;
        // While the file cannot be read, nobody could be told what changed either.
        let Some(version) = version(connection) else { return };
        if self.version.replace(version).is_some_and(|before| before != version) {
            wakeups.announce_all();
        }
    }
}

fn version(connection: &Connection) -> Option<i64> {
    let mut statement = connection.prepare_cached("PRAGMA data_version").ok()?;
    statement.query_row((), |row| row.get(0)).ok()
}
