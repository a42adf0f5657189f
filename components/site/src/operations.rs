//! What operators and programs ask.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse as _, Response},
};
use http::{StatusCode, header};
use platform::{Platform, clock::Clock as _, config::Config as _, http::Result, key_value::KeyValue as _};
use serde::Serialize;
use store::{channels, chores};

/// The contract, as programs read it.
const OPENAPI: &str = include_str!("../../../docs/openapi.json");

/// How each dependency is: `ok` or `unavailable`.
#[derive(Debug, Serialize)]
struct Health {
    status: &'static str,
    configuration: &'static str,
    database: &'static str,
    key_value: &'static str,
}

/// `GET /healthz`: 200 if all is well, else 503. What is wrong goes to the log.
pub(crate) async fn healthz<P: Platform>(State(platform): State<P>) -> Response {
    let configuration = told("the configuration", platform.config().settings().await.map(drop));
    let database = match channels::is_set_up(platform.database()).await {
        Ok(false) => told("the database", Err("it was never set up")),
        answer => told("the database", answer.map(drop)),
    };
    let key_value = told("the key-value store", platform.key_value().get(NO_KEY).await.map(drop));
    if !(configuration && database && key_value) {
        let health = health("unavailable", configuration, database, key_value);
        return (StatusCode::SERVICE_UNAVAILABLE, Json(health)).into_response();
    }
    if let Err(problem) = lend_a_hand(&platform).await {
        tracing::warn!(cause = problem.cause(), "a chore was not done; trying again later");
    }
    Json(health("ok", true, true, true)).into_response()
}

/// Nobody keeps anything under it: whether the store answers is the question.
const NO_KEY: &str = "health";

fn told(what: &'static str, answer: std::result::Result<(), impl std::fmt::Display>) -> bool {
    answer.inspect_err(|error| tracing::error!(%error, "{what} is not as it should be")).is_ok()
}

fn health(status: &'static str, configuration: bool, database: bool, key_value: bool) -> Health {
    let word = |is_well| if is_well { "ok" } else { "unavailable" };
    Health {
        status,
        configuration: word(configuration),
        database: word(database),
        key_value: word(key_value),
    }
}

/// How many bits of work are done with one request: some ten milliseconds.
const BITS: usize = 8;

/// Does a bit of what is to be done in the background, if anything is: whoever watches a server asks for its health
/// day and night, also where nothing else would run by itself.
async fn lend_a_hand<P: Platform>(platform: &P) -> Result<()> {
    let days = platform.config().settings().await?.retention_days;
    for _ in 0..BITS {
        if !chores::lend_a_hand(platform.database(), platform.clock().now(), days).await? {
            break;
        }
    }
    Ok(())
}

/// What runs here.
#[derive(Debug, Serialize)]
pub(crate) struct Version {
    name: &'static str,
    version: &'static str,
}

/// `GET /version`
pub(crate) async fn version() -> Json<Version> {
    Json(Version { name: "chatstream", version: env!("CARGO_PKG_VERSION") })
}

/// `GET /api/openapi.json`
pub(crate) async fn openapi() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], OPENAPI).into_response()
}
