//! A disk that runs full in the middle of a commit. The process's own limit on file sizes stands in for the disk,
//! so this test has a process to itself.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "tests")]

use chatstream::{
    sqlite::{SqliteDatabase, SqliteOptions},
    wakeups::NativeWakeups,
};
use platform::database::{Batch, Database as _, DatabaseError, Query, Reach};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::signal::unix::{SignalKind, signal};

static CREATE: Query = Query {
    name: "test::create",
    sql: "CREATE TABLE items (id INTEGER PRIMARY KEY, content TEXT NOT NULL)",
    reach: Reach::Rows,
};
static INSERT: Query =
    Query { name: "test::insert", sql: "INSERT INTO items (id, content) VALUES (?, ?)", reach: Reach::Rows };
static IDS: Query = Query { name: "test::ids", sql: "SELECT id FROM items ORDER BY id", reach: Reach::Page };

const SIGXFSZ: i32 = 25;

async fn ids(database: &SqliteDatabase) -> Vec<i64> {
    let answers = database.read(vec![IDS.with([])]).await.unwrap();
    answers[0].iter().map(|row| row.integer(0).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_is_full_loses_nothing_and_needs_no_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("test.sqlite");
    let database = SqliteDatabase::open(&path, NativeWakeups::new(), SqliteOptions::default()).unwrap();
    database.write(Batch::of(vec![CREATE.with([])])).await.unwrap();

    // Past the limit a write is an error; without a handler for its signal it would be the end.
    let _handler = signal(SignalKind::from_raw(SIGXFSZ)).unwrap();
    let roomy = getrlimit(Resource::Fsize);
    setrlimit(Resource::Fsize, Rlimit { current: Some(300_000), ..roomy }).unwrap();

    let mut kept = Vec::new();
    for round in 0..30_i64 {
        let batches = (0..8).map(|index| {
            let id = round * 8 + index;
            let (database, content) = (database.clone(), "x".repeat(3_000));
            let insert = INSERT.with([id.into(), content.into()]);
            tokio::spawn(async move { (id, database.write(Batch::of(vec![insert])).await) })
        });
        for write in batches.collect::<Vec<_>>() {
            match write.await.unwrap() {
                (id, Ok(_)) => kept.push(id),
                (_, Err(error)) => assert!(matches!(error, DatabaseError::Unavailable(_)), "{error}"),
            }
        }
    }
    assert!(kept.len() > 20 && kept.len() < 240, "{} of 240", kept.len());
    assert_eq!(ids(&database).await, kept, "exactly what was acknowledged");

    setrlimit(Resource::Fsize, roomy).unwrap();
    database.write(Batch::of(vec![INSERT.with([1_000.into(), "there is room".into()])])).await.unwrap();
    kept.push(1_000);
    assert_eq!(ids(&database).await, kept);
    database.close().await;

    let database = SqliteDatabase::open(&path, NativeWakeups::new(), SqliteOptions::default()).unwrap();
    assert_eq!(ids(&database).await, kept, "after a restart");
    database.close().await;
}
