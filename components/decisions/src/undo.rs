//! Taking a decision back.

use access::Caller;
use axum::{
    Json,
    extract::{Path, State},
};
use platform::{
    Platform,
    http::{Input, Problem, Result},
};
use serde::{Deserialize, Serialize};
use store::decisions::{self, Undone};

use crate::{context, message_number, moderator, no_message};

/// The body of [`undo`]; all of it may be left out.
#[derive(Debug, Deserialize)]
pub(crate) struct Undo {
    /// Whether to take back the whole action (reject similar, ban, …) that the decision was part of.
    #[serde(default)]
    group: bool,
}

/// How many decisions were taken back.
#[derive(Debug, Serialize)]
pub(crate) struct Answer {
    ok: bool,
    undone: u64,
}

/// `POST /api/channel/{channel}/message/{id}/undo`
pub(crate) async fn undo<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    Path((channel, message)): Path<(String, String)>,
    input: Input,
) -> Result<Json<Answer>> {
    let access = moderator(&platform, &caller, &channel, &input).await?;
    let message = message_number(&message)?;
    let undo: Undo = input.parse()?;
    match decisions::undo(platform.database(), context(&access), message, undo.group).await? {
        Undone::Messages(undone) => Ok(Json(Answer { ok: true, undone })),
        Undone::NotYours => Err(Problem::conflict(
            "There is nothing of yours to take back on this message: somebody else has decided since, \
             or you had not decided.",
        )),
        Undone::NoMessage => Err(no_message()),
    }
}
