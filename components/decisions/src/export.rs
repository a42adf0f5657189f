//! The whole log as CSV (RFC 4180).

use std::convert::Infallible;

use access::Caller;
use axum::{
    body::Body,
    extract::{Path, State},
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, stream};
use http::{HeaderValue, header};
use moderation::Permission;
use platform::{
    Platform,
    http::{Result, spreadsheet::harmless},
};
use store::{
    ChannelKey,
    log::{self, Filter},
};

use crate::log::EntryView;

/// How many entries are read and written at a time: the log may be long, memory is not.
const PAGE: usize = 1_000;

const HEADER: [&str; 10] = [
    "id",
    "decided_at",
    "decision",
    "action",
    "moderator",
    "message_id",
    "screen_name",
    "message",
    "message_type",
    "arrived_at",
];

/// `GET /api/channel/{channel}/log.csv`: all of it, newest first.
pub(crate) async fn export<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    Path(channel): Path<String>,
) -> Result<Response> {
    let access = caller.member(&platform, &channel, Permission::Moderate).await?;
    let label = access.channel.settings.anonymous_label.clone();
    let name = format!("attachment; filename=\"{}-log.csv\"", access.channel.id.as_str());
    let rows = pages(platform, access.channel.key, label);
    let mut response = Body::from_stream(rows.map(Ok::<_, Infallible>)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(name) = HeaderValue::try_from(name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

/// What is still to be written.
enum Rest {
    /// All of it, and the header before it.
    Everything,
    /// What is older than this entry.
    Before(i64),
    Nothing,
}

fn pages<P: Platform>(
    platform: P,
    channel: ChannelKey,
    label: String,
) -> impl Stream<Item = Bytes> + Send + 'static {
    stream::unfold((platform, label, Rest::Everything), move |(platform, label, rest)| async move {
        let (header, before) = match rest {
            Rest::Everything => (true, None),
            Rest::Before(id) => (false, Some(id)),
            Rest::Nothing => return None,
        };
        let filter = Filter { before, ..Filter::default() };
        let entries = match log::page(platform.database(), channel, &filter, PAGE).await {
            Ok(entries) => entries,
            Err(error) => {
                tracing::error!(%error, "an export of the log broke off");
                return None;
            }
        };
        let rest = match entries.last() {
            Some(last) if entries.len() == PAGE => Rest::Before(last.id),
            _ => Rest::Nothing,
        };
        let views = entries.into_iter().map(|entry| EntryView::new(entry, &label));
        match write(header, views) {
            Ok(bytes) => Some((bytes, (platform, label, rest))),
            Err(error) => {
                tracing::error!(%error, "an export of the log broke off");
                None
            }
        }
    })
}

fn write(header: bool, entries: impl Iterator<Item = EntryView>) -> anyhow::Result<Bytes> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    if header {
        writer.write_record(HEADER)?;
    }
    for entry in entries {
        writer.write_record([
            entry.id.to_string(),
            entry.decided_at,
            entry.decision.to_owned(),
            entry.action,
            harmless(&entry.moderator).into_owned(),
            entry.message_id.to_string(),
            harmless(&entry.screen_name).into_owned(),
            harmless(&entry.message).into_owned(),
            entry.message_type.to_owned(),
            entry.arrived_at,
        ])?;
    }
    Ok(writer.into_inner()?.into())
}
