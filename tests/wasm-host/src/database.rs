//! A component's connection to a database file.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use rusqlite::{
    Batch, Statement,
    fallible_iterator::FallibleIterator as _,
    params_from_iter,
    types::{Null, ToSqlOutput, ValueRef},
};
use tokio::{
    runtime::Handle,
    sync::{mpsc, oneshot},
    task::spawn_blocking,
};

use crate::{
    counts::{Counter, Counts},
    spin::sqlite_types::{QueryResult, RowResult, Value},
};

/// How many rows wait to be taken before the statement waits. As there.
const WAITING_ROWS: usize = 4;

/// How long a statement waits for another connection's lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// What the database answers like.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Likeness {
    /// A file of SQLite.
    #[default]
    File,
    /// A server of libSQL, as far as Spin shows it: settings are refused, and how many rows a statement changed is not
    /// told, because Spin asks it through a cursor (<https://github.com/tursodatabase/libsql/issues/1434>).
    LibSql,
}

/// A connection, opened by its first statement.
#[derive(Debug, Clone)]
pub struct Connection(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    path: PathBuf,
    opened: Mutex<Option<rusqlite::Connection>>,
    counter: Counter,
    likeness: Likeness,
}

/// What a statement answers. Whether it succeeded is known only once the rows have been taken.
#[derive(Debug)]
pub struct Rows {
    /// The columns' names; none if the statement cannot be run at all.
    pub columns: Vec<String>,
    /// The rows, as they come.
    pub rows: mpsc::Receiver<RowResult>,
    /// How it ended, in SQLite's words.
    pub end: oneshot::Receiver<Result<(), String>>,
}

impl Connection {
    /// For the database file at `path`, which answers like this; what it does is added to `counts`.
    #[must_use]
    pub fn new(path: PathBuf, counts: Arc<Counts>, likeness: Likeness) -> Self {
        Self(Arc::new(Shared { path, opened: Mutex::default(), counter: Counter::new(counts), likeness }))
    }

    /// Runs the first statement of `text`. Until its rows are taken or given up, the connection does nothing else.
    pub async fn execute(&self, text: String, parameters: Vec<Value>) -> Result<Rows, String> {
        let (names, columns) = oneshot::channel();
        let (row_sender, rows) = mpsc::channel(WAITING_ROWS);
        let (ended, end) = oneshot::channel();
        let shared = Arc::clone(&self.0);
        spawn_blocking(move || {
            let name = |columns| names.send(columns).map_err(|_| "nobody waits for the answer".to_owned());
            let take = |row| row_sender.blocking_send(row).map_err(|_| "nobody takes the rows".to_owned());
            let result = shared.run(&text, &parameters, name, take);
            drop(row_sender);
            // A component may give up the result with the rows.
            ended.send(result).unwrap_or_default();
        });
        // Without columns there is an error, and it comes at the end.
        Ok(Rows { columns: columns.await.unwrap_or_default(), rows, end })
    }

    /// Runs the first statement of `text`, and answers all of its rows at once.
    pub async fn execute_to_end(&self, text: String, parameters: Vec<Value>) -> Result<QueryResult, String> {
        let shared = Arc::clone(&self.0);
        let answer = spawn_blocking(move || {
            let (mut columns, mut rows) = (Vec::new(), Vec::new());
            let name = |names| {
                columns = names;
                Ok(())
            };
            let take = |row| {
                rows.push(row);
                Ok(())
            };
            shared.run(&text, &parameters, name, take)?;
            Ok(QueryResult { columns, rows })
        });
        answer.await.map_err(|error| error.to_string())?
    }

    /// How many rows the last statement changed.
    pub async fn changes(&self) -> Result<u64, String> {
        if self.0.likeness == Likeness::LibSql {
            return Ok(0);
        }
        self.ask(rusqlite::Connection::changes).await
    }

    /// The id of the last row that was inserted.
    pub async fn last_insert_rowid(&self) -> Result<i64, String> {
        self.ask(rusqlite::Connection::last_insert_rowid).await
    }

    async fn ask<T: Send + 'static>(&self, question: fn(&rusqlite::Connection) -> T) -> Result<T, String> {
        // Nearly always nothing else is going on.
        if let Ok(opened) = self.0.opened.try_lock()
            && let Some(connection) = &*opened
        {
            return Ok(question(connection));
        }
        let shared = Arc::clone(&self.0);
        let answer = spawn_blocking(move || shared.with(|connection| Ok(question(connection))));
        answer.await.map_err(|error| error.to_string())?
    }
}

