//! A defect in a handler costs one answer, not the connection: a sender that gets no answer does not try again.

use std::panic::AssertUnwindSafe;

use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use futures_util::FutureExt as _;
use platform::http::Problem;

/// Answers 500 where a handler panics. The panic itself is logged by the hook that logging installs.
pub(super) async fn answered(request: Request, next: Next) -> Response {
    // Handlers share nothing that a panic could leave half changed: what they keep is in the database.
    match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(response) => response,
        Err(_) => Problem::internal().into_response(),
    }
}
