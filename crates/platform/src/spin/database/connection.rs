//! One connection: a statement at a time, its outcome known before the next.

use std::sync::atomic::{AtomicBool, Ordering};

use spin_sdk::sqlite::{
    Error, RowResult, Value as SpinValue,
    wit::sqlite::{self, QueryResult},
};

use crate::database::{DatabaseError, Row, Rows, Statement, Value};

/// The database that the manifest grants.
const NAME: &str = "default";

/// A connection of Spin's.
pub(super) struct Connection {
    inner: sqlite::Connection,
    /// Whether each statement is a message to another machine.
    is_far: AtomicBool,
}

impl Connection {
    /// A new connection, on which `pragma` is set as far as its database knows it.
    pub(super) async fn open(pragma: &'static str) -> Result<Self, DatabaseError> {
        let inner = sqlite::Connection::open_async(NAME.to_owned()).await;
        let inner = inner.map_err(|error| failure("open", error))?;
        let connection = Self { inner, is_far: AtomicBool::new(false) };
        match connection.run(pragma).await {
            Err(error @ DatabaseError::NotSetUp(_)) => return Err(error),
            // SQLite knows it; a server of libSQL refuses it, in whatever words. Should it be out of order instead, the
            // next statement says so.
            Err(_) => connection.is_far.store(true, Ordering::Relaxed),
            Ok(()) => {}
        }
        Ok(connection)
    }

    /// Runs a statement of the adapter's own that may take as long as a disk, such as `COMMIT`: the instance's other
    /// requests go on meanwhile.
    pub(super) async fn run(&self, sql: &'static str) -> Result<(), DatabaseError> {
        self.execute_beside(sql, Vec::new()).await.map(drop).map_err(|error| failure(sql, error))
    }

    /// Runs a statement of the adapter's own that waits for nothing, such as `BEGIN`.
    pub(super) async fn step(&self, sql: &'static str) -> Result<(), DatabaseError> {
        self.execute(sql, Vec::new()).await.map(drop).map_err(|error| failure(sql, error))
    }

    /// Runs a statement that asks.
    pub(super) async fn query(&self, statement: &Statement) -> Result<Rows, DatabaseError> {
        let query = statement.query;
        let rows = self.execute(query.sql, parameters(statement)).await;
        let rows = rows.map_err(|error| failure(query.name, error))?;
        rows.into_iter().map(|row| converted(query.name, row)).collect()
    }

    /// Runs a statement that changes something; answers how many rows it affected.
    pub(super) async fn change(&self, statement: &Statement) -> Result<u64, DatabaseError> {
        let name = statement.query.name;
        if !self.query(statement).await?.is_empty() {
            return Err(DatabaseError::Refused {
                query: name,
                reason: "it asks, but came as a write".into(),
            });
        }
        if self.is_far.load(Ordering::Relaxed) { self.far_changes().await } else { Ok(self.inner.changes()) }
    }

    /// How many rows the last statement affected, as the server tells it: what Spin says of it is always 0, because
    /// the client that it has does not hear of it
    /// ([libsql 1434](https://github.com/tursodatabase/libsql/issues/1434)).
    async fn far_changes(&self) -> Result<u64, DatabaseError> {
        const CHANGES: &str = "SELECT changes()";
        let rows = self.execute_beside(CHANGES, Vec::new()).await.map_err(|error| failure(CHANGES, error))?;
        match rows.first().and_then(|row| row.values.first()) {
            Some(SpinValue::Integer(number)) => {
                u64::try_from(*number).map_err(|_| inconsistent(CHANGES, "a negative number", 0))
            }
            _ => Err(inconsistent(CHANGES, "no number", 0)),
        }
    }

    /// In a file, a statement takes less time than putting the instance's requests aside for it does, and all rows in
    /// one answer far less than one after the other.
    async fn execute(&self, sql: &'static str, parameters: Vec<SpinValue>) -> Result<Vec<RowResult>, Error> {
        if self.is_far.load(Ordering::Relaxed) {
            return self.execute_beside(sql, parameters).await;
        }
        let QueryResult { rows, .. } = self.inner.execute(sql, &parameters)?;
        Ok(rows)
    }

    async fn execute_beside(
        &self,
        sql: &'static str,
        parameters: Vec<SpinValue>,
    ) -> Result<Vec<RowResult>, Error> {
        let (_, rows, end) = self.inner.execute_async(sql.to_owned(), parameters).await?;
        // An error of the statement shows only once all of its rows have been taken, and the connection takes no other
        // statement before that: never is a result left undrained.
        let rows = rows.collect().await;
        end.await?;
        Ok(rows)
    }
}

