//! The database port over Spin's SQLite (a file, or libSQL).
//!
//! Requests that one instance serves at once share their transactions: what waits to be written is committed together,
//! and what waits to be read is answered from one snapshot that begins after all of it was asked. So SQLite's write
//! lock, whose waits are not fair, is asked for once for many, and the same question is asked once.

mod connection;
mod transaction;

use std::{
    marker::PhantomData,
    sync::{Arc, Mutex, PoisonError},
};

use async_lock::OnceCell;

use self::{
    connection::Connection,
    transaction::{Asked, Committed},
};
use super::clock::SpinClock;
use crate::{
    clock::{Clock as _, Millis},
    database::{Batch, Database, DatabaseError, Rows, Statement},
    joined::{Abandoned, Joined, Worked},
    schema::Schema,
};

/// How long a connection that nobody uses is kept, in milliseconds. libSQL forgets its side of one after ten seconds.
const KEPT_MS: Millis = 2_000;

/// What is set on the connection that writes: how long SQLite itself waits for a lock, in milliseconds. Within these it
/// asks four times, without a word to the component; the rest of the waiting is the transaction's.
const WRITER: &str = "PRAGMA busy_timeout = 8";
/// What is set on the connection that reads.
const READER: &str = "PRAGMA query_only = ON";

/// Spin's SQLite database, brought up to the schema `S` before its first use.
#[derive(Debug)]
pub struct SpinDatabase<S> {
    plain: Plain,
    is_ready: Arc<OnceCell<()>>,
    schema: PhantomData<fn() -> S>,
}

impl<S> Clone for SpinDatabase<S> {
    fn clone(&self) -> Self {
        let Self { plain, is_ready, schema } = self;
        Self { plain: plain.clone(), is_ready: Arc::clone(is_ready), schema: *schema }
    }
}

impl<S> Default for SpinDatabase<S> {
    fn default() -> Self {
        Self { plain: Plain::default(), is_ready: Arc::default(), schema: PhantomData }
    }
}

impl<S: Schema> SpinDatabase<S> {
    /// An instance's first read looks at the database's shape, too: both are answered from one snapshot, at the price
    /// of one.
    async fn first_read(&self, statements: Vec<Statement>) -> Result<Vec<Rows>, DatabaseError> {
        let question = S::question();
        let all = std::iter::once(question).chain(statements.iter().cloned()).collect();
        if let Ok(mut answers) = self.plain.read(all).await
            && !answers.is_empty()
            && S::is_present(Ok(answers.remove(0)))?
        {
            return Ok(answers);
        }
        // It has another shape, or one of the statements cannot be answered: which, is found out one by one.
        prepare::<S>(&self.plain).await?;
        self.plain.read(statements).await
    }
}

/// Looks at the database's shape, and mends it where it is an older one.
async fn prepare<S: Schema>(plain: &Plain) -> Result<(), DatabaseError> {
    let answer = plain.read(vec![S::question()]).await;
    if S::is_present(answer.map(|mut rows| rows.pop().unwrap_or_default()))? {
        return Ok(());
    }
    // Kept by the file. libSQL needs none, and refuses; somebody else may be doing the same right now.
    if let Err(error) = plain.run_alone("PRAGMA journal_mode = WAL").await {
        tracing::debug!(%error, "the journal's mode was left as it is");
    }
    S::migrate(plain, SpinClock.now()).await?;
    tracing::info!("the database was brought up to this version");
    Ok(())
}

impl<S: Schema> Database for SpinDatabase<S> {
    async fn read(&self, statements: Vec<Statement>) -> Result<Vec<Rows>, DatabaseError> {
        if self.is_ready.is_initialized() {
            return self.plain.read(statements).await;
        }
        let mut answers = None;
        let first = async {
            answers = Some(self.first_read(statements.clone()).await?);
            Ok::<(), DatabaseError>(())
        };
        self.is_ready.get_or_try_init(|| first).await?;
        match answers {
            Some(answers) => Ok(answers),
            // Somebody else was first.
            None => self.plain.read(statements).await,
        }
    }

    async fn write(&self, batch: Batch) -> Result<Vec<u64>, DatabaseError> {
        let asked = Asked { batch, at: SpinClock.now() };
        self.is_ready.get_or_try_init(|| prepare::<S>(&self.plain)).await?;
        self.plain.commit(asked).await
    }
}

/// The database as it is.
#[derive(Debug, Clone, Default)]
struct Plain(Arc<Shared>);

