//! Channels, their settings and their members.
//!
//! **Invariant:** a channel's secret is shown to superadmins only, its display token to its admins only; a role
//! is given only by whoever may give it.
//!
//! | route | who |
//! | --- | --- |
//! | `GET /admin/channels`, `POST /admin/channels/create` | superadmins |
//! | `GET /admin/global-blacklist`, `POST /admin/global-blacklist/remove` | superadmins |
//! | `GET`, `POST /channel/{channel}/settings` | channel admins |
//! | `GET /channel/{channel}/members`, `POST …/members/add`, `…/members/remove` | channel admins |
//! | `POST /channel/{channel}/archive`, `…/unarchive`, `…/token/regenerate`, `…/blacklist/export` | channel admins |

mod channel;
mod channels;
mod fields;
mod global;
mod members;
mod settings;

use axum::{
    Router,
    routing::{get, post},
};
use platform::Platform;

/// This component's routes.
pub fn router<P: Platform>(platform: P) -> Router {
    Router::new()
        .route("/admin/channels", get(channels::list::<P>))
        .route("/admin/channels/create", post(channels::create::<P>))
        .route("/admin/global-blacklist", get(global::list::<P>))
        .route("/admin/global-blacklist/remove", post(global::remove::<P>))
        .route("/channel/{channel}/settings", get(settings::show::<P>).post(settings::save::<P>))
        .route("/channel/{channel}/members", get(members::list::<P>))
        .route("/channel/{channel}/members/add", post(members::add::<P>))
        .route("/channel/{channel}/members/remove", post(members::remove::<P>))
        .route("/channel/{channel}/archive", post(channel::archive::<P>))
        .route("/channel/{channel}/unarchive", post(channel::unarchive::<P>))
        .route("/channel/{channel}/token/regenerate", post(channel::regenerate_token::<P>))
        .route("/channel/{channel}/blacklist/export", post(global::export::<P>))
        .with_state(platform)
}

#[cfg(target_family = "wasm")]
platform::spin_component!(crate::router, store::schema::Tables);
