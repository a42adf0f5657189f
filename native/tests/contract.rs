//! The native host's adapters keep the promises of their ports.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::{
    path::Path,
    sync::atomic::{AtomicI64, Ordering},
};

use chatstream::{
    key_value::DatabaseKeyValue,
    sqlite::{SqliteDatabase, SqliteOptions},
    wakeups::NativeWakeups,
};
use platform::{
    contract::{database_contract, key_value_contract, wakeups_closing_contract, wakeups_contract},
    database::{Batch, Database as _, Query, Reach},
    wakeups::Topic,
};

fn open(path: &Path, wakeups: &NativeWakeups) -> SqliteDatabase {
    SqliteDatabase::open(path, wakeups.clone(), SqliteOptions::default()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_is_a_database() {
    let folder = tempfile::tempdir().unwrap();
    let database = open(&folder.path().join("contract.sqlite"), &NativeWakeups::new());
    database_contract(async || database.clone()).await;
}

#[tokio::test]
async fn sqlite_is_a_database_on_a_single_thread() {
    let folder = tempfile::tempdir().unwrap();
    let database = open(&folder.path().join("contract.sqlite"), &NativeWakeups::new());
    database_contract(async || database.clone()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_keeps_keys_and_values() {
    let folder = tempfile::tempdir().unwrap();
    let database = open(&folder.path().join("contract.sqlite"), &NativeWakeups::new());
    store::migrations::migrate(&database, store::migrations::sqlite(), 0).await.unwrap();
    key_value_contract(async |clock| DatabaseKeyValue::new(database.clone(), clock)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn announcements_are_wakeups() {
    let wakeups = NativeWakeups::new();
    let revision = AtomicI64::new(0);
    wakeups_contract(&wakeups, async |topic| {
        wakeups.announce(topic);
        revision.fetch_add(1, Ordering::SeqCst) + 1
    })
    .await;
    wakeups_closing_contract(&wakeups, async || wakeups.close()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn commits_are_wakeups() {
    static CREATE: Query = Query {
        name: "test::create",
        sql: "CREATE TABLE IF NOT EXISTS changes (topic BIGINT NOT NULL)",
        reach: Reach::Rows,
    };
    static INSERT: Query =
        Query { name: "test::insert", sql: "INSERT INTO changes (topic) VALUES (?)", reach: Reach::Rows };
    static COUNT: Query = Query {
        name: "test::count",
        sql: "SELECT COUNT(*) FROM changes WHERE topic = ?",
        reach: Reach::Rows,
    };
    let folder = tempfile::tempdir().unwrap();
    let wakeups = NativeWakeups::new();
    let database = open(&folder.path().join("contract.sqlite"), &wakeups);
    database.write(Batch::of(vec![CREATE.with([])])).await.unwrap();
    wakeups_contract(&wakeups, async |topic: Topic| {
        let statements = vec![INSERT.with([topic.0.into()])];
        database.write(Batch { statements, topic: Some(topic) }).await.unwrap();
        database.read(vec![COUNT.with([topic.0.into()])]).await.unwrap()[0][0].integer(0).unwrap()
    })
    .await;
}
