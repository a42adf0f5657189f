//! The transaction of a group of batches: all in one, and only those that fail left out of it.

use std::time::Duration;

use platform::database::{Batch, DatabaseError};
use rusqlite::Connection;

use super::{
    convert::{execute, failure, is_environmental},
    open::is_locked,
};

/// What became of one batch: the affected rows of each statement, or why nothing of it was kept.
pub(super) type Outcome = Result<Vec<u64>, DatabaseError>;

/// Somebody else held the file's lock for all the time that there was: nothing was begun, and why.
#[derive(Debug)]
pub(super) struct Locked(pub(super) String);

/// Commits `batches` in one transaction, once the file's lock is free, which may take as long as `patience`; each outcome
/// is that of a batch on its own. Nothing may be answered before this returns.
pub(super) fn commit(
    connection: &Connection,
    batches: &[&Batch],
    patience: Duration,
) -> Result<Vec<Outcome>, Locked> {
    if let Err(error) = connection.busy_timeout(patience) {
        return Ok(all_unavailable(batches, &error.to_string()));
    }
    // A savepoint for each batch would copy every page that it touches once more, for the sake of a failure
    // that hardly ever happens. So the whole group is first tried without.
    let done = match together(connection, batches) {
        Err(Undone::Batch(error)) if batches.len() == 1 => Ok(vec![Err(error)]),
        Err(Undone::Batch(_)) => with_savepoints(connection, batches),
        done => done,
    };
    match done {
        Ok(outcomes) => Ok(outcomes),
        Err(Undone::Locked(reason)) => Err(Locked(reason)),
        Err(Undone::Unavailable(reason)) => Ok(all_unavailable(batches, &reason)),
        Err(Undone::Batch(_)) => Ok(one_by_one(connection, batches)),
    }
}

/// Why a transaction was rolled back as a whole.
enum Undone {
    /// It could not begin, because somebody else writes.
    Locked(String),
    /// It could not begin for another reason, or could not commit: no batch can be kept for now.
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
            Err(Undone::Locked(reason) | Undone::Unavailable(reason)) => {
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
    cached(connection, "BEGIN IMMEDIATE").map_err(|error| match error {
        error if is_locked(&error) => Undone::Locked(error.to_string()),
        error => unavailable(&error),
    })?;
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use platform::database::{Batch, DatabaseError, Query, Reach};
    use rusqlite::Connection;

    use super::{Locked, Outcome, commit};

    const fn query(name: &'static str, sql: &'static str) -> Query {
        Query { name, sql, reach: Reach::Rows }
    }
    static INSERT: Query = query("test::insert", "INSERT INTO items (id, content) VALUES (?, ?)");
    static INSERT_CHILD: Query = query("test::insert_child", "INSERT INTO children (item) VALUES (?)");
    static DELETE: Query = query("test::delete", "DELETE FROM items WHERE id <= ?");

    fn insert(id: i64) -> Batch {
        Batch::of(vec![INSERT.with([id.into(), "short".into()])])
    }

    fn insert_both(first: i64, second: i64) -> Batch {
        Batch::of(vec![
            INSERT.with([first.into(), "short".into()]),
            INSERT.with([second.into(), "short".into()]),
        ])
    }

    fn group(connection: &Connection, batches: &[Batch]) -> Vec<Outcome> {
        try_group(connection, batches).unwrap()
    }

    fn try_group(connection: &Connection, batches: &[Batch]) -> Result<Vec<Outcome>, Locked> {
        commit(connection, &batches.iter().collect::<Vec<_>>(), Duration::from_millis(20))
    }

    fn with_tables(connection: Connection) -> Connection {
        connection
            .execute_batch(
                "CREATE TABLE items (id INTEGER PRIMARY KEY, content TEXT NOT NULL); \
                 CREATE TABLE children (item INTEGER REFERENCES items (id) DEFERRABLE INITIALLY DEFERRED); \
                 PRAGMA foreign_keys = ON;",
            )
            .unwrap();
        connection
    }

    fn in_memory() -> Connection {
        with_tables(Connection::open_in_memory().unwrap())
    }

    fn ids(connection: &Connection) -> Vec<i64> {
        let mut statement = connection.prepare("SELECT id FROM items ORDER BY id").unwrap();
        statement.query_map((), |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }

    #[test]
    fn a_failing_batch_alone_is_left_out() {
        let connection = in_memory();
        // The third batch inserts 4 and then 1 once more: neither is kept, nor does it harm the fourth.
        let batches = [insert(1), insert_both(2, 3), insert_both(4, 1), insert(5)];
        let outcomes = group(&connection, &batches);
        assert_eq!(outcomes[0].as_ref().unwrap(), &[1]);
        assert_eq!(outcomes[1].as_ref().unwrap(), &[1, 1]);
        assert!(matches!(outcomes[2], Err(DatabaseError::Refused { query: "test::insert", .. })));
        assert_eq!(outcomes[3].as_ref().unwrap(), &[1]);
        assert_eq!(ids(&connection), [1, 2, 3, 5]);
        assert!(connection.is_autocommit());
    }

    #[test]
    fn a_batch_sees_what_the_one_before_it_did() {
        let connection = in_memory();
        let batches = [insert(1), Batch::of(vec![DELETE.with([1.into()])]), insert(1)];
        let outcomes = group(&connection, &batches);
        assert!(outcomes.iter().all(|outcome| matches!(outcome.as_deref(), Ok([1]))), "{outcomes:?}");
    }

    #[test]
    fn a_constraint_that_only_the_commit_checks_fails_its_batch_alone() {
        let connection = in_memory();
        let orphan = Batch::of(vec![INSERT_CHILD.with([99.into()])]);
        let outcomes = group(&connection, &[insert(1), orphan, insert(2)]);
        assert!(outcomes[0].is_ok() && outcomes[2].is_ok(), "{outcomes:?}");
        assert!(matches!(outcomes[1], Err(DatabaseError::Refused { .. })), "{outcomes:?}");
        assert_eq!(ids(&connection), [1, 2]);
    }

    #[test]
    fn a_batch_that_needs_too_much_room_does_not_stop_one_that_frees_some() {
        let connection = in_memory();
        connection.pragma_update(None, "max_page_count", 16).unwrap();
        let large = |id: i64| Batch::of(vec![INSERT.with([id.into(), "x".repeat(30_000).into()])]);
        assert!(group(&connection, &[large(1)])[0].is_ok());
        let outcomes =
            group(&connection, &[insert(2), large(3), Batch::of(vec![DELETE.with([1.into()])]), insert(4)]);
        assert!(matches!(outcomes[1], Err(DatabaseError::Unavailable(_))), "{outcomes:?}");
        assert!(outcomes[0].is_ok() && outcomes[2].is_ok() && outcomes[3].is_ok(), "{outcomes:?}");
        assert_eq!(ids(&connection), [2, 4]);
        assert!(group(&connection, &[large(3)])[0].is_ok(), "there is room again");
    }

    #[test]
    fn a_lock_held_elsewhere_keeps_the_whole_group_waiting() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("locked.sqlite");
        let connection = with_tables(Connection::open(&path).unwrap());
        let other = Connection::open(&path).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        assert!(try_group(&connection, &[insert(1), insert(2)]).is_err());
        assert!(connection.is_autocommit());
        other.execute_batch("ROLLBACK").unwrap();
        assert!(group(&connection, &[insert(1), insert(2)]).iter().all(Result::is_ok));
    }
}
