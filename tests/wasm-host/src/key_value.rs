//! The key-value stores: one file for all, one connection, synced with each write.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use rusqlite::{Connection, OptionalExtension as _};
use tokio::{
    sync::{mpsc, oneshot},
    task::spawn_blocking,
};

/// How many keys wait to be taken. As there.
const WAITING_KEYS: usize = 4;

const TABLE: &str = "CREATE TABLE IF NOT EXISTS spin_key_value (
    store TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (store, key))";
const GET: &str = "SELECT value FROM spin_key_value WHERE store = ?1 AND key = ?2";
const SET: &str = "INSERT INTO spin_key_value (store, key, value) VALUES (?1, ?2, ?3)
    ON CONFLICT (store, key) DO UPDATE SET value = ?3";
const DELETE: &str = "DELETE FROM spin_key_value WHERE store = ?1 AND key = ?2";
const KEYS: &str = "SELECT key FROM spin_key_value WHERE store = ?1";

/// One store in the file.
#[derive(Debug, Clone)]
pub struct Store {
    label: Arc<str>,
    file: Arc<StoreFile>,
}

/// The file, opened when something first asks for it.
#[derive(Debug)]
pub(crate) struct StoreFile {
    path: PathBuf,
    opened: Mutex<Option<Connection>>,
}

/// The keys as they come, and how that ended.
type Keys = (mpsc::Receiver<String>, oneshot::Receiver<Result<(), String>>);

impl Store {
    /// The value of `key`, if it has one.
    pub async fn get(&self, key: String) -> Result<Option<Vec<u8>>, String> {
        self.with(move |connection, label| {
            connection.prepare_cached(GET)?.query_row((label, key), |row| row.get(0)).optional()
        })
        .await
    }

    /// Gives `key` a value.
    pub async fn set(&self, key: String, value: Vec<u8>) -> Result<(), String> {
        self.with(move |connection, label| {
            connection.prepare_cached(SET)?.execute((label, key, value)).map(drop)
        })
        .await
    }

    /// Takes the value of `key` away.
    pub async fn delete(&self, key: String) -> Result<(), String> {
        self.with(move |connection, label| connection.prepare_cached(DELETE)?.execute((label, key)).map(drop))
            .await
    }

    /// All keys.
    #[must_use]
    pub fn keys(&self) -> Keys {
        let (sender, keys) = mpsc::channel(WAITING_KEYS);
        let (ended, end) = oneshot::channel();
        let Self { label, file } = self.clone();
        spawn_blocking(move || {
            let result = file.with(|connection| {
                let mut statement = connection.prepare_cached(KEYS)?;
                let mut rows = statement.query((&*label,))?;
                while let Some(row) = rows.next()? {
                    if sender.blocking_send(row.get(0)?).is_err() {
                        break;
                    }
                }
                Ok(())
            });
            drop(sender);
            // A component may give up the end with the keys.
            ended.send(result).unwrap_or_default();
        });
        (keys, end)
    }

    async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection, &str) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, String> {
        let Self { label, file } = self.clone();
        let answer = spawn_blocking(move || file.with(|connection| work(connection, &label)));
        answer.await.map_err(|error| error.to_string())?
    }
}

impl StoreFile {
    pub(crate) fn new(path: PathBuf) -> Arc<Self> {
        Arc::new(Self { path, opened: Mutex::default() })
    }

    pub(crate) fn store(self: &Arc<Self>, label: &str) -> Store {
        Store { label: label.into(), file: Arc::clone(self) }
    }

    fn with<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, String> {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        let result = match &mut *opened {
            Some(connection) => work(connection),
            nothing => self.open().and_then(|connection| work(nothing.insert(connection))),
        };
        result.map_err(|error| error.to_string())
    }

    fn open(&self) -> rusqlite::Result<Connection> {
        let connection = Connection::open(&self.path)?;
        connection.execute(TABLE, ())?;
        Ok(connection)
    }
}
