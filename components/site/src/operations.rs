//! What operators and programs ask.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse as _, Response},
};
use http::{StatusCode, header};
use platform::{Platform, clock::Clock as _, config::Config as _, http::Result};
use serde::Serialize;
use store::{channels, chores};

/// The contract, as programs read it.
const OPENAPI: &str = include_str!("../../../docs/openapi.json");

/// How each dependency is.
#[derive(Debug, Serialize)]
struct Health {
    status: &'static str,
    database: &'static str,
}

/// `GET /healthz`: 200 if all is well, else 503.
pub(crate) async fn healthz<P: Platform>(State(platform): State<P>) -> Response {
    match channels::is_set_up(platform.database()).await {
        Ok(true) => {
            if let Err(problem) = lend_a_hand(&platform).await {
                tracing::warn!(cause = problem.cause(), "a chore was not done; trying again later");
            }
            Json(Health { status: "ok", database: "ok" }).into_response()
        }
        other => {
            tracing::error!(answer = ?other, "the database does not answer, or was never set up");
            let health = Health { status: "unavailable", database: "unavailable" };
            (StatusCode::SERVICE_UNAVAILABLE, Json(health)).into_response()
        }
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
