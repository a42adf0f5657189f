//! Bringing a database up to the newest schema, whatever state it is in.

use std::error::Error as _;

use platform::database::{Database as _, DatabaseError, Value};
use store::migrations::{Migration, MigrationError, is_current, migrate, question, sqlite};

use crate::support::{Between, Memory, ready};

/// Migrations of a test's own, which live as long as the real ones.
fn made_up(texts: &[(&'static str, &'static str)]) -> &'static [Migration] {
    let numbered = texts.iter().zip(1..).map(|((name, text), number)| Migration::new(number, name, text));
    Vec::leak(numbered.collect())
}

fn applied(database: &Memory) -> Vec<Vec<Value>> {
    database.rows("SELECT number, name, checksum, applied_at FROM migrations ORDER BY number")
}

fn tables(database: &Memory) -> Vec<Vec<Value>> {
    database
        .rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'migrations' ORDER BY name")
}

#[test]
fn a_fresh_database_gets_them_all_and_a_second_run_none() {
    let database = Memory::empty();
    let all: Vec<&str> = sqlite().iter().map(|migration| migration.name).collect();
    assert_eq!(ready(migrate(&database, sqlite(), 77)).unwrap(), all);
    let records = sqlite().iter().map(|migration| {
        vec![migration.number.into(), migration.name.into(), migration.checksum.as_str().into(), 77.into()]
    });
    assert_eq!(applied(&database), records.collect::<Vec<_>>());

    let before = database.everything();
    assert_eq!(ready(migrate(&database, sqlite(), 78)).unwrap(), [""; 0]);
    assert_eq!(database.everything(), before);
}

#[test]
fn numbers_are_in_order_from_one() {
    let numbers: Vec<i64> = sqlite().iter().map(|migration| migration.number).collect();
    assert_eq!(numbers, (1..).take(numbers.len()).collect::<Vec<_>>());
}

#[test]
fn a_newer_version_adds_only_what_is_new() {
    let old = made_up(&[("one", "CREATE TABLE a (x BIGINT);\n")]);
    let new = made_up(&[
        ("one", "CREATE TABLE a (x BIGINT);\n"),
        ("two", "-- Two statements; and a remark.\nCREATE TABLE b (x BIGINT);\nINSERT INTO b VALUES (1);\n"),
        ("three", "CREATE TABLE c (x BIGINT);\n\n-- Nothing more;\n"),
    ]);
    let database = Memory::empty();
    assert_eq!(ready(migrate(&database, old, 1)).unwrap(), ["one"]);
    assert_eq!(ready(migrate(&database, new, 2)).unwrap(), ["two", "three"]);
    assert_eq!(database.integer("SELECT COUNT(*) FROM b"), 1);

    let error = ready(migrate(&database, old, 3)).unwrap_err();
    assert!(matches!(error, MigrationError::Newer { number: 2, .. }), "{error:?}");
    assert_eq!(
        error.to_string(),
        "this database has migration 2 (two), which this version does not know; start the newer version, or \
         restore a backup from before it"
    );
}

fn present(database: &Memory, migrations: &[Migration]) -> Result<bool, MigrationError> {
    let answers = ready(database.read(vec![question()]));
    is_current(answers.map(|mut answers| answers.remove(0)), migrations)
}

#[test]
fn a_database_is_current_with_all_migrations_and_nothing_else() {
    let all = made_up(&[("one", "CREATE TABLE a (x BIGINT);\n"), ("two", "CREATE TABLE b (x BIGINT);\n")]);
    let database = Memory::empty();
    assert!(!present(&database, all).unwrap(), "nothing is there");
    ready(migrate(&database, &all[..1], 1)).unwrap();
    assert!(!present(&database, all).unwrap(), "an older version was here");
    ready(migrate(&database, all, 2)).unwrap();
    assert!(present(&database, all).unwrap());
    let newer = present(&database, &all[..1]).unwrap_err();
    assert!(matches!(newer, MigrationError::Newer { number: 2, .. }), "{newer:?}");
}

#[test]
fn two_hosts_at_once_do_the_work_once() {
    // The other host does all of it just before this one's first write, its second, and so on.
    let all = made_up(&[("one", "CREATE TABLE a (x BIGINT);\n"), ("two", "CREATE TABLE b (x BIGINT);\n")]);
    for writes in 0..4 {
        let database = Memory::empty();
        let other = |database: &Memory| assert!(!ready(migrate(database, all, 1)).unwrap().is_empty());
        let this = Between::new(&database, writes, other);
        let done = ready(migrate(&this, all, 2)).unwrap();
        assert_eq!(this.happened(), writes < 3);
        assert_eq!(done.len(), writes.saturating_sub(1).min(2), "after {writes} writes");
        assert_eq!(applied(&database).len(), 2);
        assert_eq!(tables(&database), [["a".into()], ["b".into()]]);
    }
}

#[test]
fn an_altered_migration_stops_the_start() {
    let database = Memory::migrated();
    database.run("UPDATE migrations SET checksum = 'other' WHERE number = 1");
    let error = ready(migrate(&database, sqlite(), 2)).unwrap_err();
    assert!(matches!(error, MigrationError::Altered { number: 1, .. }), "{error:?}");
    assert_eq!(
        error.to_string(),
        "migration 1 (initial) was changed after it had been applied to this database; restore its text in sql/ \
         and put the change into a new migration"
    );
}

#[test]
fn a_failing_migration_leaves_nothing() {
    let broken = made_up(&[
        ("one", "CREATE TABLE a (x BIGINT);\n"),
        ("two", "CREATE TABLE b (x BIGINT);\nINSERT INTO a VALUES (1);\nINSERT INTO nowhere VALUES (1);\n"),
        ("three", "CREATE TABLE c (x BIGINT);\n"),
    ]);
    let mended = made_up(&[
        ("one", "CREATE TABLE a (x BIGINT);\n"),
        ("two", "CREATE TABLE b (x BIGINT);\n"),
        ("three", "CREATE TABLE c (x BIGINT);\n"),
    ]);
    let database = Memory::empty();
    let error = ready(migrate(&database, broken, 1)).unwrap_err();
    assert_eq!(error.to_string(), "migration 2 (two) failed");
    let cause = error.source().unwrap().downcast_ref::<DatabaseError>().unwrap();
    assert!(
        matches!(cause, DatabaseError::Refused { query: "migrations::apply", reason } if reason.contains("nowhere"))
    );
    assert_eq!(applied(&database).len(), 1);
    assert_eq!(tables(&database), [["a".into()]]);
    assert_eq!(database.integer("SELECT COUNT(*) FROM a"), 0);

    assert_eq!(ready(migrate(&database, mended, 2)).unwrap(), ["two", "three"]);
}

#[test]
fn a_record_that_cannot_be_read_stops_the_start() {
    let database = Memory::empty();
    database.run("CREATE TABLE migrations (something BIGINT)");
    let error = ready(migrate(&database, sqlite(), 1)).unwrap_err();
    assert!(matches!(error, MigrationError::Unreadable(_)), "{error:?}");

    let database = Memory::empty();
    database.fail_next(1);
    let error = ready(migrate(&database, sqlite(), 1)).unwrap_err();
    assert!(matches!(error, MigrationError::Unreadable(DatabaseError::Unavailable(_))), "{error:?}");
    assert_eq!(database.everything().len(), 0);
}
