//! What an admin does with a channel as a whole.

use access::Caller;
use axum::{
    extract::{Path, State},
    response::Response,
};
use moderation::Permission;
use platform::{
    Platform,
    config::Secret,
    http::{Input, Result},
    random,
};
use serde::Serialize;
use store::{audit::Change, channels};

use crate::page::{Done, changed};

/// `POST /channel/{channel}/archive`: from now on it takes no messages and no decisions.
pub(crate) async fn archive<P: Platform>(
    state: State<P>,
    caller: Caller,
    path: Path<String>,
    input: Input,
) -> Result<Response> {
    set_archived(state, caller, path, input, true).await
}

/// `POST /channel/{channel}/unarchive`
pub(crate) async fn unarchive<P: Platform>(
    state: State<P>,
    caller: Caller,
    path: Path<String>,
    input: Input,
) -> Result<Response> {
    set_archived(state, caller, path, input, false).await
}

async fn set_archived<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    Path(channel): Path<String>,
    input: Input,
    archived: bool,
) -> Result<Response> {
    let access = caller.changing_member(&platform, &channel, Permission::EditSettings, &input).await?;
    if access.channel.is_archived() != archived {
        let at = archived.then_some(access.now);
        let change = Change { by: access.person(), now: access.now };
        channels::archive(platform.database(), access.channel.key, at, change).await?;
    }
    changed(&caller, &format!("/channel/{channel}/settings"), Done { ok: true })
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
) -> Result<Response> {
    let access = caller.changing_member(&platform, &channel, Permission::EditSettings, &input).await?;
    let token = Secret::new(random::token()?);
    let change = Change { by: access.person(), now: access.now };
    channels::regenerate_token(platform.database(), access.channel.key, &token, change).await?;
    let body = Token { ok: true, display_token: token.expose().to_owned() };
    changed(&caller, &format!("/channel/{channel}/settings"), body)
}