#[derive(Default)]
struct Shared {
    writes: Joined<Asked, Result<Vec<u64>, DatabaseError>>,
    reads: Joined<Vec<Statement>, Result<Vec<Rows>, DatabaseError>>,
    writer: Slot,
    reader: Slot,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

/// A connection between two uses.
type Slot = Mutex<Option<(Connection, Millis)>>;

impl Plain {
    async fn run_alone(&self, sql: &'static str) -> Result<(), DatabaseError> {
        let connection = Connection::open(WRITER).await?;
        transaction::patiently(&connection, &SpinClock, SpinClock.now(), sql).await
    }

    async fn commit(&self, asked: Asked) -> Result<Vec<u64>, DatabaseError> {
        if asked.batch.statements.is_empty() {
            return Ok(Vec::new());
        }
        let (slot, at) = (&self.0.writer, asked.at);
        let written = self.0.writes.run_once(
            asked,
            // What comes while another instance has the lock goes with the rest, once it is free.
            async || begin(slot, at).await.map_err(Err),
            |connection, group| write_all(slot, connection, group),
        );
        written.await.unwrap_or_else(|error| Err(abandoned(error)))
    }
}

impl Database for Plain {
    async fn read(&self, statements: Vec<Statement>) -> Result<Vec<Rows>, DatabaseError> {
        if statements.is_empty() {
            return Ok(Vec::new());
        }
        let read = |lists| read_all(&self.0.reader, lists);
        self.0.reads.run(statements, read).await.unwrap_or_else(|error| Err(abandoned(error)))
    }

    async fn write(&self, batch: Batch) -> Result<Vec<u64>, DatabaseError> {
        self.commit(Asked { batch, at: SpinClock.now() }).await
    }
}

async fn begin(slot: &Slot, since: Millis) -> Result<Connection, DatabaseError> {
    let connection = take(slot, WRITER).await?;
    transaction::begin(&connection, &SpinClock, since).await?;
    Ok(connection)
}

async fn write_all(
    slot: &Slot,
    connection: Connection,
    group: Vec<Asked>,
) -> Vec<Worked<Asked, Result<Vec<u64>, DatabaseError>>> {
    let (committed, is_usable) = transaction::commit(&connection, &SpinClock, &group).await;
    put_back(slot, connection, is_usable);
    match committed {
        Committed::Each(outcomes) => outcomes.into_iter().map(Worked::Done).collect(),
        Committed::Locked(error) => {
            let now = SpinClock.now();
            let worked = |asked: Asked| {
                if asked.is_overdue(now) { Worked::Done(Err(error.clone())) } else { Worked::Not(asked) }
            };
            group.into_iter().map(worked).collect()
        }
    }
}

async fn read_all(slot: &Slot, lists: Vec<Vec<Statement>>) -> Vec<Result<Vec<Rows>, DatabaseError>> {
    let connection = match take(slot, READER).await {
        Ok(connection) => connection,
        Err(error) => return lists.iter().map(|_| Err(error.clone())).collect(),
    };
    // What several ask is asked once.
    let mut different: Vec<&Vec<Statement>> = Vec::new();
    let mut places = Vec::with_capacity(lists.len());
    for list in &lists {
        let known = different.iter().position(|other| *other == list);
        places.push(known.unwrap_or_else(|| {
            different.push(list);
            different.len() - 1
        }));
    }
    let (mut answers, is_usable) = transaction::snapshot(&connection, &different).await;
    put_back(slot, connection, is_usable);
    if places.len() == answers.len() {
        return answers;
    }
    let nobody = || Err(DatabaseError::Unavailable("a read went unanswered".into()));
    places
        .into_iter()
        .map(|place| answers.get_mut(place).map_or_else(nobody, |answer| answer.clone()))
        .collect()
}

/// The connection that was put back last, or a new one, on which `pragma` is set.
async fn take(slot: &Slot, pragma: &'static str) -> Result<Connection, DatabaseError> {
    let kept = slot.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some((connection, used_at)) = kept
        && (0..KEPT_MS).contains(&(SpinClock.now() - used_at))
    {
        return Ok(connection);
    }
    Connection::open(pragma).await
}

/// Keeps `connection` for the next use, unless something may be left open on it: then it is closed.
fn put_back(slot: &Slot, connection: Connection, is_usable: bool) {
    if is_usable {
        *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some((connection, SpinClock.now()));
    }
}

fn abandoned(error: Abandoned) -> DatabaseError {
    DatabaseError::Unavailable(error.to_string())
}
