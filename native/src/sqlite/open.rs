//! Opening connections, and saying in one line what is wrong when that fails.

use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, ErrorCode, OpenFlags, config::DbConfig};

use crate::clock::{block, monotonic};

/// How a [`SqliteDatabase`](super::SqliteDatabase) behaves; the defaults suit a server.
#[derive(Debug, Clone)]
pub struct SqliteOptions {
    /// How long anything waits, from when it was asked for, while another process holds the file's lock.
    pub busy_timeout: Duration,
    /// How many batches may wait for the writer; one more is answered `Unavailable`.
    pub queue: usize,
    /// How many reads of whole pages may run at once.
    pub page_reads: usize,
    /// The file's largest size in pages of 4 KiB, where a quota asks for one.
    pub largest_pages: Option<u32>,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        // Eventyay waits 5 s for an answer and never sends again: it has to hear that its message was not taken.
        Self { busy_timeout: Duration::from_millis(4_500), queue: 2048, page_reads: 4, largest_pages: None }
    }
}

/// Why a database could not be opened: one line with what is wrong and how to mend it.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder is not there and cannot be made.
    #[error("the folder {} cannot be made ({reason}): make it, or name another file", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        reason: io::Error,
    },
    /// The file or its folder does not take writes.
    #[error(
        "{} cannot be written: give this user the right to write the file and its folder, \
         or name another file",
        path.display()
    )]
    Unwritable {
        /// The file.
        path: PathBuf,
    },
    /// The file is something else.
    #[error("{} is not an SQLite database: name another file, or move this one away", path.display())]
    NotADatabase {
        /// The file.
        path: PathBuf,
    },
    /// The file is damaged.
    #[error("{} is damaged ({reason}): restore a backup", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        reason: String,
    },
    /// Somebody else holds the file's lock.
    #[error("{} is locked by another process: stop that one, or name another file", path.display())]
    Locked {
        /// The file.
        path: PathBuf,
    },
    /// There is no room.
    #[error("there is no room to write {}: free some space on its disk", path.display())]
    Full {
        /// The file.
        path: PathBuf,
    },
    /// Anything else.
    #[error("{} cannot be opened ({reason})", path.display())]
    Other {
        /// The file.
        path: PathBuf,
        /// What SQLite or the system says.
        reason: String,
    },
}

impl OpenError {
    fn new(path: &Path, error: &rusqlite::Error) -> Self {
        let path = path.to_owned();
        match error.sqlite_error_code() {
            _ if is_locked(error) => Self::Locked { path },
            Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
                Self::Unwritable { path }
            }
            Some(ErrorCode::NotADatabase) => Self::NotADatabase { path },
            Some(ErrorCode::DatabaseCorrupt) => Self::Damaged { path, reason: error.to_string() },
            Some(ErrorCode::DiskFull) => Self::Full { path },
            _ => Self::Other { path, reason: error.to_string() },
        }
    }

    pub(super) fn thread(path: &Path, error: &io::Error) -> Self {
        Self::Other { path: path.to_owned(), reason: format!("no thread could be started: {error}") }
    }
}

/// The one connection that writes.
pub(super) fn writer(path: &Path, options: &SqliteOptions) -> Result<Connection, OpenError> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)
            .map_err(|reason| OpenError::Folder { path: folder.to_owned(), reason })?;
    }
    let prepare = || {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.busy_timeout(options.busy_timeout)?;
        connection.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
             PRAGMA temp_store = MEMORY; PRAGMA cache_size = -4096; PRAGMA wal_autocheckpoint = 0; \
             PRAGMA journal_size_limit = 67108864;",
        )?;
        compile_once(&connection)?;
        if let Some(pages) = options.largest_pages {
            connection.pragma_update(None, "max_page_count", pages)?;
        }
        // Whether the file takes writes at all is better heard at the start than with the first message.
        connection.execute_batch("BEGIN IMMEDIATE; ROLLBACK")?;
        Ok(connection)
    };
    patiently(options.busy_timeout, prepare).map_err(|error| OpenError::new(path, &error))
}

/// The connection that carries the log into the file.
pub(super) fn checkpointer(path: &Path, options: &SqliteOptions) -> Result<Connection, OpenError> {
    let prepare = || {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(options.busy_timeout)?;
        connection.execute_batch("PRAGMA synchronous = FULL; PRAGMA cache_size = -256;")?;
        Ok(connection)
    };
    patiently(options.busy_timeout, prepare).map_err(|error| OpenError::new(path, &error))
}

/// Tries again while the file is locked. SQLite's own wait does not cover a new file: who finds that another is about to
/// give it its write-ahead log is told at once that it is busy.
fn patiently<T>(patience: Duration, attempt: impl Fn() -> rusqlite::Result<T>) -> rusqlite::Result<T> {
    let started = monotonic();
    loop {
        match attempt() {
            Err(error) if is_locked(&error) && started.elapsed() < patience => {
                block(Duration::from_millis(5));
            }
            done => return done,
        }
    }
}

/// Whether somebody else holds a lock.
pub(super) fn is_locked(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// A connection that reads.
pub(super) fn reader(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.execute_batch("PRAGMA temp_store = MEMORY; PRAGMA cache_size = -1024;")?;
    compile_once(&connection)?;
    Ok(connection)
}

/// Keeps statements compiled. Left to itself SQLite plans by the values that are bound, and compiles a statement
/// anew once others are, which takes several times as long as running it (`SQLITE_DBCONFIG_ENABLE_QPSG`).
fn compile_once(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(())
}

/// More than the program has, so that none is ever compiled twice on one connection.
const STATEMENTS: usize = 192;
