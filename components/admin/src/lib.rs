//! What superadmins and channel admins do: channels and their connection to Eventyay, settings, members, lists,
//! forgetting, the simulation.
//!
//! **Invariant:** a channel's secret is shown to superadmins only, its display token to its admins only; a role
//! is given only by whoever may give it; each change is in the trail, in the same commit where it is one.
//!
//! Each address answers JSON, and a browser a page that works without a script.
//!
//! | route | who |
//! | --- | --- |
//! | `GET /admin/`, `/admin/channels`, `POST /admin/channels/create` | superadmins |
//! | `POST /admin/channels/{channel}/edit`, `GET`, `POST …/delete` | superadmins |
//! | `GET /admin/channels/{channel}/connect`, `POST …/secret/regenerate`, `…/secret/revoke` | superadmins |
//! | `GET /admin/global-blacklist`, `….csv`, `POST …/add`, `…/remove`, `…/import` | superadmins |
//! | `GET /admin/audit`, `/admin/retention`, `POST …/purge`, `…/forget` | superadmins |
//! | `GET /admin/simulation`, `POST …/activate`, `…/inject` | superadmins |
//! | `GET`, `POST /channel/{channel}/settings`, `GET …/audit` | channel admins |
//! | `GET /channel/{channel}/members`, `POST …/members/add`, `…/members/remove` | channel admins |
//! | `POST /channel/{channel}/archive`, `…/unarchive`, `…/token/regenerate`, `…/blacklist/export` | channel admins |
//! | `GET /channel/{channel}/blacklist`, `…/whitelist`, `…/patterns`, each also `….csv`, `POST …/add`, `…/remove`, \
//!   `…/import` | moderators |

mod audit;
mod channel;
mod channels;
mod connect;
mod deletion;
mod fields;
mod home;
mod lists;
mod members;
mod page;
mod retention;
mod settings;
mod settings_page;
mod simulation;

use axum::{
    Router,
    routing::{get, post},
};
use lists::{Bans, GlobalBans, Trusted, patterns, senders};
use platform::Platform;

/// This component's routes.
pub fn router<P: Platform>(platform: P) -> Router {
    superadmins::<P>().merge(channel_admins::<P>()).merge(moderators::<P>()).with_state(platform)
}

fn superadmins<P: Platform>() -> Router<P> {
    Router::new()
        .route("/admin/", get(home::home::<P>))
        .route("/admin/channels", get(channels::list::<P>))
        .route("/admin/channels/create", post(channels::create::<P>))
        .route("/admin/channels/{channel}/edit", post(channels::edit::<P>))
        .route("/admin/channels/{channel}/delete", get(deletion::ask::<P>).post(deletion::delete::<P>))
        .route("/admin/channels/{channel}/connect", get(connect::show::<P>))
        .route("/admin/channels/{channel}/secret/regenerate", post(connect::regenerate::<P>))
        .route("/admin/channels/{channel}/secret/revoke", post(connect::revoke::<P>))
        .route("/admin/audit", get(audit::of_all::<P>))
        .route("/admin/global-blacklist", get(senders::list::<P, GlobalBans>))
        .route("/admin/global-blacklist.csv", get(senders::csv::<P, GlobalBans>))
        .route("/admin/global-blacklist/add", post(senders::add::<P, GlobalBans>))
        .route("/admin/global-blacklist/remove", post(senders::remove::<P, GlobalBans>))
        .route("/admin/global-blacklist/import", post(senders::import::<P, GlobalBans>))
        .route("/admin/retention", get(retention::show::<P>))
        .route("/admin/retention/purge", post(retention::purge::<P>))
        .route("/admin/retention/forget", post(retention::forget::<P>))
        .route("/admin/simulation", get(simulation::show::<P>))
        .route("/admin/simulation/activate", post(simulation::activate::<P>))
        .route("/admin/simulation/inject", post(simulation::inject::<P>))
}

fn channel_admins<P: Platform>() -> Router<P> {
    Router::new()
        .route("/channel/{channel}/settings", get(settings::show::<P>).post(settings::save::<P>))
        .route("/channel/{channel}/members", get(members::list::<P>))
        .route("/channel/{channel}/members/add", post(members::add::<P>))
        .route("/channel/{channel}/members/remove", post(members::remove::<P>))
        .route("/channel/{channel}/archive", post(channel::archive::<P>))
        .route("/channel/{channel}/unarchive", post(channel::unarchive::<P>))
        .route("/channel/{channel}/token/regenerate", post(channel::regenerate_token::<P>))
        .route("/channel/{channel}/audit", get(audit::of_channel::<P>))
        .route("/channel/{channel}/blacklist/export", post(senders::export::<P>))
}

fn moderators<P: Platform>() -> Router<P> {
    Router::new()
        .route("/channel/{channel}/blacklist", get(senders::list::<P, Bans>))
        .route("/channel/{channel}/blacklist.csv", get(senders::csv::<P, Bans>))
        .route("/channel/{channel}/blacklist/add", post(senders::add::<P, Bans>))
        .route("/channel/{channel}/blacklist/remove", post(senders::remove::<P, Bans>))
        .route("/channel/{channel}/blacklist/import", post(senders::import::<P, Bans>))
        .route("/channel/{channel}/whitelist", get(senders::list::<P, Trusted>))
        .route("/channel/{channel}/whitelist.csv", get(senders::csv::<P, Trusted>))
        .route("/channel/{channel}/whitelist/add", post(senders::add::<P, Trusted>))
        .route("/channel/{channel}/whitelist/remove", post(senders::remove::<P, Trusted>))
        .route("/channel/{channel}/whitelist/import", post(senders::import::<P, Trusted>))
        .route("/channel/{channel}/patterns", get(patterns::list::<P>))
        .route("/channel/{channel}/patterns.csv", get(patterns::csv::<P>))
        .route("/channel/{channel}/patterns/add", post(patterns::add::<P>))
        .route("/channel/{channel}/patterns/remove", post(patterns::remove::<P>))
        .route("/channel/{channel}/patterns/import", post(patterns::import::<P>))
}

#[cfg(target_family = "wasm")]
platform::spin_component!(crate::router, store::schema::Tables);
