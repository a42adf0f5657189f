//! The log of decisions.

use access::Caller;
use axum::{
    Json,
    extract::{Path, Query, State},
};
use moderation::{MessageType, Permission, Status, anonymous_name};
use platform::{
    Platform,
    clock::rfc3339,
    http::{Problem, Result},
};
use serde::{Deserialize, Serialize};
use store::log::{self, Entry, Filter};

/// The most entries in one answer.
const MAX_LIMIT: usize = 500;
const DEFAULT_LIMIT: usize = 100;

/// The query of [`log`]; an empty parameter counts as not given, as forms send it.
#[derive(Debug, Deserialize)]
pub(crate) struct Parameters {
    before: Option<String>,
    decision: Option<String>,
    moderator: Option<String>,
    limit: Option<String>,
}

impl Parameters {
    fn check(self) -> Result<(Filter, usize)> {
        let given = |text: Option<String>| text.filter(|text| !text.is_empty());
        let number = |name: &str, text: Option<String>| {
            let number = given(text).map(|text| text.parse::<i64>()).transpose();
            number.map_err(|_| Problem::bad_request(format!("{name} must be a whole number.")))
        };
        let (status, undone) = match given(self.decision).as_deref() {
            None => (None, None),
            Some("undone") => (None, Some(true)),
            Some(word) => {
                let status = word.parse::<Status>().ok().filter(|status| *status != Status::Queued);
                let status = status.ok_or_else(|| {
                    Problem::bad_request("decision must be highlighted, approved, rejected or undone.")
                })?;
                (Some(status), Some(false))
            }
        };
        let limit = number("limit", self.limit)?.map_or(Ok(DEFAULT_LIMIT), usize::try_from);
        let limit = limit.ok().filter(|limit| (1..=MAX_LIMIT).contains(limit));
        Ok((
            Filter {
                before: number("before", self.before)?,
                status,
                undone,
                moderator: given(self.moderator),
            },
            limit.ok_or_else(|| Problem::bad_request(format!("limit must be from 1 to {MAX_LIMIT}.")))?,
        ))
    }
}

/// One entry.
#[derive(Debug, Serialize)]
pub(crate) struct EntryView {
    pub(crate) id: i64,
    pub(crate) decided_at: String,
    pub(crate) decision: &'static str,
    /// What was done: `approve`, …, `reject-similar`, `ban`, `undo`.
    pub(crate) action: String,
    pub(crate) moderator: String,
    pub(crate) message_id: i64,
    pub(crate) screen_name: String,
    pub(crate) message: String,
    pub(crate) message_type: &'static str,
    pub(crate) arrived_at: String,
}

impl EntryView {
    pub(crate) fn new(entry: Entry, anonymous_label: &str) -> Self {
        Self {
            id: entry.id,
            decided_at: rfc3339(entry.decided_at),
            decision: entry.decision(),
            action: entry.action,
            moderator: entry.moderator,
            message_id: entry.message_id,
            screen_name: entry
                .unnamed_number
                .map_or(entry.screen_name, |number| anonymous_name(anonymous_label, number)),
            message: entry.message,
            message_type: MessageType::as_str(entry.kind),
            arrived_at: rfc3339(entry.arrived_at),
        }
    }
}

/// A page of the log, newest first; `next` is the `before` of the page after it.
#[derive(Debug, Serialize)]
pub(crate) struct Page {
    entries: Vec<EntryView>,
    next: Option<i64>,
}

/// `GET /api/channel/{channel}/log?before=&decision=&moderator=&limit=`
pub(crate) async fn log<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    Path(channel): Path<String>,
    Query(parameters): Query<Parameters>,
) -> Result<Json<Page>> {
    let access = caller.member(&platform, &channel, Permission::Moderate).await?;
    let (filter, limit) = parameters.check()?;
    // One more than asked for says whether there is a next page.
    let mut entries = log::page(platform.database(), access.channel.key, &filter, limit + 1).await?;
    let more = entries.len() > limit;
    entries.truncate(limit);
    let next = if more { entries.last().map(|entry| entry.id) } else { None };
    let label = &access.channel.settings.anonymous_label;
    let entries = entries.into_iter().map(|entry| EntryView::new(entry, label)).collect();
    Ok(Json(Page { entries, next }))
}
