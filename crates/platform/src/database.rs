//! The database port: two verbs, `read` and `write`, and the few words to say what they carry.
//!
//! A condition between statements is SQL (`… WHERE status < ?`), and affected rows say what took effect,
//! so nobody ever holds an open transaction across an `await`. That is what lets one adapter commit many
//! requests' batches together, another use a short transaction on a pooled connection, and a third
//! `BEGIN IMMEDIATE … COMMIT` on a connection of its own.

use std::future::Future;

use crate::wakeups::Topic;

/// How much a query can touch: an adapter may answer the first kind on the spot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// A handful of rows by a key: microseconds.
    Rows,
    /// A page or more of rows: up to milliseconds.
    Page,
}

/// One statement's text, written once for every database (`?` parameters, no dialect).
#[derive(Debug, PartialEq, Eq)]
pub struct Query {
    /// A name for logs and tests, e.g. `messages::insert`.
    pub name: &'static str,
    /// The SQL.
    pub sql: &'static str,
    /// How much it can touch.
    pub reach: Reach,
}

impl Query {
    /// This query with its parameters, in the order of the `?`s.
    #[must_use]
    pub fn with<const N: usize>(&'static self, parameters: [Value; N]) -> Statement {
        Statement { query: self, parameters: parameters.into() }
    }
}

/// A query and the values of its parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// What to do.
    pub query: &'static Query,
    /// One value for each `?`.
    pub parameters: Vec<Value>,
}

/// A value as SQLite and MariaDB both keep it. Times are integers (epoch milliseconds), booleans 0 and 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// SQL's `NULL`.
    Null,
    /// A signed 64-bit integer.
    Integer(i64),
    /// UTF-8 text.
    Text(String),
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Integer(i64::from(value))
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// One row of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row(pub Vec<Value>);

impl Row {
    /// The integer in `column`, counted from 0.
    pub fn integer(&self, column: usize) -> Result<i64, DatabaseError> {
        match self.0.get(column) {
            Some(Value::Integer(value)) => Ok(*value),
            other => Err(unexpected(column, "an integer", other)),
        }
    }

    /// The integer in `column`, or `None` where it is `NULL`.
    pub fn optional_integer(&self, column: usize) -> Result<Option<i64>, DatabaseError> {
        match self.0.get(column) {
            Some(Value::Null) => Ok(None),
            _ => self.integer(column).map(Some),
        }
    }

    /// The boolean in `column`: 0 or 1.
    pub fn boolean(&self, column: usize) -> Result<bool, DatabaseError> {
        self.integer(column).map(|value| value != 0)
    }

    /// The text in `column`.
    pub fn text(&self, column: usize) -> Result<&str, DatabaseError> {
        match self.0.get(column) {
            Some(Value::Text(value)) => Ok(value),
            other => Err(unexpected(column, "text", other)),
        }
    }

    /// The text in `column`, or `None` where it is `NULL`.
    pub fn optional_text(&self, column: usize) -> Result<Option<&str>, DatabaseError> {
        match self.0.get(column) {
            Some(Value::Null) => Ok(None),
            _ => self.text(column).map(Some),
        }
    }

    /// Takes the text out of `column`, which is `NULL` from then on.
    pub fn take_text(&mut self, column: usize) -> Result<String, DatabaseError> {
        match self.0.get_mut(column).map(|value| std::mem::replace(value, Value::Null)) {
            Some(Value::Text(value)) => Ok(value),
            other => Err(unexpected(column, "text", other.as_ref())),
        }
    }
}

fn unexpected(column: usize, wanted: &str, found: Option<&Value>) -> DatabaseError {
    // Only the kind: the value may be somebody's words.
    let found = match found {
        None => "no such column",
        Some(Value::Null) => "NULL",
        Some(Value::Integer(_)) => "an integer",
        Some(Value::Text(_)) => "text",
    };
    DatabaseError::Inconsistent(format!("column {column} should hold {wanted}, but holds {found}"))
}

/// The rows that one statement answered.
pub type Rows = Vec<Row>;

/// Statements that commit together or not at all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Batch {
    /// What to do, in this order.
    pub statements: Vec<Statement>,
    /// Whose waiters to wake once it has committed.
    pub topic: Option<Topic>,
}

impl Batch {
    /// A batch that wakes nobody.
    #[must_use]
    pub fn of(statements: Vec<Statement>) -> Self {
        Self { statements, topic: None }
    }
}

/// Why a read or a write did not happen. Nothing of a failed batch is kept.
#[derive(Debug, Clone, thiserror::Error)]
pub enum DatabaseError {
    /// There is none, or not one that this version can work with: somebody has to mend the set-up. The words say how,
    /// and may be shown. Answered 503.
    #[error("{0}")]
    NotSetUp(String),
    /// Locked, full, read-only, overloaded or gone: trying again later may work. Answered 503.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// A stored row that cannot be. Answered 500.
    #[error("inconsistent data: {0}")]
    Inconsistent(String),
    /// A statement that the database does not take. Answered 500.
    #[error("the database refused {query}: {reason}")]
    Refused {
        /// The name of the query.
        query: &'static str,
        /// What the database says of it.
        reason: String,
    },
}

/// The database port.
pub trait Database: Clone + Send + Sync + 'static {
    /// Answers every statement from one snapshot: no other batch commits between them.
    fn read(
        &self,
        statements: Vec<Statement>,
    ) -> impl Future<Output = Result<Vec<Rows>, DatabaseError>> + Send;

    /// Commits all of `batch` or nothing of it, durably, before it returns. Answers how many rows each
    /// statement affected: inserted, deleted, or matched by an update, changed or not.
    fn write(&self, batch: Batch) -> impl Future<Output = Result<Vec<u64>, DatabaseError>> + Send;
}

/// The answers of a `read`, handed out in the order of its statements.
#[derive(Debug)]
pub struct Answers(std::vec::IntoIter<Rows>);

impl Answers {
    /// The next statement's rows.
    pub fn next_rows(&mut self) -> Result<Rows, DatabaseError> {
        self.0.next().ok_or_else(|| DatabaseError::Inconsistent("fewer answers than statements".into()))
    }

    /// The next statement's first row, if it has one.
    pub fn next_row(&mut self) -> Result<Option<Row>, DatabaseError> {
        Ok(self.next_rows()?.into_iter().next())
    }
}

impl From<Vec<Rows>> for Answers {
    fn from(rows: Vec<Rows>) -> Self {
        Self(rows.into_iter())
    }
}
