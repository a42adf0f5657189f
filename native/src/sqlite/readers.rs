//! Read-only connections. In WAL mode they see the last commit and never wait for the writer.

use std::{
    path::{Path, PathBuf},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use platform::database::{DatabaseError, Rows, Statement};
use rusqlite::Connection;

use super::{
    convert::{failure, query},
    open::{self, SqliteOptions},
};

/// So many unused connections are kept open; more than that were for a rare crowd.
const KEPT: usize = 8;

/// The connections that read, opened when they are first needed.
///
/// There are never more of them in use than the runtime has threads (a read at once never leaves its thread)
/// and page reads are allowed, so nobody ever waits for one.
#[derive(Debug)]
pub(super) struct Readers {
    path: PathBuf,
    options: SqliteOptions,
    /// The most recently used is on top: its caches are warm.
    idle: Mutex<Vec<Connection>>,
    closed: AtomicBool,
}

impl Readers {
    pub(super) fn new(path: &Path, options: SqliteOptions) -> Self {
        Self { path: path.to_owned(), options, idle: Mutex::default(), closed: AtomicBool::new(false) }
    }

    /// Answers every statement from one snapshot without ever sleeping; `None` if that would need to.
    pub(super) fn read_at_once(&self, statements: &[Statement]) -> Result<Option<Vec<Rows>>, DatabaseError> {
        match self.read(statements, Duration::ZERO) {
            Err(DatabaseError::Unavailable(_)) if !self.closed.load(Ordering::Acquire) => Ok(None),
            answers => answers.map(Some),
        }
    }

    /// Answers every statement from one snapshot; sleeps for a while if the file is locked.
    pub(super) fn read_patiently(&self, statements: &[Statement]) -> Result<Vec<Rows>, DatabaseError> {
        self.read(statements, self.options.busy_timeout)
    }

    /// Closes what is idle; what is in use follows when it comes back.
    pub(super) fn close(&self) {
        self.closed.store(true, Ordering::Release);
        self.idle().clear();
    }

    fn read(&self, statements: &[Statement], patience: Duration) -> Result<Vec<Rows>, DatabaseError> {
        let unavailable = |error: rusqlite::Error| DatabaseError::Unavailable(error.to_string());
        if self.closed.load(Ordering::Acquire) {
            return Err(DatabaseError::Unavailable("it is closed".into()));
        }
        let idle = self.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => open::reader(&self.path).map_err(unavailable)?,
        };
        connection.busy_timeout(patience).map_err(unavailable)?;
        let answers = snapshot(&connection, statements);
        // A connection that is still in a transaction would show the same snapshot for ever.
        if connection.is_autocommit() {
            let mut idle = self.idle();
            // Asked under the lock: `close` sets it before it takes the lock.
            if idle.len() < KEPT && !self.closed.load(Ordering::Acquire) {
                idle.push(connection);
            }
        }
        answers
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn snapshot(connection: &Connection, statements: &[Statement]) -> Result<Vec<Rows>, DatabaseError> {
    // A single statement is a snapshot by itself.
    if let [statement] = statements {
        return Ok(vec![query(connection, statement)?]);
    }
    command(connection, "BEGIN DEFERRED")?;
    let answers: Result<_, _> = statements.iter().map(|statement| query(connection, statement)).collect();
    let ended = command(connection, "COMMIT");
    answers.and_then(|answers| ended.map(|()| answers))
}

fn command(connection: &Connection, sql: &'static str) -> Result<(), DatabaseError> {
    let run = || connection.prepare_cached(sql)?.execute(());
    run().map(drop).map_err(|error| failure(sql, &error))
}
