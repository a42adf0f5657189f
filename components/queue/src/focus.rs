//! Where a moderator is.

use access::Caller;
use axum::{
    Json,
    extract::{self, Path},
};
use moderation::Permission;
use platform::{
    Platform,
    http::{Input, Problem, Result},
};
use serde::{Deserialize, Serialize};
use store::{decisions, presence};

use crate::State;

/// The body of [`focus`].
#[derive(Debug, Deserialize)]
pub(crate) struct Focus {
    message_id: Option<i64>,
}

/// The answer to [`focus`].
#[derive(Debug, Serialize)]
pub(crate) struct Noted {
    ok: bool,
}

/// `PUT /api/channel/{channel}/focus` with `message_id` (`null`: nowhere). 404 for a message of another channel.
pub(crate) async fn focus<P: Platform>(
    extract::State(state): extract::State<State<P>>,
    caller: Caller,
    Path(channel): Path<String>,
    input: Input,
) -> Result<Json<Noted>> {
    let access = caller.changing_member(&state.platform, &channel, Permission::Moderate, &input).await?;
    let focus: Focus = input.parse()?;
    let database = state.platform.database();
    if let Some(message) = focus.message_id
        && decisions::find(database, access.channel.key, message).await?.is_none()
    {
        return Err(Problem::not_found("There is no such message in this channel."));
    }
    presence::focus(database, access.channel.key, access.person(), focus.message_id, access.now).await?;
    Ok(Json(Noted { ok: true }))
}
