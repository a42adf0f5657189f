//! A database that cannot be opened says in one line why, and how to mend it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::{fs, path::Path, sync::Barrier, thread, time::Duration};

use chatstream::{
    sqlite::{SqliteDatabase, SqliteOptions},
    wakeups::NativeWakeups,
};
use rusqlite::Connection;

fn error(path: &Path) -> String {
    let options = SqliteOptions { busy_timeout: Duration::from_millis(50), ..SqliteOptions::default() };
    let error = SqliteDatabase::open(path, NativeWakeups::new(), options).unwrap_err().to_string();
    assert!(!error.contains('\n'), "{error}");
    assert!(error.contains(&path.display().to_string()) || error.contains("folder"), "{error}");
    error
}

#[tokio::test]
async fn the_folder_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a/b/test.sqlite");
    let database = SqliteDatabase::open(&path, NativeWakeups::new(), SqliteOptions::default()).unwrap();
    database.close().await;
    assert!(path.exists());
}

#[test]
fn a_folder_that_cannot_be_made() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), "").unwrap();
    let error = error(&folder.path().join("file/data/test.sqlite"));
    assert!(error.contains("cannot be made") && error.contains("make it, or name another file"), "{error}");
}

#[test]
fn a_folder_in_place_of_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let error = error(folder.path());
    assert!(error.contains("cannot be written") && error.contains("name another file"), "{error}");
}

#[test]
fn a_file_without_the_right_to_write() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("test.sqlite");
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE items (id INTEGER)").unwrap();
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).unwrap();
    if fs::OpenOptions::new().write(true).open(&path).is_ok() {
        // Whoever is root may write everything.
        return;
    }
    let error = error(&path);
    assert!(error.contains("cannot be written") && error.contains("right to write"), "{error}");
}

#[test]
fn something_else_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    fs::write(&path, "These are notes, and no database at all. ".repeat(100)).unwrap();
    let error = error(&path);
    assert!(error.contains("is not an SQLite database"), "{error}");
    assert!(fs::read_to_string(&path).unwrap().starts_with("These are notes"));
}

#[test]
fn a_file_that_another_process_has_locked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("test.sqlite");
    let other = Connection::open(&path).unwrap();
    other.execute_batch("PRAGMA journal_mode = WAL; BEGIN IMMEDIATE").unwrap();
    let error = error(&path);
    assert!(error.contains("is locked by another process: stop that one"), "{error}");
}

#[test]
fn several_that_open_a_new_file_at_once() {
    const AT_ONCE: usize = 4;
    for _ in 0..25 {
        let folder = tempfile::tempdir().unwrap();
        let (path, start) = (folder.path().join("test.sqlite"), Barrier::new(AT_ONCE));
        let open = || {
            start.wait();
            SqliteDatabase::open(&path, NativeWakeups::new(), SqliteOptions::default()).map(drop)
        };
        thread::scope(|scope| {
            let threads: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(open)).collect();
            for thread in threads {
                thread.join().unwrap().unwrap();
            }
        });
    }
}
