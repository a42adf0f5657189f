//! The moderators' queue: pages of it, what changed since a revision, live.
//!
//! **Invariant:** an answer says which revision it is of, and an answer for `since` holds every change after it
//! (perhaps some that the client has: a change is a message's new state, so applying it twice is applying it
//! once). A client that keeps the last revision it was told misses nothing, whichever way it asks.
//!
//! | route | answer |
//! | --- | --- |
//! | `GET /channel/{channel}/queue/messages.json` | all that is queued, in the earlier tool's shape |
//! | `GET /api/channel/{channel}/queue` | what changed; waits for it if asked to |
//! | `GET /api/channel/{channel}/queue/events` | the same as server-sent events |
//! | `PUT /api/channel/{channel}/focus` | tells the others where one is |

mod events;
mod focus;
mod live;
mod messages;
mod poll;
mod query;
mod quiet;
mod view;

use std::sync::Arc;

use axum::{
    Router,
    routing::{get, put},
};
use platform::{Platform, remembered::Remembered};
use store::ChannelKey;

/// This component's routes.
pub fn router<P: Platform>(platform: P) -> Router {
    let state = State { platform, live: Arc::default(), quiet: Arc::default(), kept: Arc::default() };
    Router::new()
        .route("/channel/{channel}/queue/messages.json", get(messages::messages::<P>))
        .route("/api/channel/{channel}/queue", get(poll::poll::<P>))
        .route("/api/channel/{channel}/queue/events", get(events::events::<P>))
        .route("/api/channel/{channel}/focus", put(focus::focus::<P>))
        .with_state(state)
}

/// What the handlers share.
#[derive(Debug, Clone)]
struct State<P> {
    platform: P,
    live: Arc<live::Live>,
    /// What is answered to whoever has it all already: for as long as nothing can have changed,
    quiet: Arc<Remembered<ChannelKey, quiet::Quiet>>,
    /// and for as long as a look shows that nothing has.
    kept: Arc<quiet::Kept>,
}

#[cfg(target_family = "wasm")]
platform::spin_component!(crate::router, store::schema::Tables);
