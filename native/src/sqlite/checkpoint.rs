//! Carrying the log's pages into the file.
//!
//! SQLite would do that within some unlucky commit. Here a thread of its own does, and the writer only where the
//! log would grow without end otherwise: under constant writes the thread never catches up with the log's end,
//! and only a log that is carried over to its end starts again from its beginning.

use std::{
    io,
    sync::mpsc::{self, SyncSender},
    thread::{self, JoinHandle},
};

use rusqlite::Connection;

/// The thread starts once this many pages wait to be carried over: 4 MiB.
const WORTHWHILE: i64 = 1024;
/// The writer lends a hand once the log has this many pages, 32 MiB, if little is left to carry over.
const LONG: i64 = 8 * 1024;
/// From here on, 64 MiB, the writer does it all, however much it is: the thread cannot keep up.
const TOO_LONG: i64 = 16 * 1024;
/// A look at the log costs as much as a statement does, so there is one only after this many statements. They are some
/// hundred pages, next to nothing beside the limits above.
const STATEMENTS_BETWEEN_LOOKS: usize = 256;

/// The thread, from the writer's side.
pub(super) struct Checkpoints {
    wake: SyncSender<()>,
    thread: JoinHandle<()>,
    /// How many statements were committed since the last look at the log.
    unseen: usize,
}

impl Checkpoints {
    pub(super) fn start(connection: Connection) -> io::Result<Self> {
        // One is enough to be queued: it says that there is work, not how much.
        let (wake, woken) = mpsc::sync_channel(1);
        let thread = thread::Builder::new().name("sqlite-checkpoint".into()).spawn(move || {
            let mut failing = false;
            while let Ok(()) = woken.recv() {
                let result = run(&connection, "PRAGMA wal_checkpoint(PASSIVE)");
                // One line when it begins to fail: a full disk would fill the log, too.
                if let (Err(error), false) = (&result, failing) {
                    tracing::warn!(%error, "the database's log cannot be carried into its file");
                }
                failing = result.is_err();
            }
        })?;
        Ok(Self { wake, thread, unseen: 0 })
    }

    /// Called by the writer between two groups, with the number of statements in the one that has just ended.
    pub(super) fn after_commit(&mut self, connection: &Connection, statements: usize) {
        self.unseen += statements;
        if self.unseen < STATEMENTS_BETWEEN_LOOKS {
            return;
        }
        self.unseen = 0;
        // This only looks: it takes no lock and reads two numbers.
        let Ok(log) = run(connection, "PRAGMA wal_checkpoint(NOOP)") else { return };
        let waiting = log.pages - log.carried;
        if log.pages > TOO_LONG || (log.pages > LONG && waiting < WORTHWHILE) {
            // Failing, or finding the thread at it, is no harm: there is a next group, and the thread is not
            // woken again in the meantime.
            drop(run(connection, "PRAGMA wal_checkpoint(PASSIVE)"));
        } else if waiting >= WORTHWHILE {
            // Full means that it is to look already.
            self.wake.try_send(()).ok();
        }
    }

    /// Ends the thread, and leaves everything in the file and nothing in the log.
    pub(super) fn finish(self, connection: &Connection) {
        drop(self.wake);
        if self.thread.join().is_err() {
            tracing::error!("the database's checkpoints ended by a panic");
        }
        if let Err(error) = run(connection, "PRAGMA wal_checkpoint(TRUNCATE)") {
            tracing::warn!(%error, "the database's log is left for the next start to carry over");
        }
    }
}

/// How long the log is, in pages.
struct Log {
    pages: i64,
    carried: i64,
}

fn run(connection: &Connection, pragma: &str) -> rusqlite::Result<Log> {
    connection
        .prepare_cached(pragma)?
        .query_row((), |row| Ok(Log { pages: row.get(1)?, carried: row.get(2)? }))
}
