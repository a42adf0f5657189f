//! Many messages of one text.

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
use store::{actions, decisions};

use crate::{context, message_number, moderator, no_message, senders::NoteInput};

/// How many messages were rejected.
#[derive(Debug, Serialize)]
pub(crate) struct Rejected {
    ok: bool,
    rejected: u64,
}

/// `POST /api/channel/{channel}/message/{id}/reject-similar`
pub(crate) async fn reject_similar<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    Path((channel, message)): Path<(String, String)>,
    input: Input,
) -> Result<Json<Rejected>> {
    let access = moderator(&platform, &caller, &channel, &input).await?;
    let message = message_number(&message)?;
    let rejected = decisions::reject_similar(platform.database(), context(&access), message).await?;
    Ok(Json(Rejected { ok: true, rejected: rejected.ok_or_else(no_message)? }))
}

/// The body of [`block_similar`].
#[derive(Debug, Deserialize)]
pub(crate) struct Block {
    message_id: i64,
}

/// `POST /api/channel/{channel}/block-similar` with `message_id`: from now on the text, and what is like it, is
/// dropped on arrival. A text in which nothing can be compared is refused (400).
pub(crate) async fn block_similar<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    Path(channel): Path<String>,
    input: Input,
) -> Result<Json<Rejected>> {
    let access = moderator(&platform, &caller, &channel, &input).await?;
    let block: Block = input.parse()?;
    let note = input.parse::<NoteInput>()?.note(access.now)?;
    let database = platform.database();
    let found =
        decisions::find(database, access.channel.key, block.message_id).await?.ok_or_else(no_message)?;
    if moderation::normalise(&found.text).is_empty() {
        return Err(Problem::bad_request("This message has no text to compare others with."));
    }
    let rejected = actions::block_similar(database, context(&access), block.message_id, &note).await?;
    Ok(Json(Rejected { ok: true, rejected: rejected.ok_or_else(no_message)? }))
}
