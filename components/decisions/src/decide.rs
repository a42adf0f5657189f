//! One decision on one message.

use access::Caller;
use axum::{
    Json,
    extract::{Path, State},
};
use moderation::Decision;
use platform::{
    Platform,
    http::{Input, Result},
};
use serde::Serialize;
use store::decisions::{self, Decided};

use crate::{context, message_number, moderator, no_message};

/// What became of a decision.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Answer {
    /// It took effect.
    Effective { ok: bool },
    /// The message stands at a status that this decision does not change.
    Superseded { ok: bool, superseded: bool, current: &'static str },
}

/// `POST /api/channel/{channel}/message/{id}/approve`
pub(crate) async fn approve<P: Platform>(
    state: State<P>,
    caller: Caller,
    path: Path<(String, String)>,
    input: Input,
) -> Result<Json<Answer>> {
    decide(state, caller, path, input, Decision::Approve).await
}

/// `POST /api/channel/{channel}/message/{id}/highlight`
pub(crate) async fn highlight<P: Platform>(
    state: State<P>,
    caller: Caller,
    path: Path<(String, String)>,
    input: Input,
) -> Result<Json<Answer>> {
    decide(state, caller, path, input, Decision::Highlight).await
}

/// `POST /api/channel/{channel}/message/{id}/reject`
pub(crate) async fn reject<P: Platform>(
    state: State<P>,
    caller: Caller,
    path: Path<(String, String)>,
    input: Input,
) -> Result<Json<Answer>> {
    decide(state, caller, path, input, Decision::Reject).await
}

async fn decide<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    Path((channel, message)): Path<(String, String)>,
    input: Input,
    decision: Decision,
) -> Result<Json<Answer>> {
    let access = moderator(&platform, &caller, &channel, &input).await?;
    let message = message_number(&message)?;
    match decisions::decide(platform.database(), context(&access), message, decision).await? {
        Decided::Effective => Ok(Json(Answer::Effective { ok: true })),
        Decided::Superseded(current) => {
            Ok(Json(Answer::Superseded { ok: false, superseded: true, current: current.as_str() }))
        }
        Decided::NoMessage => Err(no_message()),
    }
}
