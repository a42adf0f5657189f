//! Small values with a deadline, kept in the database: one file to back up, and one thing to go wrong.

use platform::{
    clock::{Clock, Millis},
    database::{Database, DatabaseError},
    key_value::{KeyValue, KeyValueError},
};

/// The key-value port over a database. Values have to be UTF-8, as sessions (JSON) are.
#[derive(Debug, Clone)]
pub struct DatabaseKeyValue<D, C> {
    database: D,
    clock: C,
}

impl<D: Database, C: Clock> DatabaseKeyValue<D, C> {
    /// Keeps values in `database`, which has to be migrated, and tells by `clock` which have expired.
    pub fn new(database: D, clock: C) -> Self {
        Self { database, clock }
    }

    /// Forgets every value whose deadline has passed; answers how many. The server does this every hour:
    /// expired values are never answered, they only take up room.
    pub async fn sweep(&self) -> Result<u64, KeyValueError> {
        store::key_value::sweep(&self.database, self.clock.now()).await.map_err(failed)
    }
}

impl<D: Database, C: Clock> KeyValue for DatabaseKeyValue<D, C> {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, KeyValueError> {
        let value = store::key_value::get(&self.database, key, self.clock.now()).await;
        value.map(|text| text.map(String::into_bytes)).map_err(failed)
    }

    async fn set(&self, key: &str, value: Vec<u8>, deadline: Millis) -> Result<(), KeyValueError> {
        let text = String::from_utf8(value)
            .map_err(|_| KeyValueError::Failed("a value that is not UTF-8 cannot be kept here".into()))?;
        store::key_value::set(&self.database, key, text, deadline).await.map_err(failed)
    }

    async fn delete(&self, key: &str) -> Result<(), KeyValueError> {
        store::key_value::delete(&self.database, key).await.map_err(failed)
    }
}

fn failed(error: DatabaseError) -> KeyValueError {
    match error {
        DatabaseError::NotSetUp(what) => KeyValueError::NotSetUp(what),
        other => KeyValueError::Failed(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use platform::{
        contract::ManualClock,
        database::{Database as _, Query, Reach},
        key_value::KeyValue as _,
    };

    use super::DatabaseKeyValue;
    use crate::{
        sqlite::{SqliteDatabase, SqliteOptions},
        wakeups::NativeWakeups,
    };

    static COUNT: Query =
        Query { name: "test::count", sql: "SELECT COUNT(*) FROM key_values", reach: Reach::Rows };

    #[tokio::test]
    async fn a_sweep_removes_what_has_expired_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sessions.sqlite");
        let database = SqliteDatabase::open(&path, NativeWakeups::new(), SqliteOptions::default()).unwrap();
        store::migrations::migrate(&database, store::migrations::sqlite(), 0).await.unwrap();
        let store = DatabaseKeyValue::new(database.clone(), ManualClock::at(1_000));
        for (key, deadline) in [("past", 999), ("now", 1_000), ("later", 1_001)] {
            store.set(key, "{}".into(), deadline).await.unwrap();
        }
        assert_eq!(store.sweep().await.unwrap(), 2);
        assert_eq!(database.read(vec![COUNT.with([])]).await.unwrap()[0][0].integer(0).unwrap(), 1);
        assert!(store.get("later").await.unwrap().is_some());

        let error = store.set("bytes", vec![0xFF], 2_000).await.unwrap_err();
        assert!(error.to_string().contains("not UTF-8"), "{error}");
    }
}
