//! Intake: signed chat events from Eventyay.
//!
//! **Invariant:** an event is answered 200 only once it is stored durably, or is known to need no storing
//! (seen before, a reaction taken back, a drop). Whatever is answered otherwise has changed nothing.
//!
//! `GET /webhook/channel/{channel}?challenge=…` proves to Eventyay that the address is ours;
//! `POST /webhook/channel/{channel}` takes an event; `POST /dev/inject/{channel}` (development only) takes one
//! without a signature.

mod cache;
mod event;
mod health;
mod inject;
mod intake;
mod signature;
mod surrogates;

use std::sync::Arc;

use axum::{
    Router,
    routing::{get, post},
};
use platform::Platform;

/// This component's routes.
pub fn router<P: Platform>(platform: P) -> Router {
    let state = State { platform, rules: Arc::default(), noted: Arc::default() };
    Router::new()
        .route("/webhook/channel/{channel}", get(intake::challenge::<P>).post(intake::receive::<P>))
        .route("/dev/inject/{channel}", post(inject::inject::<P>))
        .with_state(state)
}

/// What the handlers share.
#[derive(Debug, Clone)]
struct State<P> {
    platform: P,
    rules: Arc<cache::RulesCache>,
    noted: Arc<health::Noted>,
}

#[cfg(target_family = "wasm")]
platform::spin_component!(crate::router, store::schema::Tables);
