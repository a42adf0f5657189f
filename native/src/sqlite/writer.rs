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
        mpsc::{self, Receiver, SyncSender, TrySendError},
    },
    thread::{self, JoinHandle},
};

use platform::database::{Batch, DatabaseError};
use rusqlite::Connection;
use tokio::sync::oneshot;

use super::{
    checkpoint::Checkpoints,
    group::{self, Outcome},
    open::SqliteOptions,
};
use crate::wakeups::NativeWakeups;

/// A group takes no more batches than this, so that the first of them is not kept waiting for the last.
const MOST_BATCHES: usize = 512;
/// A group with this many statements takes no further batch.
const ENOUGH_STATEMENTS: usize = 8_000;

enum Job {
    /// The batch goes back with the answer: freed by the thread that made it, its memory is at hand there for the
    /// next, and the allocator has no other thread to wait for.
    Write {
        batch: Batch,
        answer: oneshot::Sender<(Batch, Outcome)>,
    },
    Close,
}

/// The queue of the writer's thread.
#[derive(Debug)]
pub(super) struct Writer {
    queue: SyncSender<Job>,
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
        Ok(Self { queue, thread: Mutex::new(Some(thread)) })
    }

    /// Queues `batch` and waits until its group has committed.
    pub(super) async fn write(&self, batch: Batch) -> Outcome {
        let (answer, outcome) = oneshot::channel();
        self.queue.try_send(Job::Write { batch, answer }).map_err(|error| {
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
    while open {
        let Ok(first) = jobs.recv() else { return };
        let mut batches = Vec::new();
        let mut answers = Vec::new();
        let mut statements = 0;
        let mut next = Some(first);
        while let Some(job) = next {
            match job {
                Job::Close => {
                    open = false;
                    break;
                }
                Job::Write { batch, answer } => {
                    statements += batch.statements.len();
                    batches.push(batch);
                    answers.push(answer);
                }
            }
            let has_room = batches.len() < MOST_BATCHES && statements < ENOUGH_STATEMENTS;
            next = has_room.then(|| jobs.try_recv().ok()).flatten();
        }
        let outcomes = group::commit(connection, &batches.iter().collect::<Vec<_>>());
        let succeeded = batches.iter().zip(&outcomes).filter(|(_, outcome)| outcome.is_ok());
        let topics: BTreeSet<_> = succeeded.filter_map(|(batch, _)| batch.topic).collect();
        // Before the answers: whoever is answered must not find something cached from before.
        for topic in &topics {
            wakeups.advance(*topic);
        }
        for (answer, answered) in answers.into_iter().zip(batches.into_iter().zip(outcomes)) {
            // Whoever asked may have gone; what was written is kept all the same.
            drop(answer.send(answered));
        }
        for topic in topics {
            wakeups.announce(topic);
        }
        checkpoints.after_commit(connection, statements);
    }
}
