//! Where a moderator is.

use access::Caller;
use axum::{
    Json,
    extract::{self, Path},
};
use moderation::Permission;
use platform::{
    Platform,
    http::{Input, Result},
};
use serde::{Deserialize, Serialize};
use store::presence;

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

/// `PUT /api/channel/{channel}/focus` with `message_id` (`null`: nowhere).
pub(crate) async fn focus<P: Platform>(
    extract::State(state): extract::State<State<P>>,
    caller: Caller,
    Path(channel): Path<String>,
    input: Input,
) -> Result<Json<Noted>> {
    let access = caller.changing_member(&state.platform, &channel, Permission::Moderate, &input).await?;
    let focus: Focus = input.parse()?;
    let database = state.platform.database();
    presence::focus(database, access.channel.key, access.person(), focus.message_id, access.now).await?;
    Ok(Json(Noted { ok: true }))
}
