//! Transactions on one connection: a group of batches, and a snapshot.

use std::time::Duration;

use super::connection::{Connection, is_busy};
use crate::{
    clock::{Clock, Millis},
    database::{Batch, DatabaseError, Rows, Statement},
};

/// What became of one batch.
pub(super) type Outcome = Result<Vec<u64>, DatabaseError>;

/// How long a batch waits for a lock, in milliseconds. Eventyay waits 5 s for an answer, never sends again, and
/// has to hear that its message was not taken.
const PATIENCE_MS: Millis = 4_500;
/// The longest pause before SQLite is asked again, in milliseconds.
const LONGEST_PAUSE_MS: u64 = 6;

/// A batch, and when it was asked for: its patience begins there, however many others come before it.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) batch: Batch,
    pub(super) at: Millis,
}

impl Asked {
    /// Whether it has waited for as long as it may.
    pub(super) fn is_overdue(&self, now: Millis) -> bool {
        now - self.at >= PATIENCE_MS
    }
}

/// What became of a group of batches.
#[derive(Debug)]
pub(super) enum Committed {
    /// Of each, in their order.
    Each(Vec<Outcome>),
    /// Somebody else had the lock until the first of them was overdue. Nothing was done.
    Locked(DatabaseError),
}

/// Begins a transaction that writes, for which a batch has been waiting since `since`.
pub(super) async fn begin<C: Clock>(
    connection: &Connection,
    clock: &C,
    since: Millis,
) -> Result<(), DatabaseError> {
    patiently(connection, clock, since, "BEGIN IMMEDIATE").await
}

/// Commits a group in the transaction that has begun; each outcome is that of a batch on its own. The second answer is
/// whether the connection may be used again.
pub(super) async fn commit<C: Clock>(
    connection: &Connection,
    clock: &C,
    group: &[Asked],
) -> (Committed, bool) {
    // Savepoints cost two statements for each batch, for the sake of a failure that hardly ever happens: so the whole
    // group is first tried without.
    let error = match together(connection, clock, group).await {
        Ok(outcomes) => return (Committed::Each(outcomes), true),
        Err(error) => error,
    };
    let is_usable = connection.run("ROLLBACK").await.is_ok();
    if is_busy(&error) {
        return (Committed::Locked(error), is_usable);
    }
    if matches!(error, DatabaseError::Unavailable(_) | DatabaseError::NotSetUp(_)) {
        return (Committed::Each(group.iter().map(|_| Err(error.clone())).collect()), false);
    }
    if group.len() == 1 {
        return (Committed::Each(vec![Err(error)]), is_usable);
    }
    match with_savepoints(connection, clock, group).await {
        Ok(outcomes) => (Committed::Each(outcomes), true),
        Err(error) => {
            // Without its end the transaction would keep the lock; with the connection it goes in any case.
            drop(connection.run("ROLLBACK").await);
            let locked = is_busy(&error);
            let each = || group.iter().map(|_| Err(error.clone())).collect();
            (if locked { Committed::Locked(error) } else { Committed::Each(each()) }, false)
        }
    }
}

async fn together<C: Clock>(
    connection: &Connection,
    clock: &C,
    group: &[Asked],
) -> Result<Vec<Outcome>, DatabaseError> {
    let mut outcomes = Vec::with_capacity(group.len());
    for asked in group {
        outcomes.push(Ok(run(connection, &asked.batch).await?));
    }
    patiently(connection, clock, oldest(clock, group), "COMMIT").await?;
    Ok(outcomes)
}

async fn with_savepoints<C: Clock>(
    connection: &Connection,
    clock: &C,
    group: &[Asked],
) -> Result<Vec<Outcome>, DatabaseError> {
    let since = oldest(clock, group);
    begin(connection, clock, since).await?;
    let mut outcomes = Vec::with_capacity(group.len());
    for asked in group {
        connection.step("SAVEPOINT batch").await?;
        let outcome = run(connection, &asked.batch).await;
        if outcome.is_err() {
            connection.step("ROLLBACK TO batch").await?;
        }
        connection.step("RELEASE batch").await?;
        outcomes.push(outcome);
    }
    patiently(connection, clock, since, "COMMIT").await?;
    Ok(outcomes)
}

