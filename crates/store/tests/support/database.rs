//! The database port over SQLite in memory: one connection behind a mutex, honest to what the port promises.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use platform::database::{Batch, Database, DatabaseError, Query, Row, Rows, Statement, Value};
use rusqlite::{
    Connection, StatementStatus,
    types::{ToSqlOutput, ValueRef},
};

use super::ready;

/// A database of its own, gone with its last clone.
#[derive(Clone)]
pub(crate) struct Memory {
    inner: Arc<Mutex<Inner>>,
}

struct Inner {
    connection: Connection,
    /// The queries that were run, by name.
    used: BTreeMap<&'static str, &'static Query>,
    /// The topics of the batches that committed.
    woken: Vec<i64>,
    /// How many batches fail from now on, as on a full disk.
    failing: u32,
    /// How many steps SQLite's machine took for what was read.
    steps: i64,
}

impl Memory {
    /// A database without any table.
    pub(crate) fn empty() -> Self {
        let connection = Connection::open_in_memory().unwrap();
        connection.set_prepared_statement_cache_capacity(256);
        let inner = Inner { connection, used: BTreeMap::new(), woken: Vec::new(), failing: 0, steps: 0 };
        Self { inner: Arc::new(Mutex::new(inner)) }
    }

    /// A database with the present schema.
    pub(crate) fn migrated() -> Self {
        let database = Self::empty();
        ready(store::migrations::migrate(&database, store::migrations::sqlite(), 1)).unwrap();
        database
    }

    /// Rows of any query, for tests that look behind the store.
    pub(crate) fn rows(&self, sql: &str) -> Vec<Vec<Value>> {
        self.locked().rows(sql)
    }

    /// The one integer that a query answers.
    pub(crate) fn integer(&self, sql: &str) -> i64 {
        match self.rows(sql).concat().as_slice() {
            [Value::Integer(value)] => *value,
            other => panic!("{sql} answered {other:?}"),
        }
    }

    /// Everything there is, table by table, but for the channels' revisions: a batch that changes nothing may
    /// advance them.
    pub(crate) fn everything(&self) -> BTreeMap<String, Vec<Vec<Value>>> {
        let tables = self.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").concat();
        tables
            .into_iter()
            .filter_map(|table| match table {
                Value::Text(table) => Some(table),
                _ => None,
            })
            .map(|table| {
                let columns = if table == "channel_state" {
                    "channel_id, feed_revision, feed_changed_at, settings_revision, queued, highlighted, \
                     approved, rejected, unnamed"
                } else {
                    "*"
                };
                let rows = self.rows(&format!("SELECT {columns} FROM {table}"));
                (table, rows)
            })
            .collect()
    }

    /// Runs any SQL, for tests that need a database in a state that the store would not bring it to.
    pub(crate) fn run(&self, sql: &str) {
        self.locked().connection.execute_batch(sql).unwrap();
    }

    /// The queries that were run so far, by name.
    pub(crate) fn used(&self) -> BTreeMap<&'static str, &'static Query> {
        self.locked().used.clone()
    }

    /// The topics that were announced since the last call.
    pub(crate) fn woken(&self) -> Vec<i64> {
        std::mem::take(&mut self.locked().woken)
    }

    /// Lets the next batches fail after their last statement.
    pub(crate) fn fail_next(&self, batches: u32) {
        self.locked().failing = batches;
    }

    /// How many steps SQLite's machine takes for what `work` reads: a cost that is the same on every machine.
    pub(crate) fn steps(&self, work: impl FnOnce()) -> i64 {
        let before = self.locked().steps;
        work();
        self.locked().steps - before
    }

