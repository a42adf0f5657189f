//! SQLite databases.

use http::Response;
use spin_sdk::sqlite::{Connection, Error, Value};

use super::{Body, text};

/// Makes a table with many rows.
const NUMBERS: &str = "CREATE TABLE IF NOT EXISTS numbers AS
    WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 100) SELECT n FROM n";

/// Tries what `question` names.
pub(super) async fn answer(question: &str, argument: &str) -> Response<Body> {
    let answer = match question {
        "open" => open(argument).await,
        "values" => values().await,
        "late-error" => late_error().await,
        "undrained" => undrained().await,
        "given-up" => given_up().await,
        "first-only" => first_only().await,
        "counts" => counts().await,
        "abandon" => abandon().await,
        "abandoned" => abandoned().await,
        "lock" => lock(argument).await,
        "insert" => insert().await,
        _ => Ok("no such probe".to_owned()),
    };
    text(answer.unwrap_or_else(|error| match error {
        Error::AccessDenied => "access denied".to_owned(),
        Error::NoSuchDatabase => "no such database".to_owned(),
        Error::Io(words) => format!("io: {words}"),
        error => format!("{error:?}"),
    }))
}

async fn run(connection: &Connection, statement: &str) -> Result<usize, Error> {
    Ok(connection.execute(statement, []).await?.collect().await?.len())
}

async fn open(label: &str) -> Result<String, Error> {
    let connection = Connection::open(label).await?;
    run(&connection, "SELECT 1").await.map(|rows| format!("{rows} row"))
}

async fn values() -> Result<String, Error> {
    let connection = Connection::open_default().await?;
    let parameters = [
        Value::Null,
        Value::Integer(i64::MIN),
        Value::Real(0.5),
        Value::Text("häß\0".to_owned()),
        Value::Blob(vec![0, 255]),
    ];
    let answer = connection.execute("SELECT ? a, ? b, ? c, ? d, ? e", parameters).await?;
    let columns = answer.columns().join(",");
    let rows = answer.collect().await?;
    Ok(format!("{columns} {:?}", rows.first().map(|row| &row.values)))
}

async fn late_error() -> Result<String, Error> {
    let connection = Connection::open_default().await?;
    let mut answer = connection.execute("SELECT * FROM nowhere", []).await?;
    let columns = answer.columns().len();
    let row = answer.next().await.is_some();
    let end = answer.result().await;
    Ok(format!("columns {columns}, row {row}, {end:?}"))
}

async fn undrained() -> Result<String, Error> {
    let connection = Connection::open_default().await?;
    run(&connection, NUMBERS).await?;
    let first = connection.execute("SELECT n FROM numbers", []).await?;
    run(&connection, "SELECT 1").await?;
    Ok(format!("not reached with {} columns", first.columns().len()))
}

async fn given_up() -> Result<String, Error> {
    let connection = Connection::open_default().await?;
    run(&connection, NUMBERS).await?;
    drop(connection.execute("SELECT n FROM numbers", []).await?);
    run(&connection, "SELECT 1").await.map(|rows| format!("{rows} row"))
}

async fn first_only() -> Result<String, Error> {
    let connection = Connection::open_default().await?;
    run(&connection, "CREATE TABLE first (n); CREATE TABLE second (n)").await?;
    let found = "SELECT 1 FROM sqlite_schema WHERE name IN ('first', 'second')";
    run(&connection, found).await.map(|rows| format!("{rows} table"))
}

async fn counts() -> Result<String, Error> {
    let connection = Connection::open_default().await?;
    run(&connection, "CREATE TABLE counts (id INTEGER PRIMARY KEY, n)").await?;
    run(&connection, "INSERT INTO counts (n) VALUES (1), (2), (3)").await?;
    let (changes, id) = (connection.changes().await, connection.last_insert_rowid().await);
    run(&connection, "UPDATE counts SET n = 0 WHERE n > 1").await?;
    Ok(format!("{changes} {id} {}", connection.changes().await))
}

async fn abandon() -> Result<String, Error> {
    let connection = Connection::open_default().await?;
    run(&connection, "CREATE TABLE IF NOT EXISTS abandoned (n)").await?;
    run(&connection, "BEGIN IMMEDIATE").await?;
    run(&connection, "INSERT INTO abandoned VALUES (1)").await?;
    Ok("left open".to_owned())
}

async fn abandoned() -> Result<String, Error> {
    let connection = Connection::open_default().await?;
    run(&connection, "BEGIN IMMEDIATE").await?;
    let rows = run(&connection, "SELECT n FROM abandoned").await?;
    run(&connection, "COMMIT").await?;
    Ok(format!("{rows} rows"))
}

async fn lock(milliseconds: &str) -> Result<String, Error> {
    let connection = Connection::open_default().await?;
    run(&connection, "BEGIN IMMEDIATE").await?;
    let pause = std::time::Duration::from_millis(milliseconds.parse().unwrap_or_default());
    spin_sdk::time::sleep(pause).await;
    run(&connection, "COMMIT").await?;
    Ok("unlocked".to_owned())
}

async fn insert() -> Result<String, Error> {
    let connection = Connection::open_default().await?;
    for statement in [
        "PRAGMA journal_mode = WAL",
        "CREATE TABLE IF NOT EXISTS inserted (n)",
        "BEGIN IMMEDIATE",
        "INSERT INTO inserted VALUES (1)",
        "COMMIT",
    ] {
        run(&connection, statement).await?;
    }
    Ok("inserted".to_owned())
}
