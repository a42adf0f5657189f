//! This host's side of the ports.

use std::{path::Path, sync::Arc};

use platform::{Platform, clock::Clock as _, config::Settings};
use store::{
    chores,
    migrations::{self, MigrationError},
};

use crate::{
    clock::NativeClock,
    configuration::NativeConfig,
    failure::{Failure, with_causes},
    http_client::NativeHttpClient,
    key_value::DatabaseKeyValue,
    sqlite::{OpenError, SqliteDatabase, SqliteOptions},
    wakeups::NativeWakeups,
};

/// The ports' adapters on this host. Clones share them.
#[derive(Debug, Clone)]
pub struct NativeHost {
    ports: Arc<Ports>,
}

#[derive(Debug)]
struct Ports {
    database: SqliteDatabase,
    key_value: DatabaseKeyValue<SqliteDatabase, NativeClock>,
    config: NativeConfig,
    http_client: NativeHttpClient,
    clock: NativeClock,
    wakeups: NativeWakeups,
}

impl NativeHost {
    /// Puts the ports together. `database` announces to `wakeups` and has been migrated.
    pub fn new(
        database: SqliteDatabase,
        wakeups: NativeWakeups,
        settings: Settings,
    ) -> Result<Self, Failure> {
        let clock = NativeClock;
        // Wikimedia asks every client for a name and a way to reach whoever runs it.
        let user_agent = format!("chatstream/{} (+{})", env!("CARGO_PKG_VERSION"), settings.public_url);
        let http_client = NativeHttpClient::new(&user_agent).map_err(|error| {
            Failure::new(format!("no requests can be sent ({})", with_causes(&error)), "check PUBLIC_URL")
        })?;
        let key_value = DatabaseKeyValue::new(database.clone(), clock);
        let config = NativeConfig::new(settings);
        Ok(Self { ports: Arc::new(Ports { database, key_value, config, http_client, clock, wakeups }) })
    }

    /// Forgets key-values whose deadline has passed.
    pub async fn sweep(&self) {
        match self.ports.key_value.sweep().await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "expired sessions were forgotten"),
            Err(error) => {
                tracing::warn!(%error, "expired sessions could not be forgotten; trying again later");
            }
        }
    }

    /// Does what is due in the background: what is left of deleted channels, what is too old to be kept.
    pub async fn do_chores(&self, retention_days: u32) {
        loop {
            match chores::lend_a_hand(&self.ports.database, self.ports.clock.now(), retention_days).await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => {
                    tracing::warn!(%error, "a chore was not done; trying again later");
                    return;
                }
            }
        }
    }

    /// Ends every wait for a change, so that open event streams say goodbye.
    pub fn close_streams(&self) {
        self.ports.wakeups.close();
    }

    /// Finishes what is being written and closes the database.
    pub async fn close(&self) {
        self.ports.database.close().await;
    }
}

impl Platform for NativeHost {
    type Database = SqliteDatabase;
    type KeyValue = DatabaseKeyValue<SqliteDatabase, NativeClock>;
    type Config = NativeConfig;
    type HttpClient = NativeHttpClient;
    type Clock = NativeClock;
    type Wakeups = NativeWakeups;

    fn database(&self) -> &Self::Database {
        &self.ports.database
    }

    fn key_value(&self) -> &Self::KeyValue {
        &self.ports.key_value
    }

    fn config(&self) -> &Self::Config {
        &self.ports.config
    }

    fn http_client(&self) -> &Self::HttpClient {
        &self.ports.http_client
    }

    fn clock(&self) -> &Self::Clock {
        &self.ports.clock
    }

    fn wakeups(&self) -> &Self::Wakeups {
        &self.ports.wakeups
    }
}

/// Opens the database at `path` and brings it up to this version. Answers the names of the migrations it
/// applied.
pub async fn open_database(
    path: &Path,
    wakeups: &NativeWakeups,
) -> Result<(SqliteDatabase, Vec<&'static str>), Failure> {
    let database = SqliteDatabase::open(path, wakeups.clone(), SqliteOptions::default())
        .map_err(|error| open_failure(&error))?;
    match migrations::migrate(&database, migrations::sqlite(), NativeClock.now()).await {
        Ok(applied) => Ok((database, applied)),
        Err(error) => {
            database.close().await;
            Err(migration_failure(&error, path))
        }
    }
}

fn open_failure(error: &OpenError) -> Failure {
    let text = error.to_string();
    match (error, text.rsplit_once(": ")) {
        (OpenError::Other { .. }, _) | (_, None) => {
            Failure::new(text, "check the file and its folder, or name another file with --database-url")
        }
        (_, Some((what, mend))) => Failure::new(what, mend),
    }
}

fn migration_failure(error: &MigrationError, path: &Path) -> Failure {
    let path = path.display();
    match error {
        MigrationError::Altered { number, name } => Failure::new(
            format!("migration {number} ({name}) was changed after it had been applied to {path}"),
            "restore its text in sql/ and put the change into a new migration",
        ),
        MigrationError::Newer { number, name } => Failure::new(
            format!("{path} has migration {number} ({name}), which this version does not know"),
            "start the newer version, or restore a backup from before it",
        ),
        MigrationError::Failed { .. } | MigrationError::Unreadable(_) => Failure::new(
            format!("{path} could not be brought up to this version ({})", with_causes(error)),
            "nothing of that step was kept; mend the cause, or restore a backup",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(error: &MigrationError) -> String {
        migration_failure(error, Path::new("x.db")).to_string()
    }

    #[test]
    fn a_database_of_another_version_is_one_line() {
        let altered = line(&MigrationError::Altered { number: 1, name: "initial".into() });
        assert!(altered.starts_with("migration 1 (initial) was changed") && altered.contains(" — restore "));
        let newer = line(&MigrationError::Newer { number: 9, name: "later".into() });
        assert!(newer.contains("migration 9 (later)") && newer.contains(" — start the newer"));
    }

    #[tokio::test]
    async fn opening_migrates_once_and_a_folder_is_no_database() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("deep/chat: stream.db");
        for applied in [migrations::sqlite().len(), 0] {
            let (database, names) = open_database(&path, &NativeWakeups::new()).await.unwrap();
            assert_eq!(names.len(), applied);
            database.close().await;
        }
        let failure = open_database(directory.path(), &NativeWakeups::new()).await.unwrap_err().to_string();
        assert!(failure.contains(" — "), "{failure}");
    }
}