    fn locked(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Database for Memory {
    async fn read(&self, statements: Vec<Statement>) -> Result<Vec<Rows>, DatabaseError> {
        let mut inner = self.locked();
        inner.transaction("BEGIN DEFERRED", |inner| {
            statements.iter().map(|statement| inner.query(statement)).collect()
        })
    }

    async fn write(&self, batch: Batch) -> Result<Vec<u64>, DatabaseError> {
        let mut inner = self.locked();
        let counts = inner.transaction("BEGIN IMMEDIATE", |inner| {
            let counts = batch.statements.iter().map(|statement| inner.execute(statement)).collect();
            if inner.failing > 0 {
                inner.failing -= 1;
                return Err(DatabaseError::Unavailable("the disk is full".to_owned()));
            }
            counts
        })?;
        inner.woken.extend(batch.topic.map(|topic| topic.0));
        Ok(counts)
    }
}

impl Inner {
    /// Runs `work` in a transaction, which is rolled back if it fails.
    fn transaction<T>(
        &mut self,
        begin: &str,
        work: impl FnOnce(&mut Self) -> Result<T, DatabaseError>,
    ) -> Result<T, DatabaseError> {
        self.connection.execute_batch(begin).unwrap();
        let result = work(self);
        let end = if result.is_ok() { "COMMIT" } else { "ROLLBACK" };
        self.connection.execute_batch(end).unwrap();
        result
    }

    fn query(&mut self, statement: &Statement) -> Result<Rows, DatabaseError> {
        self.used.insert(statement.query.name, statement.query);
        let refused = |error: rusqlite::Error| refused(statement.query, &error);
        let mut prepared = self.connection.prepare_cached(statement.query.sql).map_err(refused)?;
        assert!(prepared.readonly(), "{} writes, but came as a read", statement.query.name);
        let parameters = rusqlite::params_from_iter(statement.parameters.iter().map(parameter));
        let rows = prepared.query_map(parameters, values).map_err(refused)?;
        let rows = rows.map(|row| row.map(Row)).collect::<Result<_, _>>().map_err(refused);
        self.steps += i64::from(prepared.reset_status(StatementStatus::VmStep));
        rows
    }

    /// Runs a statement; SQLite counts rows that an update matched without changing them.
    fn execute(&mut self, statement: &Statement) -> Result<u64, DatabaseError> {
        self.used.insert(statement.query.name, statement.query);
        let refused = |error: rusqlite::Error| refused(statement.query, &error);
        let mut prepared = self.connection.prepare_cached(statement.query.sql).map_err(refused)?;
        assert!(!prepared.readonly(), "{} only reads, but came as a write", statement.query.name);
        let before = self.connection.total_changes();
        let parameters = rusqlite::params_from_iter(statement.parameters.iter().map(parameter));
        let changed = prepared.execute(parameters).map_err(refused)?;
        // A statement that changes no rows (CREATE …) leaves the count of the one before it.
        Ok(if self.connection.total_changes() == before { 0 } else { changed as u64 })
    }

    fn rows(&self, sql: &str) -> Vec<Vec<Value>> {
        let mut prepared = self.connection.prepare(sql).unwrap();
        // No parameter is bound: all are NULL, which matters to no query plan.
        let mut rows = prepared.raw_query();
        let mut all = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            all.push(values(row).unwrap());
        }
        all
    }
}

fn refused(query: &Query, error: &rusqlite::Error) -> DatabaseError {
    DatabaseError::Refused { query: query.name, reason: error.to_string() }
}

fn parameter(value: &Value) -> ToSqlOutput<'_> {
    ToSqlOutput::Borrowed(match value {
        Value::Null => ValueRef::Null,
        Value::Integer(value) => ValueRef::Integer(*value),
        Value::Text(value) => ValueRef::Text(value.as_bytes()),
    })
}

fn values(row: &rusqlite::Row<'_>) -> rusqlite::Result<Vec<Value>> {
    (0..row.as_ref().column_count())
        .map(|column| {
            Ok(match row.get_ref(column)? {
                ValueRef::Null => Value::Null,
                ValueRef::Integer(value) => Value::Integer(value),
                ValueRef::Text(text) => Value::Text(String::from_utf8(text.to_vec()).unwrap()),
                other => panic!("column {column} holds {other:?}"),
            })
        })
        .collect()
}