fn oldest<C: Clock>(clock: &C, group: &[Asked]) -> Millis {
    group.iter().map(|asked| asked.at).min().unwrap_or_else(|| clock.now())
}

async fn run(connection: &Connection, batch: &Batch) -> Outcome {
    let mut affected = Vec::with_capacity(batch.statements.len());
    for statement in &batch.statements {
        affected.push(connection.change(statement).await?);
    }
    Ok(affected)
}

/// Runs a statement that may have to wait for a lock: the write lock, or, in a database that has no write-ahead log yet,
/// the end of all reads before a commit. SQLite's own wait sleeps longer each time and so lets newcomers pass: some would
/// wait for seconds. So it only ever begins to wait, again and again, and the sooner again the longer this has taken,
/// which began at `since`.
pub(super) async fn patiently<C: Clock>(
    connection: &Connection,
    clock: &C,
    since: Millis,
    sql: &'static str,
) -> Result<(), DatabaseError> {
    loop {
        match connection.run(sql).await {
            Err(error) if is_busy(&error) => {
                let waited = clock.now() - since;
                if waited >= PATIENCE_MS {
                    return Err(error);
                }
                clock.sleep(pause(waited)).await;
            }
            done => return done,
        }
    }
}

fn pause(waited: Millis) -> Duration {
    let longest = LONGEST_PAUSE_MS.saturating_sub(u64::try_from(waited / 25).unwrap_or(0)).max(2);
    // Without randomness all that wait would ask at the same moments; without a source of it they do.
    let random = u64::from(getrandom::u32().unwrap_or(u32::MAX / 2));
    Duration::from_micros(500 + (longest * 1_000 * random) / u64::from(u32::MAX))
}

/// Answers each list of statements from one snapshot. The second answer is whether the connection may be
/// used again.
pub(super) async fn snapshot(
    connection: &Connection,
    lists: &[&Vec<Statement>],
) -> (Vec<Result<Vec<Rows>, DatabaseError>>, bool) {
    // One statement is a snapshot of its own, and nobody needs the same as somebody else.
    let is_plain = lists.iter().all(|list| list.len() <= 1);
    if !is_plain && let Err(error) = connection.step("BEGIN").await {
        return (lists.iter().map(|_| Err(error.clone())).collect(), false);
    }
    let mut answers = Vec::with_capacity(lists.len());
    for list in lists {
        answers.push(answer(connection, list).await);
    }
    let is_over = is_plain || connection.step("COMMIT").await.is_ok();
    let is_usable = is_over && answers.iter().all(Result::is_ok);
    (answers, is_usable)
}

async fn answer(connection: &Connection, statements: &[Statement]) -> Result<Vec<Rows>, DatabaseError> {
    let mut rows = Vec::with_capacity(statements.len());
    for statement in statements {
        rows.push(connection.query(statement).await?);
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_waited_longer_asks_oftener() {
        let longest = |waited| (0..200).map(|_| pause(waited)).max().unwrap_or_default();
        assert!(longest(0) <= Duration::from_micros(12_500));
        assert!(longest(0) > Duration::from_millis(3));
        assert!(longest(1_000) <= Duration::from_micros(2_500));
        assert!(pause(i64::MAX) >= Duration::from_micros(500), "never a busy loop");
    }

    #[test]
    fn patience_begins_when_a_batch_was_asked_for() {
        let asked = Asked { batch: Batch::default(), at: 10_000 };
        assert!(!asked.is_overdue(10_000 + PATIENCE_MS - 1));
        assert!(asked.is_overdue(10_000 + PATIENCE_MS));
        assert!(!asked.is_overdue(0), "nor is one from before the clock was put back");
    }
}
