//! The one thread that writes.
//!
//! A commit's cost is the disk's sync, whatever the number of rows. So this thread takes whatever is queued by
//! the time it is free, commits it as one transaction, and only then answers: the more callers there are, the
//! less each of them costs.

use std::{
    collections::BTreeSet,
    io,
    sync::{
        Mutex, PoisonError,
        mpsc::{self, Receiver, RecvTimeoutError, SyncSender, TrySendError},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use platform::database::{Batch, DatabaseError};
use rusqlite::Connection;
use tokio::sync::oneshot;

use super::{
    checkpoint::Checkpoints,
    elsewhere::Elsewhere,
    group::{self, Locked, Outcome},
    open::SqliteOptions,
};
use crate::{clock::monotonic, wakeups::NativeWakeups};

/// A group takes no more batches than this, so that the first of them is not kept waiting for the last.
const MOST_BATCHES: usize = 512;
/// A group with this many statements takes no further batch.
const ENOUGH_STATEMENTS: usize = 8_000;

enum Job {
    Write(Waiting),
    Close,
}

/// A batch, and who waits for what becomes of it.
struct Waiting {
    /// The batch goes back with the answer: freed by the thread that made it, its memory is at hand there for the
    /// next, and the allocator has no other thread to wait for.
    batch: Batch,
    answer: oneshot::Sender<(Batch, Outcome)>,
    /// When it gives up hope that the file's lock becomes free.
    deadline: Instant,
}

impl Waiting {
    /// Whoever asked may have gone; what was written is kept all the same.
    fn end(self, outcome: Outcome) {
        drop(self.answer.send((self.batch, outcome)));
    }
}

/// The queue of the writer's thread.
#[derive(Debug)]
pub(super) struct Writer {
    queue: SyncSender<Job>,
    patience: Duration,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    /// Starts the thread, and that of the checkpoints.
    pub(super) fn start(
        connection: Connection,
        checkpoints: Connection,
        wakeups: NativeWakeups,
        options: &SqliteOptions,
    ) -> io::Result<Self> {
        let (queue, jobs) = mpsc::sync_channel(options.queue);
        let mut checkpoints = Checkpoints::start(checkpoints)?;
        let thread = thread::Builder::new().name("sqlite-writer".into()).spawn(move || {
            work(&connection, &jobs, &wakeups, &mut checkpoints);
            // Nobody is answered from here on: whoever still queues finds nobody at the other end.
            drop(jobs);
            checkpoints.finish(&connection);
        })?;
        Ok(Self { queue, patience: options.busy_timeout, thread: Mutex::new(Some(thread)) })
    }

    /// Queues `batch` and waits until its group has committed.
    pub(super) async fn write(&self, batch: Batch) -> Outcome {
        let (answer, outcome) = oneshot::channel();
        let deadline = monotonic() + self.patience;
        self.queue.try_send(Job::Write(Waiting { batch, answer, deadline })).map_err(|error| {
            DatabaseError::Unavailable(match error {
                TrySendError::Full(_) => "too many writes are waiting".into(),
                TrySendError::Disconnected(_) => "it is closed".into(),
            })
        })?;
        let closed = |_| Err(DatabaseError::Unavailable("it is closed".into()));
        outcome.await.map_or_else(closed, |(_, outcome)| outcome)
    }

    /// Waits until everything queued is written, and the thread has ended.
    pub(super) fn close(&self) {
        // An error means that the thread has ended already.
        drop(self.queue.send(Job::Close));
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if thread.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the database's writer ended by a panic");
        }
    }
}

fn work(
    connection: &Connection,
    jobs: &Receiver<Job>,
    wakeups: &NativeWakeups,
    checkpoints: &mut Checkpoints,
) {
    let mut open = true;
    let mut elsewhere = Elsewhere::new(connection);
    // Those of the last group whom a lock kept out, the oldest first.
    let mut waiting: Vec<Waiting> = Vec::new();
    while open || !waiting.is_empty() {
        elsewhere.look(connection, wakeups);
        let mut next = if waiting.is_empty() {
            match jobs.recv_timeout(elsewhere.patience()) {
                Err(RecvTimeoutError::Timeout) => continue,
                job => job.ok(),
            }
        } else {
            jobs.try_recv().ok()
        };
        let mut statements = waiting.iter().map(|one| one.batch.statements.len()).sum::<usize>();
        while let Some(job) = next {
            match job {
                Job::Close => {
                    open = false;
                    break;
                }
                Job::Write(one) => {
                    statements += one.batch.statements.len();
                    waiting.push(one);
                }
            }
            let has_room = waiting.len() < MOST_BATCHES && statements < ENOUGH_STATEMENTS;
            next = has_room.then(|| jobs.try_recv().ok()).flatten();
        }
        let Some(oldest) = waiting.first() else { return };
        let patience = oldest.deadline.saturating_duration_since(monotonic());
        let batches: Vec<_> = waiting.iter().map(|one| &one.batch).collect();
        match group::commit(connection, &batches, patience) {
            Ok(outcomes) => {
                finish(std::mem::take(&mut waiting), outcomes, wakeups);
                checkpoints.after_commit(connection, statements);
            }
            Err(Locked(reason)) => {
                let now = monotonic();
                let late = waiting.iter().take_while(|one| one.deadline <= now).count();
                for one in waiting.drain(..late) {
                    one.end(Err(DatabaseError::Unavailable(reason.clone())));
                }
            }
        }
    }
}

/// Tells everybody what became of their batches.
fn finish(waiting: Vec<Waiting>, outcomes: Vec<Outcome>, wakeups: &NativeWakeups) {
    let succeeded = waiting.iter().zip(&outcomes).filter(|(_, outcome)| outcome.is_ok());
    let topics: BTreeSet<_> = succeeded.filter_map(|(one, _)| one.batch.topic).collect();
    // Before the answers: whoever is answered must not find something cached from before.
    for topic in &topics {
        wakeups.advance(*topic);
    }
    for (one, outcome) in waiting.into_iter().zip(outcomes) {
        one.end(outcome);
    }
    for topic in topics {
        wakeups.announce(topic);
    }
}
