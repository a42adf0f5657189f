//! Feeds of what was approved: RSS 2.0.
//!
//! **Invariant:** a feed is rendered once for each change of it. A request costs at most one look at the channel's
//! row: who has the present version is told so (304), who has not gets the rendered document.
//!
//! `GET /rss/{channel}` (approved and highlighted) and `GET /rss/{channel}/highlights`; a private channel needs
//! `?token=<display token>`.

mod conditional;
mod document;
mod feed;

use std::sync::Arc;

use axum::{Router, routing::get};
use platform::{Platform, remembered::Remembered};
use store::feed::Stamp;

/// This component's routes.
pub fn router<P: Platform>(platform: P) -> Router {
    let state = State { platform, documents: Arc::default(), stamps: Arc::default() };
    Router::new()
        .route("/rss/{channel}", get(feed::all::<P>))
        .route("/rss/{channel}/highlights", get(feed::highlights::<P>))
        .with_state(state)
}

/// What the handlers share.
#[derive(Debug, Clone)]
struct State<P> {
    platform: P,
    documents: Arc<feed::Documents>,
    /// The present version of each channel's feeds, by the channel's name.
    stamps: Arc<Remembered<String, Stamp>>,
}

#[cfg(target_family = "wasm")]
platform::spin_component!(crate::router, store::schema::Tables);
