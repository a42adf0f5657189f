//! The SQLite adapter when things go wrong: what is acknowledged is kept, and what is not is not.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::{fs, path::Path, time::Duration};

use chatstream::{
    sqlite::{SqliteDatabase, SqliteOptions},
    wakeups::NativeWakeups,
};
use platform::{
    database::{Batch, Database as _, DatabaseError, Query, Reach},
    wakeups::{Subscription as _, Topic, Wake, Wakeups as _},
};
use rusqlite::Connection;
use tempfile::TempDir;

const fn query(name: &'static str, sql: &'static str) -> Query {
    Query { name, sql, reach: Reach::Rows }
}
static CREATE: Query =
    query("test::create", "CREATE TABLE IF NOT EXISTS items (id INTEGER PRIMARY KEY, content TEXT NOT NULL)");
static INSERT: Query = query("test::insert", "INSERT INTO items (id, content) VALUES (?, ?)");
static DELETE: Query = query("test::delete", "DELETE FROM items WHERE id = ?");
static IDS: Query = query("test::ids", "SELECT id FROM items ORDER BY id");

struct Fixture {
    folder: TempDir,
    wakeups: NativeWakeups,
    database: SqliteDatabase,
}

impl Fixture {
    async fn new(options: SqliteOptions) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let wakeups = NativeWakeups::new();
        let database =
            SqliteDatabase::open(&folder.path().join("test.sqlite"), wakeups.clone(), options).unwrap();
        database.write(Batch::of(vec![CREATE.with([])])).await.unwrap();
        Self { folder, wakeups, database }
    }

    fn other_process(&self) -> Connection {
        Connection::open(self.folder.path().join("test.sqlite")).unwrap()
    }
}

fn insert(id: i64) -> Batch {
    Batch::of(vec![INSERT.with([id.into(), "content".into()])])
}

async fn ids(database: &SqliteDatabase) -> Vec<i64> {
    let answers = database.read(vec![IDS.with([])]).await.unwrap();
    answers[0].iter().map(|row| row.integer(0).unwrap()).collect()
}

fn is_unavailable<T: std::fmt::Debug>(result: &Result<T, DatabaseError>) -> bool {
    matches!(result, Err(DatabaseError::Unavailable(_)))
}

