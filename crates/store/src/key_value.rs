//! Small values with a deadline, for hosts that have no key-value store of their own.

use platform::{
    clock::Millis,
    database::{Batch, Database, DatabaseError, Query, Reach},
};

static GET: Query = Query {
    name: "key_value::get",
    sql: "SELECT content FROM key_values WHERE name = ? AND deadline > ?",
    reach: Reach::Rows,
};
static REPLACE_DELETE: Query =
    Query { name: "key_value::delete", sql: "DELETE FROM key_values WHERE name = ?", reach: Reach::Rows };
static REPLACE_INSERT: Query = Query {
    name: "key_value::insert",
    sql: "INSERT INTO key_values (name, content, deadline) VALUES (?, ?, ?)",
    reach: Reach::Rows,
};
static SWEEP: Query =
    Query { name: "key_value::sweep", sql: "DELETE FROM key_values WHERE deadline <= ?", reach: Reach::Page };

/// The statements of this module, for the tests of all statements.
pub(crate) static ALL: &[&Query] = &[&GET, &REPLACE_DELETE, &REPLACE_INSERT, &SWEEP];

/// The text under `name`, unless its deadline has passed at `now`.
pub async fn get<D: Database>(
    database: &D,
    name: &str,
    now: Millis,
) -> Result<Option<String>, DatabaseError> {
    let mut rows = database.read(vec![GET.with([name.into(), now.into()])]).await?;
    match rows.first_mut().and_then(|rows| rows.first_mut()) {
        Some(row) => row.take_text(0).map(Some),
        None => Ok(None),
    }
}

/// Puts `content` under `name`, in place of any before, until `deadline`.
pub async fn set<D: Database>(
    database: &D,
    name: &str,
    content: String,
    deadline: Millis,
) -> Result<(), DatabaseError> {
    let statements = vec![
        REPLACE_DELETE.with([name.into()]),
        REPLACE_INSERT.with([name.into(), content.into(), deadline.into()]),
    ];
    database.write(Batch::of(statements)).await.map(drop)
}

/// Forgets `name`.
pub async fn delete<D: Database>(database: &D, name: &str) -> Result<(), DatabaseError> {
    database.write(Batch::of(vec![REPLACE_DELETE.with([name.into()])])).await.map(drop)
}

/// Forgets everything whose deadline has passed at `now`; answers how many.
pub async fn sweep<D: Database>(database: &D, now: Millis) -> Result<u64, DatabaseError> {
    let affected = database.write(Batch::of(vec![SWEEP.with([now.into()])])).await?;
    Ok(affected.into_iter().sum())
}
