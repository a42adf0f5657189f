//! The pages and what they load.

use axum::Router;
use platform::Platform;

/// This component's routes.
pub fn router<P: Platform>(_platform: P) -> Router {
    Router::new()
}
