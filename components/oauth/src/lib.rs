//! Signing in and out.
//!
//! **Invariant:** a session begins only here. In development anybody may log in as anybody; that is impossible
//! wherever others can connect, because the settings refuse it.
//!
//! | route | what |
//! | --- | --- |
//! | `GET /login?next=` | in development a form; else the way to the wiki |
//! | `GET /dev-login?username=&central_id=&next=` | development only |
//! | `POST /logout` | ends the session |
//! | `GET /api/me` | who is logged in, and what they moderate |

mod development;
mod logout;
mod me;
mod next;

use axum::{
    Router,
    routing::{get, post},
};
use platform::Platform;

/// This component's routes.
pub fn router<P: Platform>(platform: P) -> Router {
    Router::new()
        .route("/dev-login", get(development::dev_login::<P>))
        .route("/logout", post(logout::logout::<P>))
        .route("/api/me", get(me::me::<P>))
        .with_state(platform)
}

#[cfg(target_family = "wasm")]
platform::spin_component!(crate::router, store::schema::Tables);