impl Shared {
    /// Runs the first statement of `text`, and counts it.
    fn run(
        &self,
        text: &str,
        parameters: &[Value],
        name: impl FnOnce(Vec<String>) -> Result<(), String>,
        take: impl FnMut(RowResult) -> Result<(), String>,
    ) -> Result<(), String> {
        self.with(|connection| {
            let was_open = !connection.is_autocommit();
            let result = match self.likeness {
                Likeness::File => run(connection, text, parameters, name, take),
                Likeness::LibSql if is_setting(text) => Err(format!("unsupported statement: {text}")),
                Likeness::LibSql => {
                    run(connection, text, parameters, name, take).map_err(|error| of_a_stream(&error))
                }
            };
            let writes = result.as_ref().ok().copied();
            self.counter.note(text, writes, was_open, !connection.is_autocommit());
            result.map(drop)
        })
    }

    fn with<T>(&self, work: impl FnOnce(&rusqlite::Connection) -> Result<T, String>) -> Result<T, String> {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        let connection = match &mut *opened {
            Some(connection) => connection,
            nothing => nothing.insert(self.open().map_err(|error| error.to_string())?),
        };
        work(connection)
    }

    fn open(&self) -> rusqlite::Result<rusqlite::Connection> {
        let connection = rusqlite::Connection::open(&self.path)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        Ok(connection)
    }
}

/// An error as libSQL's client tells it.
fn of_a_stream(error: &str) -> String {
    format!("Hrana: `stream error: `Error {{ message: \"SQLite error: {error}\" }}``")
}

/// Whether a statement sets something about the connection or the file.
fn is_setting(text: &str) -> bool {
    text.trim_start().get(..6).is_some_and(|word| word.eq_ignore_ascii_case("pragma")) && text.contains('=')
}

impl Drop for Shared {
    fn drop(&mut self) {
        let opened = self.opened.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        // Closing rolls back and may write the whole log into the database: not where requests are served.
        if let (Some(connection), Ok(runtime)) = (opened, Handle::try_current()) {
            drop(runtime.spawn_blocking(move || drop(connection)));
        }
    }
}

/// Answers whether the statement may have written something.
fn run(
    connection: &rusqlite::Connection,
    text: &str,
    parameters: &[Value],
    name: impl FnOnce(Vec<String>) -> Result<(), String>,
    take: impl FnMut(RowResult) -> Result<(), String>,
) -> Result<bool, String> {
    match connection.prepare_cached(text) {
        Ok(mut statement) => run_statement(&mut statement, parameters, name, take),
        // What comes after the first statement is passed over without a word, as there.
        Err(rusqlite::Error::MultipleStatement) => match Batch::new(connection, text).next() {
            Ok(Some(mut statement)) => run_statement(&mut statement, parameters, name, take),
            Ok(None) => Ok(false),
            Err(error) => Err(error.to_string()),
        },
        Err(error) => Err(error.to_string()),
    }
}

fn run_statement(
    statement: &mut Statement<'_>,
    parameters: &[Value],
    name: impl FnOnce(Vec<String>) -> Result<(), String>,
    mut take: impl FnMut(RowResult) -> Result<(), String>,
) -> Result<bool, String> {
    let in_words = |error: rusqlite::Error| error.to_string();
    let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let width = columns.len();
    name(columns)?;
    let mut rows = statement.query(params_from_iter(parameters)).map_err(in_words)?;
    while let Some(row) = rows.next().map_err(in_words)? {
        let values = (0..width).map(|column| value(row.get_ref(column).map_err(in_words)?));
        take(RowResult { values: values.collect::<Result<_, _>>()? })?;
    }
    drop(rows);
    Ok(!statement.readonly())
}

fn value(value: ValueRef<'_>) -> Result<Value, String> {
    Ok(match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Real(number) => Value::Real(number),
        ValueRef::Text(text) => {
            Value::Text(str::from_utf8(text).map_err(|error| error.to_string())?.to_owned())
        }
        ValueRef::Blob(bytes) => Value::Blob(bytes.to_owned()),
    })
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match self {
            Self::Null => Null.to_sql(),
            Self::Integer(number) => number.to_sql(),
            Self::Real(number) => number.to_sql(),
            Self::Text(text) => text.to_sql(),
            Self::Blob(bytes) => bytes.to_sql(),
        }
    }
}
