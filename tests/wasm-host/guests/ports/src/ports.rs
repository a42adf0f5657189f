//! The suites, and what they keep.

use std::{sync::LazyLock, time::Duration};

use bytes::Bytes;
use http_body_util::Full;
use platform::{
    clock::Millis,
    contract,
    database::{Batch, Database, DatabaseError, Query, Reach, Rows, Statement},
    http_client::{HttpClient as _, HttpError},
    key_value::{KeyValue as _, KeyValueError},
    schema::Schema,
    spin::{SpinDatabase, SpinHttpClient, SpinKeyValue, SpinWakeups},
    wakeups::{Subscription as _, Topic, Wakeups as _},
};
use spin_sdk::{
    http::{IntoResponse, Request},
    http_service,
};

#[http_service]
async fn answer(request: Request) -> impl IntoResponse {
    let path = request.uri().path().trim_start_matches("/poor").to_owned();
    let query = request.uri().query().unwrap_or_default().to_owned();
    let text = match path.as_str() {
        "/database" => {
            contract::database_contract(async || database()).await;
            "passed".to_owned()
        }
        "/key-value" => {
            contract::key_value_contract(async |clock| SpinKeyValue::by(clock)).await;
            "passed".to_owned()
        }
        "/wakeups" => {
            let database = database();
            let wakeups = SpinWakeups::new(database.clone());
            contract::wakeups_contract(&wakeups, async |topic| change(&database, topic).await).await;
            "passed".to_owned()
        }
        "/revision" => revision(&database(), Topic(1)).await.map_or_else(said, |number| number.to_string()),
        "/change" => change(&database(), Topic(1)).await.to_string(),
        "/wait" => {
            let wake =
                WAITING.subscribe(Topic(1)).changed(query.parse().unwrap(), Duration::from_secs(5)).await;
            format!("{wake:?}")
        }
        "/change-together" => {
            let changed =
                SHARED.write(Batch::of(vec![BEGIN.with([1.into()]), ADVANCE.with([1.into()])])).await;
            changed.map_or_else(said, |_| "changed".to_owned())
        }
        "/get" => SpinKeyValue::<platform::spin::SpinClock>::default()
            .get("nothing")
            .await
            .map_or_else(|error: KeyValueError| error.to_string(), |value| format!("{value:?}")),
        "/set" => set(&query).await,
        "/fetch" => fetch(&query).await,
        _ => "no such suite".to_owned(),
    };
    http::Response::new(Full::new(Bytes::from(text)))
}

fn said(error: DatabaseError) -> String {
    error.to_string()
}

/// One for all requests of an instance, which join their transactions in it.
static SHARED: LazyLock<SpinDatabase<Revisions>> = LazyLock::new(SpinDatabase::default);

/// The same for what waits.
static WAITING: LazyLock<SpinWakeups<Revisions>> = LazyLock::new(|| SpinWakeups::new(database()));

fn database() -> SpinDatabase<Revisions> {
    SpinDatabase::default()
}

/// Asks another server, for half a second.
async fn fetch(url: &str) -> String {
    let request = http::Request::get(url).body(Bytes::new()).unwrap();
    match SpinHttpClient.send(request, Duration::from_millis(500)).await {
        Ok(answer) => format!("{} {}", answer.status().as_u16(), answer.body().len()),
        Err(HttpError::TimedOut(_)) => "timed out".to_owned(),
        Err(HttpError::TooLarge(_)) => "too large".to_owned(),
        Err(HttpError::Failed(_)) => "failed".to_owned(),
    }
}

/// Sets a value as a new instance does: `now,deadline,key`.
async fn set(query: &str) -> String {
    let mut parts = query.splitn(3, ',');
    let mut time = || parts.next().unwrap().parse().unwrap();
    let (now, deadline): (Millis, Millis) = (time(), time());
    let store = SpinKeyValue::by(contract::ManualClock::at(now));
    store.set(parts.next().unwrap(), b"value".to_vec(), deadline).await.unwrap();
    "set".to_owned()
}

/// A number for each topic.
struct Revisions;

static PRESENT: Query = Query { name: "ports::present", sql: "SELECT 1 FROM revisions", reach: Reach::Rows };
static CREATE: Query = Query {
    name: "ports::create",
    sql: "CREATE TABLE IF NOT EXISTS revisions (topic INTEGER PRIMARY KEY, revision INTEGER NOT NULL)",
    reach: Reach::Rows,
};
static BEGIN: Query =
    Query { name: "ports::begin", sql: "INSERT OR IGNORE INTO revisions VALUES (?, 0)", reach: Reach::Rows };
static ADVANCE: Query = Query {
    name: "ports::advance",
    sql: "UPDATE revisions SET revision = revision + 1 WHERE topic = ?",
    reach: Reach::Rows,
};
static REVISION: Query = Query {
    name: "ports::revision",
    sql: "SELECT revision FROM revisions WHERE topic = ?",
    reach: Reach::Rows,
};

impl Schema for Revisions {
    fn question() -> Statement {
        PRESENT.with([])
    }

    fn is_present(answer: Result<Rows, DatabaseError>) -> Result<bool, DatabaseError> {
        match answer {
            Ok(_) => Ok(true),
            Err(DatabaseError::Refused { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn migrate<D: Database>(database: &D, _now: Millis) -> Result<(), DatabaseError> {
        database.write(Batch::of(vec![CREATE.with([])])).await.map(drop)
    }

    async fn revision<D: Database>(database: &D, topic: Topic) -> Result<i64, DatabaseError> {
        revision(database, topic).await
    }
}

async fn revision<D: Database>(database: &D, topic: Topic) -> Result<i64, DatabaseError> {
    let rows = database.read(vec![REVISION.with([topic.0.into()])]).await?;
    rows.first().and_then(|rows| rows.first()).map_or(Ok(0), |row| row.integer(0))
}

async fn change(database: &SpinDatabase<Revisions>, topic: Topic) -> i64 {
    let statements = vec![BEGIN.with([topic.0.into()]), ADVANCE.with([topic.0.into()])];
    database.write(Batch { statements, topic: Some(topic) }).await.expect("a change");
    revision(database, topic).await.expect("a revision")
}
