//! What operators and programs ask.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse as _, Response},
};
use http::{StatusCode, header};
use platform::Platform;
use serde::Serialize;
use store::channels;

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
        Ok(true) => Json(Health { status: "ok", database: "ok" }).into_response(),
        other => {
            tracing::error!(answer = ?other, "the database does not answer, or was never set up");
            let health = Health { status: "unavailable", database: "unavailable" };
            (StatusCode::SERVICE_UNAVAILABLE, Json(health)).into_response()
        }
    }
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
