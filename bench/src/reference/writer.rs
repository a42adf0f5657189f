//! The one thread of server (b) that writes, as fast as SQLite allows: a table without a second index, a prepared
//! statement, and one commit for all that wait.

use std::{
    path::Path,
    sync::mpsc::{self, Receiver, Sender},
    thread,
};

use anyhow::{Context as _, Result};
use rusqlite::Connection;
use tokio::sync::oneshot;

/// A group takes no more than this.
const MOST: usize = 1024;

const SCHEMA: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -8192;
    CREATE TABLE IF NOT EXISTS events (id INTEGER PRIMARY KEY, message_id INTEGER NOT NULL, sent_at TEXT NOT NULL,
    screen_name TEXT NOT NULL, sender_id TEXT, central_id INTEGER, message TEXT NOT NULL, kind TEXT NOT NULL,
    profile_img TEXT, language TEXT, arrived_at INTEGER NOT NULL)";

/// The statement that stores an event.
pub(crate) const INSERT: &str = "INSERT INTO events (message_id, sent_at, screen_name, sender_id, central_id, \
    message, kind, profile_img, language, arrived_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

/// An event, as it is stored.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) message_id: i64,
    pub(super) sent_at: String,
    pub(super) screen_name: String,
    pub(super) sender_id: Option<String>,
    pub(super) central_id: Option<i64>,
    pub(super) message: String,
    pub(super) kind: String,
    pub(super) profile_img: Option<String>,
    pub(super) language: Option<String>,
    pub(super) arrived_at: i64,
}

type Job = (Record, oneshot::Sender<bool>);

/// The queue of the thread.
#[derive(Debug)]
pub(super) struct Writer {
    queue: Sender<Job>,
}

impl Writer {
    /// Opens the database and starts the thread.
    pub(super) fn start(database: &Path) -> Result<Self> {
        let connection = open(database)?;
        let (queue, jobs) = mpsc::channel();
        thread::Builder::new().name("writer".into()).spawn(move || work(&connection, &jobs))?;
        Ok(Self { queue })
    }

    /// Returns once `record` is stored durably.
    pub(super) async fn store(&self, record: Record) -> Result<()> {
        let (answer, stored) = oneshot::channel();
        self.queue.send((record, answer)).ok().context("the writer has ended")?;
        let stored = stored.await.context("the writer has ended")?;
        stored.then_some(()).context("a group was not committed")
    }
}

/// Opens (b)'s database at `path`, and makes it if it is not there.
pub(crate) fn open(path: &Path) -> Result<Connection> {
    let connection =
        Connection::open(path).with_context(|| format!("{} cannot be opened", path.display()))?;
    connection.execute_batch(SCHEMA)?;
    Ok(connection)
}

fn work(connection: &Connection, jobs: &Receiver<Job>) {
    while let Ok(first) = jobs.recv() {
        let mut group = vec![first];
        while group.len() < MOST
            && let Ok(job) = jobs.try_recv()
        {
            group.push(job);
        }
        let stored = commit(connection, &group).is_ok();
        for (_, answer) in group {
            // Who asked may have gone.
            answer.send(stored).ok();
        }
    }
}

fn commit(connection: &Connection, group: &[Job]) -> rusqlite::Result<()> {
    connection.prepare_cached("BEGIN IMMEDIATE")?.execute(())?;
    let mut insert = connection.prepare_cached(INSERT)?;
    let inserted: rusqlite::Result<()> = group.iter().try_for_each(|(record, _)| {
        insert
            .execute(rusqlite::params![
                record.message_id,
                record.sent_at,
                record.screen_name,
                record.sender_id,
                record.central_id,
                record.message,
                record.kind,
                record.profile_img,
                record.language,
                record.arrived_at,
            ])
            .map(drop)
    });
    let end = if inserted.is_ok() { "COMMIT" } else { "ROLLBACK" };
    connection.prepare_cached(end)?.execute(())?;
    inserted
}
