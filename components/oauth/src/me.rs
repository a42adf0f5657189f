//! Who is logged in.

use access::Caller;
use axum::{Json, extract::State};
use http::{HeaderName, header};
use moderation::Role;
use platform::{Platform, config::Config as _, http::Result};
use serde::Serialize;
use store::channels::{self, ChannelName};

/// The answer.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Me {
    /// Nobody is logged in.
    Nobody {
        authenticated: bool,
        /// Whether anybody may log in as anybody, which pages have to show.
        dev_mode: bool,
    },
    /// Somebody is.
    Somebody {
        authenticated: bool,
        dev_mode: bool,
        username: String,
        centralauth_id: i64,
        superadmin: bool,
        csrf_token: String,
        channels: Vec<ChannelView>,
    },
}

/// A channel that somebody moderates.
#[derive(Debug, Serialize)]
pub(crate) struct ChannelView {
    id: String,
    name: String,
    role: String,
    archived: bool,
}

/// `GET /api/me`
pub(crate) async fn me<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
) -> Result<([(HeaderName, &'static str); 1], Json<Me>)> {
    let no_store = [(header::CACHE_CONTROL, "no-store")];
    let Some(signed_in) = caller.session(&platform).await? else {
        let dev_mode = platform.config().settings().await?.dev_mode;
        return Ok((no_store, Json(Me::Nobody { authenticated: false, dev_mode })));
    };
    let database = platform.database();
    let person = signed_in.person().clone();
    let names = if signed_in.superadmin {
        channels::all_names(database).await?
    } else {
        channels::of_member(database, person.central_id).await?
    };
    let view = |name: ChannelName| ChannelView {
        id: name.id,
        name: name.name,
        role: name.role.unwrap_or_else(|| Role::Superadmin.as_str().to_owned()),
        archived: name.archived,
    };
    let me = Me::Somebody {
        authenticated: true,
        dev_mode: signed_in.settings.dev_mode,
        username: person.username,
        centralauth_id: person.central_id,
        superadmin: signed_in.superadmin,
        csrf_token: signed_in.session.csrf_token,
        channels: names.into_iter().map(view).collect(),
    };
    Ok((no_store, Json(me)))
}