fn parameters(statement: &Statement) -> Vec<SpinValue> {
    let spin_value = |value: &Value| match value {
        Value::Null => SpinValue::Null,
        Value::Integer(number) => SpinValue::Integer(*number),
        Value::Text(text) => SpinValue::Text(text.clone()),
    };
    statement.parameters.iter().map(spin_value).collect()
}

fn converted(name: &str, row: RowResult) -> Result<Row, DatabaseError> {
    let value = |(column, value)| match value {
        SpinValue::Null => Ok(Value::Null),
        SpinValue::Integer(number) => Ok(Value::Integer(number)),
        SpinValue::Text(text) => Ok(Value::Text(text)),
        // Only the kind: the value may be somebody's words.
        SpinValue::Real(_) => Err(inconsistent(name, "a fraction", column)),
        SpinValue::Blob(_) => Err(inconsistent(name, "bytes", column)),
    };
    row.values.into_iter().enumerate().map(value).collect::<Result<_, _>>().map(Row)
}

fn inconsistent(name: &str, kind: &str, column: usize) -> DatabaseError {
    DatabaseError::Inconsistent(format!("{name} answered {kind} in column {column}"))
}

/// What a failure means to whoever asked. Spin passes on what the database says as text, whichever database it is.
fn failure(query: &'static str, error: Error) -> DatabaseError {
    match error {
        Error::NoSuchDatabase => DatabaseError::NotSetUp(format!(
            "the SQLite database \"{NAME}\" is not there; name one in the runtime configuration"
        )),
        Error::AccessDenied => DatabaseError::NotSetUp(format!(
            "this component is not granted the SQLite database \"{NAME}\"; its entry in spin.toml needs \
             sqlite_databases = [\"{NAME}\"]"
        )),
        Error::InvalidConnection => DatabaseError::Unavailable("the connection is gone".into()),
        Error::DatabaseFull => DatabaseError::Unavailable("the database is full".into()),
        Error::Io(text) if is_environmental(&text) => DatabaseError::Unavailable(text),
        Error::Io(reason) => DatabaseError::Refused { query, reason },
    }
}

/// Whether the machine is at fault, the network, or another process, rather than the statement. The phrases are those
/// of SQLite's `sqlite3_errstr`, of libSQL's client, and of HTTP.
fn is_environmental(text: &str) -> bool {
    // What a server of libSQL says of a statement comes as the error of a stream.
    const MISTAKES: [&str; 4] =
        ["arguments do not match", "could not be parsed", "sqlite input error", "unsupported statement"];
    const PHRASES: [&str; 14] = [
        "busy",
        "connection",
        "disk i/o error",
        "disk is full",
        "http",
        "is locked",
        "locking protocol",
        "out of memory",
        "readonly database",
        "stream",
        "timed out",
        "timeout",
        "transport",
        "unable to open",
    ];
    let text = text.to_ascii_lowercase();
    let text = text.split_once("sqlite error: ").map_or(text.as_str(), |(_, of_sqlite)| of_sqlite);
    let has = |phrases: &[&str]| phrases.iter().any(|phrase| text.contains(phrase));
    !has(&MISTAKES) && has(&PHRASES)
}

/// Whether somebody else holds the lock that a statement needs.
pub(super) fn is_busy(error: &DatabaseError) -> bool {
    let DatabaseError::Unavailable(text) = error else { return false };
    let text = text.to_ascii_lowercase();
    text.contains("is locked") || text.contains("busy")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> DatabaseError {
        failure("test::query", Error::Io(text.into()))
    }

    #[test]
    fn a_lock_is_waited_for_and_a_mistake_is_not() {
        let locked = of("database is locked");
        assert!(matches!(&locked, DatabaseError::Unavailable(_)) && is_busy(&locked));
        assert!(is_busy(&of("SQLite failure: `SQLITE_BUSY: cannot commit transaction`")));
        let full = of("database or disk is full");
        assert!(matches!(&full, DatabaseError::Unavailable(_)) && !is_busy(&full));
        assert!(is_busy(&of(
            "Hrana: `stream error: `Error { message: \"SQLite error: database is locked\" }``"
        )));
        for mistake in [
            "no such table: x in SELECT 1 FROM x at offset 14",
            "UNIQUE constraint failed: a.b",
            "Hrana: `stream error: `Error { message: \"SQLite error: UNIQUE constraint failed: a.b\" }``",
        ] {
            assert!(matches!(of(mistake), DatabaseError::Refused { query: "test::query", .. }), "{mistake}");
        }
    }

    #[test]
    fn a_store_that_is_not_granted_is_named() {
        for error in [Error::AccessDenied, Error::NoSuchDatabase] {
            let DatabaseError::NotSetUp(what) = failure("open", error) else { panic!("it can be mended") };
            assert!(what.contains("\"default\""), "{what}");
        }
    }
}
