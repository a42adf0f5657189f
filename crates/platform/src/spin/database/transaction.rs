//! Transactions on one connection: a group of batches, and a snapshot.

use std::time::Duration;

use super::connection::{Connection, is_busy};
use crate::{
    clock::{Clock, Millis},
    database::{Batch, DatabaseError, Rows, Statement},
};

/// What became of one batch.
pub(super) type Outcome = Result<Vec<u64>, DatabaseError>;

/// How long a group waits for a lock, in milliseconds. Eventyay waits 5 s for an answer, never sends again, and
/// has to hear that its message was not taken.
const PATIENCE_MS: Millis = 4_500;
/// The longest pause before the lock is asked for again, in milliseconds.
const LONGEST_PAUSE_MS: u64 = 12;

/// Commits `batches` in one transaction; each outcome is that of a batch on its own. The second answer is whether the
/// connection may be used again.
pub(super) async fn commit<C: Clock>(
    connection: &Connection,
    clock: &C,
    batches: &[Batch],
) -> (Vec<Outcome>, bool) {
    // Savepoints cost two statements for each batch, for the sake of a failure that hardly ever happens: so the whole
    // group is first tried without.
    let error = match together(connection, clock, batches).await {
        Ok(outcomes) => return (outcomes, true),
        Err(error) => error,
    };
    let is_usable = connection.run("ROLLBACK").await.is_ok();
    if matches!(error, DatabaseError::Unavailable(_) | DatabaseError::NotSetUp(_)) {
        return (batches.iter().map(|_| Err(error.clone())).collect(), false);
    }
    if batches.len() == 1 {
        return (vec![Err(error)], is_usable);
    }
    match with_savepoints(connection, clock, batches).await {
        Ok(outcomes) => (outcomes, true),
        Err(error) => {
            // Without its end the transaction would keep the lock; with the connection it goes in any case.
            drop(connection.run("ROLLBACK").await);
            (batches.iter().map(|_| Err(error.clone())).collect(), false)
        }
    }
}

async fn together<C: Clock>(
    connection: &Connection,
    clock: &C,
    batches: &[Batch],
) -> Result<Vec<Outcome>, DatabaseError> {
    patiently(connection, clock, "BEGIN IMMEDIATE").await?;
    let mut outcomes = Vec::with_capacity(batches.len());
    for batch in batches {
        outcomes.push(Ok(run(connection, batch).await?));
    }
    patiently(connection, clock, "COMMIT").await?;
    Ok(outcomes)
}

async fn with_savepoints<C: Clock>(
    connection: &Connection,
    clock: &C,
    batches: &[Batch],
) -> Result<Vec<Outcome>, DatabaseError> {
    patiently(connection, clock, "BEGIN IMMEDIATE").await?;
    let mut outcomes = Vec::with_capacity(batches.len());
    for batch in batches {
        connection.step("SAVEPOINT batch").await?;
        let outcome = run(connection, batch).await;
        if outcome.is_err() {
            connection.step("ROLLBACK TO batch").await?;
        }
        connection.step("RELEASE batch").await?;
        outcomes.push(outcome);
    }
    patiently(connection, clock, "COMMIT").await?;
    Ok(outcomes)
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
/// wait for seconds. This one asks again after a few milliseconds, and the oftener the longer it has waited.
pub(super) async fn patiently<C: Clock>(
    connection: &Connection,
    clock: &C,
    sql: &'static str,
) -> Result<(), DatabaseError> {
    let started_at = clock.now();
    loop {
        match connection.run(sql).await {
            Err(error) if is_busy(&error) => {
                let waited = clock.now() - started_at;
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
}
