//! The transaction of a group of batches: all in one, and only those that fail left out of it.

use platform::database::{Batch, DatabaseError};
use rusqlite::Connection;

use super::convert::{execute, failure, is_environmental};

/// What became of one batch: the affected rows of each statement, or why nothing of it was kept.
pub(super) type Outcome = Result<Vec<u64>, DatabaseError>;

/// Commits `batches` in one transaction; each outcome is that of a batch on its own. Nothing may be answered
/// before this returns.
pub(super) fn commit(connection: &Connection, batches: &[&Batch]) -> Vec<Outcome> {
    // A savepoint for each batch would copy every page that it touches once more, for the sake of a failure
    // that hardly ever happens. So the whole group is first tried without.
    match together(connection, batches) {
        Ok(outcomes) => outcomes,
        Err(Undone::Unavailable(reason)) => all_unavailable(batches, &reason),
        Err(Undone::Batch(error)) if batches.len() == 1 => vec![Err(error)],
        Err(Undone::Batch(_)) => match with_savepoints(connection, batches) {
            Ok(outcomes) => outcomes,
            Err(Undone::Unavailable(reason)) => all_unavailable(batches, &reason),
            Err(Undone::Batch(_)) => one_by_one(connection, batches),
        },
    }
}

/// Why a transaction was rolled back as a whole.
enum Undone {
    /// It could not begin, or could not commit: no batch can be kept for now.
    Unavailable(String),
    /// It was for one batch's sake; the others can be kept without that one.
    Batch(DatabaseError),
}

fn together(connection: &Connection, batches: &[&Batch]) -> Result<Vec<Outcome>, Undone> {
    transaction(connection, || {
        batches.iter().map(|batch| run(connection, batch).map(Ok).map_err(Undone::Batch)).collect()
    })
}

fn with_savepoints(connection: &Connection, batches: &[&Batch]) -> Result<Vec<Outcome>, Undone> {
    let unavailable = |error: rusqlite::Error| Undone::Unavailable(error.to_string());
    transaction(connection, || {
        let mut outcomes = Vec::with_capacity(batches.len());
        for batch in batches {
            connection.execute_batch("SAVEPOINT batch").map_err(unavailable)?;
            let outcome = run(connection, batch);
            if let Err(error) = outcome {
                // When space or memory runs out, SQLite may end the whole transaction by itself.
                if connection.is_autocommit() {
                    return Err(Undone::Batch(error));
                }
                connection.execute_batch("ROLLBACK TO batch").map_err(unavailable)?;
                outcomes.push(Err(error));
            } else {
                outcomes.push(outcome);
            }
            connection.execute_batch("RELEASE batch").map_err(unavailable)?;
        }
        Ok(outcomes)
    })
}

/// The last resort: whatever one batch does to its transaction, the others have their own. So a clean-up
/// that frees space goes through on a full disk, though new messages in the same group cannot.
fn one_by_one(connection: &Connection, batches: &[&Batch]) -> Vec<Outcome> {
    let mut outcomes = Vec::with_capacity(batches.len());
    for batch in batches {
        match transaction(connection, || run(connection, batch).map_err(Undone::Batch)) {
            Ok(affected) => outcomes.push(Ok(affected)),
            Err(Undone::Batch(error)) => outcomes.push(Err(error)),
            Err(Undone::Unavailable(reason)) => {
                // The rest would only wait for the same lock, or write to the same broken disk, once more each.
                outcomes.extend(all_unavailable(&batches[outcomes.len()..], &reason));
                break;
            }
        }
    }
    outcomes
}

/// Runs `work` in a transaction of its own, which is committed if it succeeds and rolled back if anything fails.
fn transaction<T>(connection: &Connection, work: impl FnOnce() -> Result<T, Undone>) -> Result<T, Undone> {
    let unavailable = |error: &rusqlite::Error| Undone::Unavailable(error.to_string());
    roll_back(connection);
    cached(connection, "BEGIN IMMEDIATE").map_err(|error| unavailable(&error))?;
    let result = work().and_then(|done| match cached(connection, "COMMIT") {
        Ok(()) => Ok(done),
        Err(error) if is_environmental(&error) => Err(unavailable(&error)),
        // A constraint that is checked no sooner: some batch's fault.
        Err(error) => Err(Undone::Batch(failure("COMMIT", &error))),
    });
    if result.is_err() {
        roll_back(connection);
    }
    result
}

fn roll_back(connection: &Connection) {
    if !connection.is_autocommit()
        && let Err(error) = connection.execute_batch("ROLLBACK")
    {
        // The next transaction tries again before it begins.
        tracing::error!(%error, "a transaction could not be rolled back");
    }
}

fn cached(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute(()).map(drop)
}

fn run(connection: &Connection, batch: &Batch) -> Outcome {
    batch.statements.iter().map(|statement| execute(connection, statement)).collect()
}

fn all_unavailable(batches: &[&Batch], reason: &str) -> Vec<Outcome> {
    batches.iter().map(|_| Err(DatabaseError::Unavailable(reason.to_owned()))).collect()
}
