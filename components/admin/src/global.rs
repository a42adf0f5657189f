//! The global ban list.

use access::Caller;
use axum::{
    Json,
    extract::{Path, State},
};
use moderation::{CentralId, Permission, SenderId};
use platform::{
    Platform,
    clock::rfc3339,
    http::{Input, Problem, Result},
};
use serde::{Deserialize, Serialize};
use store::lists::{self, List};

use crate::{channel::Done, fields::Number};

/// An entry.
#[derive(Debug, Serialize)]
pub(crate) struct EntryView {
    id: i64,
    screen_name: String,
    sender_id: Option<String>,
    centralauth_id: Option<i64>,
    added_by: String,
    added_at: String,
}

/// The list.
#[derive(Debug, Serialize)]
pub(crate) struct Entries {
    entries: Vec<EntryView>,
}

/// `GET /admin/global-blacklist`
pub(crate) async fn list<P: Platform>(State(platform): State<P>, caller: Caller) -> Result<Json<Entries>> {
    caller.superadmin(&platform).await?;
    let entries = lists::global_bans(platform.database()).await?.into_iter();
    let view = |entry: lists::Entry| EntryView {
        id: entry.id,
        screen_name: entry.sender.screen_name.to_string(),
        sender_id: entry.sender.sender_id.as_ref().map(SenderId::to_string),
        centralauth_id: entry.sender.central_id.map(CentralId::get),
        added_by: entry.added_by,
        added_at: rfc3339(entry.added_at),
    };
    Ok(Json(Entries { entries: entries.map(view).collect() }))
}

/// The body of [`remove`] and [`export`].
#[derive(Debug, Deserialize)]
pub(crate) struct Chosen {
    id: Number,
}

/// `POST /admin/global-blacklist/remove` with `id`
pub(crate) async fn remove<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    input: Input,
) -> Result<Json<Done>> {
    let signed_in = caller.superadmin(&platform).await?;
    caller.check_csrf(&signed_in, &input)?;
    let Chosen { id: Number(id) } = input.parse()?;
    if lists::remove_global_ban(platform.database(), id).await? {
        Ok(Json(Done { ok: true }))
    } else {
        Err(Problem::not_found("There is no such entry on the global list."))
    }
}

/// `POST /channel/{channel}/blacklist/export` with `id`: bans one of the channel's banned senders everywhere.
pub(crate) async fn export<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    Path(channel): Path<String>,
    input: Input,
) -> Result<Json<Done>> {
    let access = caller.changing_member(&platform, &channel, Permission::EditSettings, &input).await?;
    let Chosen { id: Number(id) } = input.parse()?;
    let database = platform.database();
    let entries = lists::list(database, access.channel.key, List::Ban).await?;
    let entry = entries.into_iter().find(|entry| entry.id == id);
    let entry = entry.ok_or_else(|| Problem::not_found("There is no such entry on this list."))?;
    let key = entry.sender.key().ok_or_else(|| Problem::bad_request("This entry names nobody."))?;
    lists::ban_globally(database, &entry.sender, &key, access.person(), access.now).await?;
    Ok(Json(Done { ok: true }))
}
