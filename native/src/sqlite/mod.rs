//! The database port over one SQLite file.
//!
//! | part | what it does |
//! | --- | --- |
//! | [`open`] | opens connections, and says in one line why it cannot |
//! | `writer` | one thread that commits many callers' batches together, with one sync of the disk |
//! | `group` | the transaction of such a group, in which only the batches that fail are left out |
//! | `readers` | read-only connections, which never wait for the writer |
//! | `elsewhere` | notices what other processes commit, and wakes whoever waits |
//! | `checkpoint` | a thread that carries the log's pages into the file, so that commits need not |
//! | `convert` | values, rows and errors from SQLite's words into the port's |

mod checkpoint;
mod convert;
mod elsewhere;
mod group;
pub mod open;
mod readers;
mod writer;

use std::{path::Path, sync::Arc};

use platform::database::{Batch, Database, DatabaseError, Reach, Rows, Statement};
use tokio::sync::Semaphore;

pub use self::open::{OpenError, SqliteOptions};
use self::{readers::Readers, writer::Writer};
use crate::wakeups::NativeWakeups;

/// A SQLite file as the database port. Clones share the file's connections.
///
/// Dropping the last clone ends its threads after what is queued; [`close`](Self::close) also waits for it.
#[derive(Debug, Clone)]
pub struct SqliteDatabase {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    writer: Writer,
    readers: Arc<Readers>,
    /// How many reads of whole pages may run at once. Point reads need no such limit: they run on the
    /// runtime's own threads, one each.
    page_reads: Arc<Semaphore>,
}

impl SqliteDatabase {
    /// Opens the file at `path`, and makes it and its folder if they are not there. Topics are announced to
    /// `wakeups` once their batches have committed.
    pub fn open(path: &Path, wakeups: NativeWakeups, options: SqliteOptions) -> Result<Self, OpenError> {
        let connection = open::writer(path, &options)?;
        let checkpoints = open::checkpointer(path, &options)?;
        let writer = Writer::start(connection, checkpoints, wakeups, &options)
            .map_err(|source| OpenError::thread(path, &source))?;
        let page_reads = Arc::new(Semaphore::new(options.page_reads));
        let readers = Arc::new(Readers::new(path, options));
        Ok(Self { shared: Arc::new(Shared { writer, readers, page_reads }) })
    }

    /// Finishes what is queued, carries the log into the file and closes it; from then on every read and
    /// write is answered [`DatabaseError::Unavailable`].
    pub async fn close(&self) {
        let shared = Arc::clone(&self.shared);
        let closed = tokio::task::spawn_blocking(move || {
            shared.readers.close();
            shared.writer.close();
        });
        if closed.await.is_err() {
            tracing::error!("closing the database failed; its log is carried over at the next start");
        }
    }

    async fn read_blocking(&self, statements: Vec<Statement>) -> Result<Vec<Rows>, DatabaseError> {
        let closed = |_| DatabaseError::Unavailable("it is closed".into());
        let permit = Arc::clone(&self.shared.page_reads).acquire_owned().await.map_err(closed)?;
        let readers = Arc::clone(&self.shared.readers);
        let read = tokio::task::spawn_blocking(move || {
            let answers = readers.read_patiently(&statements);
            drop(permit);
            answers
        });
        read.await.unwrap_or_else(|_| Err(DatabaseError::Unavailable("a read was cut short".into())))
    }
}

impl Database for SqliteDatabase {
    async fn read(&self, statements: Vec<Statement>) -> Result<Vec<Rows>, DatabaseError> {
        // A few rows by a key come out of the page cache in microseconds: less than a hop to another thread
        // and back takes. So those are read right here, on the runtime's thread.
        if statements.iter().all(|statement| statement.query.reach == Reach::Rows) {
            match self.shared.readers.read_at_once(&statements)? {
                Some(answers) => return Ok(answers),
                // Something holds the file for a moment: wait for it where waiting is allowed.
                None => return self.read_blocking(statements).await,
            }
        }
        self.read_blocking(statements).await
    }

    async fn write(&self, batch: Batch) -> Result<Vec<u64>, DatabaseError> {
        if batch.statements.is_empty() {
            return Ok(Vec::new());
        }
        self.shared.writer.write(batch).await
    }
}
