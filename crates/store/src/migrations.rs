//! The schema's versions, and bringing a database up to the newest.
//!
//! Each migration of `sql/` is applied in one transaction together with its record (number, name, SHA-256
//! of its text). An altered record, or one that this version does not know, stops the start.

use std::sync::LazyLock;

use platform::{
    clock::Millis,
    database::{Answers, Batch, Database, DatabaseError, Query, Reach, Rows, Statement},
};
use sha2::{Digest as _, Sha256};

/// One numbered file of `sql/`.
#[derive(Debug)]
pub struct Migration {
    /// Its place in the order, from 1.
    pub number: i64,
    /// What it does, from the file's name.
    pub name: &'static str,
    /// SHA-256 of its text, in hexadecimal.
    pub checksum: String,
    statements: Vec<Query>,
}

/// The database's shape is not one that this version can work with, or could not be brought there.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// A migration that was applied has another text now.
    #[error(
        "migration {number} ({name}) was changed after it had been applied to this database; \
         restore its text in sql/ and put the change into a new migration"
    )]
    Altered {
        /// The migration's number.
        number: i64,
        /// Its name.
        name: String,
    },
    /// The database has been used by a newer version.
    #[error(
        "this database has migration {number} ({name}), which this version does not know; \
         start the newer version, or restore a backup from before it"
    )]
    Newer {
        /// The migration's number.
        number: i64,
        /// Its name.
        name: String,
    },
    /// A migration failed; nothing of it was kept.
    #[error("migration {number} ({name}) failed")]
    Failed {
        /// The migration's number.
        number: i64,
        /// Its name.
        name: &'static str,
        /// What the database said.
        #[source]
        source: DatabaseError,
    },
    /// The record of migrations could not be read or made.
    #[error("the record of migrations cannot be read")]
    Unreadable(#[source] DatabaseError),
}

static SQLITE: LazyLock<Vec<Migration>> = LazyLock::new(|| {
    vec![Migration::new(1, "initial", include_str!("../../../sql/sqlite/0001_initial.sql"))]
});

/// The migrations for SQLite, in order.
#[must_use]
pub fn sqlite() -> &'static [Migration] {
    &SQLITE
}

impl Migration {
    /// A migration from its text: statements that each end with `;` at the end of a line.
    #[must_use]
    pub fn new(number: i64, name: &'static str, text: &'static str) -> Self {
        let statements = text
            .split_inclusive(";\n")
            .map(str::trim)
            .filter(|statement| statement.lines().any(|line| !line.is_empty() && !line.starts_with("--")))
            .map(|sql| Query { name: "migrations::apply", sql, reach: Reach::Page })
            .collect();
        Self { number, name, checksum: hex::encode(Sha256::digest(text)), statements }
    }
}

static CREATE: Query = Query {
    name: "migrations::create",
    sql: "CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name VARCHAR(64) NOT NULL, \
          checksum VARCHAR(64) NOT NULL, applied_at BIGINT NOT NULL)",
    reach: Reach::Rows,
};
static APPLIED: Query = Query {
    name: "migrations::applied",
    sql: "SELECT number, name, checksum FROM migrations ORDER BY number",
    reach: Reach::Rows,
};
static RECORD: Query = Query {
    name: "migrations::record",
    sql: "INSERT INTO migrations (number, name, checksum, applied_at) VALUES (?, ?, ?, ?)",
    reach: Reach::Rows,
};

/// What to ask a database for the migrations that it has.
#[must_use]
pub fn question() -> Statement {
    APPLIED.with([])
}

/// Whether a database that gives this answer to [`question`] has all of `migrations` and nothing else. An error if it
/// never can.
pub fn is_current(
    answer: Result<Rows, DatabaseError>,
    migrations: &[Migration],
) -> Result<bool, MigrationError> {
    match answer.map_err(MigrationError::Unreadable).and_then(|rows| newest(rows, migrations)) {
        Ok(newest) => Ok(migrations.last().is_none_or(|last| last.number == newest)),
        // A new database has no record. If it is anything else, migrating will say so.
        Err(MigrationError::Unreadable(DatabaseError::Refused { .. })) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Brings `database` up to the newest of `migrations`; answers the names of those it applied.
///
/// Safe when several hosts do it at once: the record is a migration's first statement, so the second
/// host's whole transaction fails on its key, and it finds the work done.
pub async fn migrate<D: Database>(
    database: &D,
    migrations: &'static [Migration],
    now: Millis,
) -> Result<Vec<&'static str>, MigrationError> {
    database.write(Batch::of(vec![CREATE.with([])])).await.map_err(MigrationError::Unreadable)?;
    let mut done = Vec::new();
    let mut applied = applied_count(database, migrations).await?;
    for migration in migrations {
        if migration.number <= applied {
            continue;
        }
        let mut statements = vec![RECORD.with([
            migration.number.into(),
            migration.name.into(),
            migration.checksum.as_str().into(),
            now.into(),
        ])];
        statements.extend(migration.statements.iter().map(|query| query.with([])));
        match database.write(Batch::of(statements)).await {
            Ok(_) => done.push(migration.name),
            Err(source) => {
                applied = applied_count(database, migrations).await?;
                if applied < migration.number {
                    return Err(MigrationError::Failed {
                        number: migration.number,
                        name: migration.name,
                        source,
                    });
                }
            }
        }
    }
    Ok(done)
}

/// The number of the newest applied migration, 0 for none, once every record has been compared.
async fn applied_count<D: Database>(database: &D, migrations: &[Migration]) -> Result<i64, MigrationError> {
    let unreadable = MigrationError::Unreadable;
    let answers = database.read(vec![question()]).await.map_err(unreadable)?;
    newest(Answers::from(answers).next_rows().map_err(unreadable)?, migrations)
}

fn newest(rows: Rows, migrations: &[Migration]) -> Result<i64, MigrationError> {
    let unreadable = MigrationError::Unreadable;
    let mut newest = 0;
    for row in rows {
        let number = row.integer(0).map_err(unreadable)?;
        let name = row.text(1).map_err(unreadable)?.to_owned();
        match migrations.iter().find(|migration| migration.number == number) {
            None => return Err(MigrationError::Newer { number, name }),
            Some(known) if known.checksum != row.text(2).map_err(unreadable)? => {
                return Err(MigrationError::Altered { number, name });
            }
            Some(_) => newest = newest.max(number),
        }
    }
    Ok(newest)
}
