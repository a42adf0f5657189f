//! Channels, their settings and their members.

use axum::Router;
use platform::Platform;

/// This component's routes.
pub fn router<P: Platform>(_platform: P) -> Router {
    Router::new()
}
