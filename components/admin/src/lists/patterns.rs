//! The list of texts that are dropped, with whatever is like them.

use access::Caller;
use axum::{
    extract::{Path, State},
    response::Response,
};
use http::StatusCode;
use maud::html;
use platform::{
    Platform,
    clock::rfc3339,
    http::{Input, Problem, Result, wants_html},
};
use serde::{Deserialize, Serialize};
use store::{
    actions,
    audit::{self, Action},
    decisions::Context,
    lists::Note,
    patterns::{self, Entry},
};

use super::{
    Added, Chosen, Entries, Imported, Place, has_ended, no_entry, note,
    table::{self, Row},
    upload::{self, Line, Upload},
};
use crate::{
    fields::Number,
    page::{Done, changed, json},
};

const NAME: &str = "patterns";

const COLUMNS: [&str; 6] = ["pattern", "reason", "expires_at", "added_by", "added_at", "hits"];

/// The longest text, in characters: as long as a message gets.
const MAX_CHARS: usize = 10_000;

/// A blocked text.
#[derive(Debug, Serialize)]
struct PatternView {
    id: i64,
    pattern: String,
    added_by: String,
    added_at: String,
    reason: String,
    expires_at: Option<String>,
    /// Whether it has ended: it matches nothing any more.
    ended: bool,
    /// How many messages it has matched.
    hits: i64,
}

/// `GET /channel/{channel}/patterns`: newest first.
pub(crate) async fn list<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    channel: Path<String>,
) -> Result<Response> {
    let place = Place::seen(&platform, &caller, Some(channel)).await?;
    let entries = patterns::list(platform.database(), place.key()).await?.into_iter();
    if wants_html(caller.headers()) {
        let rows: Vec<Row> = entries.map(row).collect();
        let fields = html! {
            label for="pattern" { "Text" }
            input #pattern name="pattern" required dir="auto" aria-describedby="pattern-help";
            p.soft #pattern-help { "Messages that say this, or nearly this, are dropped. What waits already is rejected." }
        };
        return Ok(table::page(&place, NAME, "Blocked texts", &rows, &fields));
    }
    let now = place.change().now;
    let view = |entry: Entry| PatternView {
        id: entry.id,
        pattern: entry.pattern,
        added_by: entry.added_by,
        added_at: rfc3339(entry.added_at),
        reason: entry.reason,
        expires_at: entry.expires_at.map(rfc3339),
        ended: has_ended(entry.expires_at, now),
        hits: entry.hits,
    };
    Ok(json(StatusCode::OK, Entries { entries: entries.map(view).collect() }))
}

fn row(entry: Entry) -> Row {
    Row {
        id: entry.id,
        about: html! { span dir="auto" { (entry.pattern) } },
        label: entry.pattern.chars().take(40).collect(),
        reason: entry.reason,
        added_by: entry.added_by,
        added_at: entry.added_at,
        expires_at: entry.expires_at,
        hits: entry.hits,
        can_be_exported: false,
    }
}

/// A text that others can be compared with.
fn comparable(pattern: &str) -> Result<String, String> {
    let pattern = moderation::clean(pattern.trim()).into_owned();
    if pattern.chars().count() > MAX_CHARS {
        Err(format!("pattern must be at most {MAX_CHARS} characters"))
    } else if moderation::normalise(&pattern).is_empty() {
        Err("pattern has no text to compare others with".to_owned())
    } else {
        Ok(pattern)
    }
}

/// The body of [`add`].
#[derive(Debug, Deserialize)]
struct About {
    #[serde(default)]
    pattern: String,
}

/// `POST /channel/{channel}/patterns/add` with `pattern`, `reason`, `minutes`: rejects the similar ones that wait, too.
pub(crate) async fn add<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    channel: Path<String>,
    input: Input,
) -> Result<Response> {
    let place = Place::changed(&platform, &caller, Some(channel), &input).await?;
    let (change, database) = (place.change(), platform.database());
    let pattern = comparable(&input.parse::<About>()?.pattern)
        .map_err(|error| Problem::bad_request(format!("{error}.")))?;
    let note = note(&input, change.now)?;
    let context = Context { channel: place.key(), by: change.by, now: change.now };
    let known = patterns::list(database, place.key()).await?;
    let added = known.iter().all(|entry| entry.pattern != pattern || has_ended(entry.expires_at, change.now));
    let messages = actions::block_text(database, context, &pattern, &note).await?;
    audit::write(database, place.key(), change, Action::AddEntry, ("", "pattern")).await?;
    changed(&caller, &place.address(NAME), Added { ok: true, added, messages })
}

/// `POST /channel/{channel}/patterns/remove` with `id`.
pub(crate) async fn remove<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    channel: Path<String>,
    input: Input,
) -> Result<Response> {
    let place = Place::changed(&platform, &caller, Some(channel), &input).await?;
    let Chosen { id: Number(id) } = input.parse()?;
    if !patterns::remove(platform.database(), place.key(), id, place.change()).await? {
        return Err(no_entry());
    }
    changed(&caller, &place.address(NAME), Done { ok: true })
}

/// `GET /channel/{channel}/patterns.csv`
pub(crate) async fn csv<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    channel: Path<String>,
) -> Result<Response> {
    let place = Place::seen(&platform, &caller, Some(channel)).await?;
    let entries = patterns::list(platform.database(), place.key()).await?.into_iter();
    let lines = entries.map(|entry| {
        vec![
            entry.pattern,
            entry.reason,
            upload::cell(entry.expires_at),
            entry.added_by,
            upload::cell(Some(entry.added_at)),
            entry.hits.to_string(),
        ]
    });
    upload::write(&place.file(NAME), &COLUMNS, lines)
}

/// `POST /channel/{channel}/patterns/import` with a file of entries: all of them, or none. What waits is not decided.
pub(crate) async fn import<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    channel: Path<String>,
    upload: Upload,
) -> Result<Response> {
    let place = Place::changed(&platform, &caller, Some(channel), &upload.input).await?;
    let change = place.change();
    let entry = |line: &Line| -> Result<Option<(String, Note)>, String> {
        let pattern = comparable(line.text("pattern"))?;
        Ok(line.note(change.now)?.map(|note| (pattern, note)))
    };
    let (entries, ended) = upload::read(&upload.csv()?, &COLUMNS[..1], entry)?;
    let added = patterns::import(platform.database(), place.key(), &entries, change).await?;
    let left_out = entries.len() as u64 - added + ended;
    changed(&caller, &place.address(NAME), Imported { ok: true, added, left_out })
}
