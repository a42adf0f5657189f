//! Banning and trusting senders.

use access::Caller;
use axum::{
    Json,
    extract::{Path, State},
};
use moderation::{CentralId, Identifier, ScreenName, Sender, trustable};
use platform::{
    Platform,
    clock::Millis,
    http::{Input, Problem, Result},
};
use serde::{Deserialize, Serialize};
use store::{
    actions,
    lists::{List, Note},
};

use crate::{context, moderator};

/// Whom it is about: what the queue says of a message's sender. The strongest identifier counts.
#[derive(Debug, Deserialize)]
pub(crate) struct About {
    screen_name: Option<String>,
    sender_id: Option<String>,
    centralauth_id: Option<Number>,
}

/// Why, and for how long. Without `minutes` it has no end.
#[derive(Debug, Deserialize)]
pub(crate) struct NoteInput {
    reason: Option<String>,
    minutes: Option<Number>,
}

impl NoteInput {
    pub(crate) fn note(self, now: Millis) -> Result<Note> {
        let minutes = match self.minutes {
            None => None,
            Some(Number::Text(text)) if text.is_empty() => None,
            Some(Number::Integer(minutes)) => Some(minutes),
            // What is no number is refused as none at all would be.
            Some(Number::Text(text)) => Some(text.parse().unwrap_or(0)),
        };
        Note::new(&self.reason.unwrap_or_default(), minutes, now)
            .map_err(|error| Problem::bad_request(format!("{error}.")))
    }
}

/// A number, which a form writes as text.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "centralauth_id and minutes must be whole numbers")]
enum Number {
    Integer(i64),
    Text(String),
}

impl About {
    fn sender(self) -> Result<Sender> {
        let central_id = match self.centralauth_id {
            None => None,
            Some(Number::Text(text)) if text.is_empty() => None,
            Some(Number::Text(text)) => Some(text.parse::<CentralId>().map_err(invalid_central_id)?),
            Some(Number::Integer(number)) => Some(CentralId::try_from(number).map_err(invalid_central_id)?),
        };
        let sender_id = self.sender_id.filter(|id| !id.is_empty()).map(|id| id.parse()).transpose();
        Ok(Sender {
            central_id,
            sender_id: sender_id.map_err(|error| Problem::bad_request(format!("sender_id: {error}.")))?,
            screen_name: ScreenName::new(&self.screen_name.unwrap_or_default()),
        })
    }
}

fn invalid_central_id(error: impl std::fmt::Display) -> Problem {
    Problem::bad_request(format!("centralauth_id: {error}."))
}

/// The answer to [`block`].
#[derive(Debug, Serialize)]
pub(crate) struct Blocked {
    ok: bool,
    rejected: u64,
    /// The new entry's number, with which it can be removed; `null` where there was one already.
    entry: Option<i64>,
}

/// `POST /api/channel/{channel}/block-user`: bans a sender in the channel and rejects their queued messages.
pub(crate) async fn block<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    Path(channel): Path<String>,
    input: Input,
) -> Result<Json<Blocked>> {
    let access = moderator(&platform, &caller, &channel, &input).await?;
    let sender = input.parse::<About>()?.sender()?;
    let note = input.parse::<NoteInput>()?.note(access.now)?;
    let label = &access.channel.settings.anonymous_label;
    let identifier = sender.strongest().filter(|it| !is_label(it, &sender, label)).ok_or_else(|| {
        Problem::bad_request("Nothing is known of this sender, so they cannot be told from others.")
    })?;
    let listed =
        actions::list_sender(platform.database(), context(&access), List::Ban, &sender, &identifier, &note)
            .await?;
    Ok(Json(Blocked { ok: true, rejected: listed.messages, entry: listed.entry }))
}

/// Whether all that is known is what the queue shows in place of a name, as `Anonymous #12`.
fn is_label(identifier: &Identifier, sender: &Sender, label: &str) -> bool {
    let number = sender.screen_name.as_str().strip_prefix(label).and_then(|rest| rest.strip_prefix(" #"));
    matches!(identifier, Identifier::Name(_)) && number.is_some_and(|it| it.parse::<u64>().is_ok())
}

/// The answer to [`trust`].
#[derive(Debug, Serialize)]
pub(crate) struct Trusted {
    ok: bool,
    approved: u64,
    /// The new entry's number, with which it can be removed; `null` where there was one already.
    entry: Option<i64>,
}

/// `POST /api/channel/{channel}/whitelist-user`: trusts a sender in the channel and approves their queued messages.
/// By name alone: 400, because anybody can take a name.
pub(crate) async fn trust<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    Path(channel): Path<String>,
    input: Input,
) -> Result<Json<Trusted>> {
    let access = moderator(&platform, &caller, &channel, &input).await?;
    let sender = input.parse::<About>()?.sender()?;
    let note = input.parse::<NoteInput>()?.note(access.now)?;
    let identifier = trustable(&sender).map_err(|error| Problem::bad_request(format!("{error}.")))?;
    let listed =
        actions::list_sender(platform.database(), context(&access), List::Trust, &sender, &identifier, &note)
            .await?;
    Ok(Json(Trusted { ok: true, approved: listed.messages, entry: listed.entry }))
}