async fn ids_in(path: &Path) -> Vec<i64> {
    let database = SqliteDatabase::open(path, NativeWakeups::new(), SqliteOptions::default()).unwrap();
    let found = ids(&database).await;
    database.close().await;
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_full_takes_writes_again_once_there_is_room() {
    let options = SqliteOptions { largest_pages: Some(32), ..SqliteOptions::default() };
    let fixture = Fixture::new(options).await;
    let large = |id: i64| Batch::of(vec![INSERT.with([id.into(), "x".repeat(20_000).into()])]);
    let mut kept = Vec::new();
    let error = loop {
        let id = i64::try_from(kept.len()).unwrap();
        match fixture.database.write(large(id)).await {
            Ok(_) => kept.push(id),
            Err(error) => break error,
        }
    };
    assert!(matches!(error, DatabaseError::Unavailable(_)), "{error}");
    assert!(kept.len() > 2);
    assert_eq!(ids(&fixture.database).await, kept, "nothing of the failed batch");

    // No restart: something is cleaned up, and the next message is taken.
    fixture.database.write(Batch::of(vec![DELETE.with([0.into()])])).await.unwrap();
    fixture.database.write(large(0)).await.unwrap();
    assert_eq!(ids(&fixture.database).await, kept);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_another_process_holds_the_lock_writes_are_unavailable_and_reads_are_not() {
    let options = SqliteOptions { busy_timeout: Duration::from_millis(100), ..SqliteOptions::default() };
    let fixture = Fixture::new(options).await;
    fixture.database.write(insert(1)).await.unwrap();

    let other = fixture.other_process();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert!(is_unavailable(&fixture.database.write(insert(2)).await));
    assert_eq!(ids(&fixture.database).await, [1]);

    other.execute_batch("ROLLBACK").unwrap();
    fixture.database.write(insert(3)).await.unwrap();
    assert_eq!(ids(&fixture.database).await, [1, 3], "what was not acknowledged is not kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_held_for_a_moment_is_waited_for() {
    let fixture = Fixture::new(SqliteOptions::default()).await;
    let other = fixture.other_process();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let database = fixture.database.clone();
    let write = tokio::spawn(async move { database.write(insert(1)).await });
    tokio::time::sleep(Duration::from_millis(50)).await;
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(write.await.unwrap().unwrap(), [1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_waits_for_a_lock_from_when_they_came() {
    const PATIENCE: Duration = Duration::from_millis(1_500);
    let options = SqliteOptions { busy_timeout: PATIENCE, ..SqliteOptions::default() };
    let fixture = Fixture::new(options).await;
    let other = fixture.other_process();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let write = |id| {
        let (database, came) = (fixture.database.clone(), tokio::time::Instant::now());
        tokio::spawn(async move { (database.write(insert(id)).await, came.elapsed()) })
    };
    // The second and the third wait behind the first, and are tried together when it has given up.
    let first = write(1);
    tokio::time::sleep(PATIENCE / 3).await;
    let second = write(2);
    tokio::time::sleep(PATIENCE / 3).await;
    let third = write(3);
    for given_up in [first, second] {
        let (outcome, waited) = given_up.await.unwrap();
        assert!(is_unavailable(&outcome), "{outcome:?}");
        assert!(waited < PATIENCE * 3 / 2, "{waited:?}");
    }
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(third.await.unwrap().0.unwrap(), [1], "its time was not over when the second's was");
    assert_eq!(ids(&fixture.database).await, [3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_says_so_at_once() {
    let options = SqliteOptions { queue: 2, ..SqliteOptions::default() };
    let fixture = Fixture::new(options).await;
    let other = fixture.other_process();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let writes: Vec<_> = (0..10)
        .map(|id| {
            let database = fixture.database.clone();
            tokio::spawn(async move { database.write(insert(id)).await })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(50)).await;
    other.execute_batch("ROLLBACK").unwrap();
    let mut kept = Vec::new();
    for (id, write) in (0..).zip(writes) {
        match write.await.unwrap() {
            Ok(_) => kept.push(id),
            Err(error) => assert!(error.to_string().contains("too many writes"), "{error}"),
        }
    }
    assert!(kept.len() < 10);
    assert_eq!(ids(&fixture.database).await, kept);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_acknowledged_survives_a_crash() {
    let fixture = Fixture::new(SqliteOptions::default()).await;
    let writes: Vec<_> = (0..200)
        .map(|id| {
            let database = fixture.database.clone();
            tokio::spawn(async move { database.write(insert(id)).await.unwrap() })
        })
        .collect();
    for write in writes {
        write.await.unwrap();
    }
    // What a process that is killed now leaves behind.
    let left = tempfile::tempdir().unwrap();
    for name in ["test.sqlite", "test.sqlite-wal"] {
        fs::copy(fixture.folder.path().join(name), left.path().join(name)).unwrap();
    }
    assert_eq!(ids_in(&left.path().join("test.sqlite")).await, (0..200).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_finishes_what_is_queued() {
    let fixture = Fixture::new(SqliteOptions::default()).await;
    let writes: Vec<_> = (0..300)
        .map(|id| {
            let database = fixture.database.clone();
            tokio::spawn(async move { database.write(insert(id)).await })
        })
        .collect();
    fixture.database.close().await;
    let mut kept = Vec::new();
    for (id, write) in (0..).zip(writes) {
        let outcome = write.await.unwrap();
        if outcome.is_ok() {
            kept.push(id);
        } else {
            assert!(is_unavailable(&outcome));
        }
    }
    assert!(is_unavailable(&fixture.database.write(insert(1_000)).await));
    assert!(is_unavailable(&fixture.database.read(vec![IDS.with([])]).await));
    fixture.database.close().await;
    let path = fixture.folder.path().join("test.sqlite");
    assert!(!path.with_extension("sqlite-wal").exists(), "the log was carried over");
    assert_eq!(ids_in(&path).await, kept);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_commit_wakes_its_topic() {
    let fixture = Fixture::new(SqliteOptions::default()).await;
    let mut subscription = fixture.wakeups.subscribe(Topic(5));
    let about_5 = |id| Batch { topic: Some(Topic(5)), ..insert(id) };
    fixture.database.write(about_5(1)).await.unwrap();
    assert_eq!(subscription.changed(0, Duration::from_secs(20)).await, Wake::Changed);
    let refused = fixture.database.write(about_5(1)).await.unwrap_err();
    assert!(matches!(refused, DatabaseError::Refused { query: "test::insert", .. }), "{refused}");
    fixture.database.write(insert(2)).await.unwrap();
    assert_eq!(subscription.changed(0, Duration::from_millis(50)).await, Wake::TimedOut);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_process_commits_wakes_everybody() {
    let fixture = Fixture::new(SqliteOptions::default()).await;
    fixture.database.write(insert(1)).await.unwrap();
    let mut subscription = fixture.wakeups.subscribe(Topic(5));
    let generation = fixture.wakeups.generation(Topic(5));
    let unchanged = subscription.changed(0, Duration::from_millis(600)).await;
    assert_eq!(
        (unchanged, fixture.wakeups.generation(Topic(5))),
        (Wake::TimedOut, generation),
        "its own commit"
    );

    fixture.other_process().execute_batch("DELETE FROM items").unwrap();
    assert_eq!(subscription.changed(0, Duration::from_secs(20)).await, Wake::Changed);
    assert_ne!(fixture.wakeups.generation(Topic(5)), generation, "what was cached is out of date");
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_and_writing_are_not_mixed_up() {
    let fixture = Fixture::new(SqliteOptions::default()).await;
    let read = fixture.database.read(vec![DELETE.with([1.into()])]).await.unwrap_err();
    assert!(matches!(read, DatabaseError::Refused { query: "test::delete", .. }), "{read}");
    let write = fixture.database.write(Batch::of(vec![IDS.with([])])).await.unwrap_err();
    assert!(matches!(write, DatabaseError::Refused { query: "test::ids", .. }), "{write}");
}
