//! What an admin does with a channel as a whole.

use access::Caller;
use axum::{
    Json,
    extract::{Path, State},
};
use moderation::Permission;
use platform::{
    Platform,
    config::Secret,
    http::{Input, Result},
    random,
};
use serde::Serialize;
use store::channels;

/// The answer to what has nothing more to say.
#[derive(Debug, Serialize)]
pub(crate) struct Done {
    pub(crate) ok: bool,
}

/// `POST /channel/{channel}/archive`: from now on it takes no messages and no decisions.
pub(crate) async fn archive<P: Platform>(
    state: State<P>,
    caller: Caller,
    path: Path<String>,
    input: Input,
) -> Result<Json<Done>> {
    set_archived(state, caller, path, input, true).await
}

/// `POST /channel/{channel}/unarchive`
pub(crate) async fn unarchive<P: Platform>(
    state: State<P>,
    caller: Caller,
    path: Path<String>,
    input: Input,
) -> Result<Json<Done>> {
    set_archived(state, caller, path, input, false).await
}

async fn set_archived<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    Path(channel): Path<String>,
    input: Input,
    archived: bool,
) -> Result<Json<Done>> {
    let access = caller.changing_member(&platform, &channel, Permission::EditSettings, &input).await?;
    if access.channel.is_archived() != archived {
        let at = archived.then_some(access.now);
        channels::archive(platform.database(), access.channel.key, at, access.now).await?;
    }
    Ok(Json(Done { ok: true }))
}

/// A channel's new display token.
#[derive(Debug, Serialize)]
pub(crate) struct Token {
    ok: bool,
    display_token: String,
}

/// `POST /channel/{channel}/token/regenerate`: displays that hold the old token see nothing from now on.
pub(crate) async fn regenerate_token<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    Path(channel): Path<String>,
    input: Input,
) -> Result<Json<Token>> {
    let access = caller.changing_member(&platform, &channel, Permission::EditSettings, &input).await?;
    let token = Secret::new(random::token()?);
    channels::regenerate_token(platform.database(), access.channel.key, &token, access.now).await?;
    Ok(Json(Token { ok: true, display_token: token.expose().to_owned() }))
}
