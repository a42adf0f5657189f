//! Signing in and out.
//!
//! **Invariant:** a session begins only here: for whoever comes back from the wiki with a code that the wiki takes for
//! a person's, or, in development, for anybody. That is impossible wherever others can connect, because the settings
//! refuse it.
//!
//! | route | what |
//! | --- | --- |
//! | `GET /login?next=` | the way to the wiki; in development a form |
//! | `GET /oauth-callback` | the way back |
//! | `GET /dev-login` | development only |
//! | `POST /logout` | ends the session |
//! | `POST /logout/everywhere` | ends all sessions of whoever asks |
//! | `POST /admin/sessions/end` | ends all sessions of somebody else |
//! | `GET /api/me` | who is logged in, and what they moderate |

mod browser;
mod callback;
mod development;
mod enter;
mod login;
mod logout;
mod me;
mod next;
mod refusals;
mod wiki;

use axum::{
    Router,
    routing::{get, post},
};
use platform::Platform;

/// This component's routes.
pub fn router<P: Platform>(platform: P) -> Router {
    Router::new()
        .route("/login", get(login::login::<P>))
        .route("/oauth-callback", get(callback::callback::<P>))
        .route("/dev-login", get(development::dev_login::<P>))
        .route("/logout", post(logout::logout::<P>))
        .route("/logout/everywhere", post(logout::everywhere::<P>))
        .route("/admin/sessions/end", post(logout::somebody::<P>))
        .route("/api/me", get(me::me::<P>))
        .with_state(platform)
}

#[cfg(target_family = "wasm")]
platform::spin_component!(crate::router, store::schema::Tables);
