//! Values, rows and errors from SQLite's words into the port's.

use platform::database::{DatabaseError, Row, Rows, Statement, Value};
use rusqlite::{
    Connection, ErrorCode,
    types::{ToSql, ToSqlOutput, ValueRef},
};

/// A parameter, lent to SQLite for as long as its statement runs.
struct Parameter<'a>(&'a Value);

impl ToSql for Parameter<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            Value::Null => ValueRef::Null,
            Value::Integer(value) => ValueRef::Integer(*value),
            Value::Text(value) => ValueRef::Text(value.as_bytes()),
        }))
    }
}

/// Runs a statement that changes something; answers how many rows it affected.
pub(super) fn execute(connection: &Connection, statement: &Statement) -> Result<u64, DatabaseError> {
    let name = statement.query.name;
    let refused = |error| failure(name, &error);
    let mut prepared = connection.prepare_cached(statement.query.sql).map_err(refused)?;
    if prepared.column_count() > 0 {
        return Err(DatabaseError::Refused {
            query: name,
            reason: "it answers rows, but came as a write".into(),
        });
    }
    let before = connection.total_changes();
    prepared
        .execute(rusqlite::params_from_iter(statement.parameters.iter().map(Parameter)))
        .map_err(refused)?;
    // A statement that is no insert, update or delete leaves SQLite's count of affected rows as the
    // statement before it left it.
    Ok(if connection.total_changes() == before { 0 } else { connection.changes() })
}

/// Runs a statement that only asks.
pub(super) fn query(connection: &Connection, statement: &Statement) -> Result<Rows, DatabaseError> {
    let name = statement.query.name;
    let refused = |error| failure(name, &error);
    let mut prepared = connection.prepare_cached(statement.query.sql).map_err(refused)?;
    if !prepared.readonly() {
        return Err(DatabaseError::Refused { query: name, reason: "it writes, but came as a read".into() });
    }
    let columns = prepared.column_count();
    let mut found = prepared
        .query(rusqlite::params_from_iter(statement.parameters.iter().map(Parameter)))
        .map_err(refused)?;
    let mut rows = Rows::new();
    while let Some(row) = found.next().map_err(refused)? {
        let mut values = Vec::with_capacity(columns);
        for column in 0..columns {
            values.push(value(name, column, row.get_ref(column).map_err(refused)?)?);
        }
        rows.push(Row(values));
    }
    Ok(rows)
}

fn value(query: &str, column: usize, value: ValueRef<'_>) -> Result<Value, DatabaseError> {
    // Only the kind: the value may be somebody's words.
    let inconsistent =
        |kind| Err(DatabaseError::Inconsistent(format!("{query} answered {kind} in column {column}")));
    match value {
        ValueRef::Null => Ok(Value::Null),
        ValueRef::Integer(value) => Ok(Value::Integer(value)),
        ValueRef::Text(bytes) => match str::from_utf8(bytes) {
            Ok(text) => Ok(Value::Text(text.to_owned())),
            Err(_) => inconsistent("text that is not UTF-8"),
        },
        ValueRef::Real(_) => inconsistent("a fraction"),
        ValueRef::Blob(_) => inconsistent("bytes"),
    }
}

/// What a failed statement means to whoever asked for it.
pub(super) fn failure(query: &'static str, error: &rusqlite::Error) -> DatabaseError {
    if is_environmental(error) {
        DatabaseError::Unavailable(error.to_string())
    } else {
        DatabaseError::Refused { query, reason: error.to_string() }
    }
}

/// Whether the machine is at fault, or another process, rather than the statement.
pub(super) fn is_environmental(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(
            ErrorCode::DiskFull
                | ErrorCode::SystemIoFailure
                | ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::ReadOnly
                | ErrorCode::CannotOpen
                | ErrorCode::FileLockingProtocolFailed
                | ErrorCode::OutOfMemory
        )
    )
}
