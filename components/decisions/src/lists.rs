//! The lists of a channel: who is banned, who is trusted, which texts are dropped.

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
use store::{
    lists::{self, List},
    patterns,
};

use crate::moderator;

/// The answer to a list.
#[derive(Debug, Serialize)]
pub(crate) struct Entries<T> {
    entries: Vec<T>,
}

/// A ban or trust entry.
#[derive(Debug, Serialize)]
pub(crate) struct SenderView {
    id: i64,
    screen_name: String,
    sender_id: Option<String>,
    centralauth_id: Option<i64>,
    added_by: String,
    added_at: String,
}

impl From<lists::Entry> for SenderView {
    fn from(entry: lists::Entry) -> Self {
        Self {
            id: entry.id,
            screen_name: entry.sender.screen_name.to_string(),
            sender_id: entry.sender.sender_id.as_ref().map(SenderId::to_string),
            centralauth_id: entry.sender.central_id.map(CentralId::get),
            added_by: entry.added_by,
            added_at: rfc3339(entry.added_at),
        }
    }
}

/// A blocked text.
#[derive(Debug, Serialize)]
pub(crate) struct PatternView {
    id: i64,
    pattern: String,
    added_by: String,
    added_at: String,
}

/// `GET /channel/{channel}/blacklist`
pub(crate) async fn bans<P: Platform>(
    state: State<P>,
    caller: Caller,
    path: Path<String>,
) -> Result<Json<Entries<SenderView>>> {
    senders(state, caller, path, List::Ban).await
}

/// `GET /channel/{channel}/whitelist`
pub(crate) async fn trusted<P: Platform>(
    state: State<P>,
    caller: Caller,
    path: Path<String>,
) -> Result<Json<Entries<SenderView>>> {
    senders(state, caller, path, List::Trust).await
}

async fn senders<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    Path(channel): Path<String>,
    list: List,
) -> Result<Json<Entries<SenderView>>> {
    let access = caller.member(&platform, &channel, Permission::Moderate).await?;
    let entries = lists::list(platform.database(), access.channel.key, list).await?;
    Ok(Json(Entries { entries: entries.into_iter().map(SenderView::from).collect() }))
}

/// `GET /channel/{channel}/patterns`
pub(crate) async fn patterns<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    Path(channel): Path<String>,
) -> Result<Json<Entries<PatternView>>> {
    let access = caller.member(&platform, &channel, Permission::Moderate).await?;
    let entries = patterns::list(platform.database(), access.channel.key).await?.into_iter();
    let view = |entry: patterns::Entry| PatternView {
        id: entry.id,
        pattern: entry.pattern,
        added_by: entry.added_by,
        added_at: rfc3339(entry.added_at),
    };
    Ok(Json(Entries { entries: entries.map(view).collect() }))
}

/// The body of a removal.
#[derive(Debug, Deserialize)]
pub(crate) struct Removal {
    id: i64,
}

/// The answer to a removal.
#[derive(Debug, Serialize)]
pub(crate) struct Removed {
    ok: bool,
}

/// `POST /channel/{channel}/blacklist/remove` with `id`
pub(crate) async fn remove_ban<P: Platform>(
    state: State<P>,
    caller: Caller,
    path: Path<String>,
    input: Input,
) -> Result<Json<Removed>> {
    remove_sender(state, caller, path, input, List::Ban).await
}

/// `POST /channel/{channel}/whitelist/remove` with `id`
pub(crate) async fn remove_trust<P: Platform>(
    state: State<P>,
    caller: Caller,
    path: Path<String>,
    input: Input,
) -> Result<Json<Removed>> {
    remove_sender(state, caller, path, input, List::Trust).await
}

async fn remove_sender<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    Path(channel): Path<String>,
    input: Input,
    list: List,
) -> Result<Json<Removed>> {
    let access = moderator(&platform, &caller, &channel, &input).await?;
    let removal: Removal = input.parse()?;
    let was_there = lists::remove(platform.database(), access.channel.key, list, removal.id).await?;
    if was_there { Ok(Json(Removed { ok: true })) } else { Err(no_entry()) }
}

/// `POST /channel/{channel}/patterns/remove` with `id`
pub(crate) async fn remove_pattern<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    Path(channel): Path<String>,
    input: Input,
) -> Result<Json<Removed>> {
    let access = moderator(&platform, &caller, &channel, &input).await?;
    let removal: Removal = input.parse()?;
    let was_there = patterns::remove(platform.database(), access.channel.key, removal.id).await?;
    if was_there { Ok(Json(Removed { ok: true })) } else { Err(no_entry()) }
}

fn no_entry() -> Problem {
    Problem::not_found("There is no such entry on this list.")
}
