//! Lists of senders: banned, trusted, banned everywhere.

use access::Caller;
use axum::{
    extract::{Path, State},
    response::Response,
};
use http::StatusCode;
use maud::html;
use moderation::{CentralId, Identifier, ScreenName, Sender, SenderId, trustable};
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
    lists::{self, Entry, List, Note},
};

use super::{
    Added, Bans, Chosen, Entries, Imported, Place, Which, has_ended, no_entry, note,
    table::{self, Row},
    upload::{self, Line, Upload},
};
use crate::{
    fields::{MaybeNumber, Number},
    page::{Done, changed, json},
};

const COLUMNS: [&str; 8] =
    ["screen_name", "sender_id", "centralauth_id", "reason", "expires_at", "added_by", "added_at", "hits"];

/// A ban or trust entry.
#[derive(Debug, Serialize)]
struct EntryView {
    id: i64,
    screen_name: String,
    sender_id: Option<String>,
    centralauth_id: Option<i64>,
    added_by: String,
    added_at: String,
    reason: String,
    expires_at: Option<String>,
    /// Whether it has ended: it matches nothing any more.
    ended: bool,
    /// How many messages it has matched.
    hits: i64,
}

/// `GET …/blacklist`, `…/whitelist`, `/admin/global-blacklist`: newest first.
pub(crate) async fn list<P: Platform, W: Which>(
    State(platform): State<P>,
    caller: Caller,
    channel: Option<Path<String>>,
) -> Result<Response> {
    let place = Place::seen(&platform, &caller, channel).await?;
    let entries = lists::list(platform.database(), place.key(), W::LIST).await?.into_iter();
    let now = place.change().now;
    if wants_html(caller.headers()) {
        let can_be_exported = W::LIST == List::Ban && place.is_admins();
        let rows: Vec<Row> = entries.map(|entry| row(entry, can_be_exported)).collect();
        return Ok(table::page(&place, W::NAME, W::TITLE, &rows, &fields(W::LIST)));
    }
    let view = |entry: Entry| EntryView {
        id: entry.id,
        screen_name: entry.sender.screen_name.to_string(),
        sender_id: entry.sender.sender_id.as_ref().map(SenderId::to_string),
        centralauth_id: entry.sender.central_id.map(CentralId::get),
        added_by: entry.added_by,
        added_at: rfc3339(entry.added_at),
        reason: entry.reason,
        expires_at: entry.expires_at.map(rfc3339),
        ended: has_ended(entry.expires_at, now),
        hits: entry.hits,
    };
    Ok(json(StatusCode::OK, Entries { entries: entries.map(view).collect() }))
}

fn row(entry: Entry, can_be_exported: bool) -> Row {
    let name = entry.sender.screen_name.to_string();
    Row {
        id: entry.id,
        about: html! {
            bdi { (if name.is_empty() { "(no name)" } else { &name }) }
            p.soft {
                @match (entry.sender.central_id, &entry.sender.sender_id) {
                    (Some(id), _) => { "by central id " (id) },
                    (None, Some(id)) => { "by sender id " (id) },
                    (None, None) => "by name: only senders without an account",
                }
            }
        },
        label: name,
        reason: entry.reason,
        added_by: entry.added_by,
        added_at: entry.added_at,
        expires_at: entry.expires_at,
        hits: entry.hits,
        can_be_exported,
    }
}

fn fields(list: List) -> maud::Markup {
    html! {
        label for="screen_name" { "Name" }
        input #screen_name name="screen_name" maxlength="255" dir="auto";
        label for="centralauth_id" { "Central id" @if list == List::Ban { " (optional)" } }
        input #centralauth_id name="centralauth_id" inputmode="numeric" pattern="[0-9]*" aria-describedby="by-help";
        label for="sender_id" { "Sender id (optional)" }
        input #sender_id name="sender_id" maxlength="255";
        p.soft #by-help {
            @match list {
                List::Ban => "The strongest counts: central id, then sender id, then name. By name alone it is only for senders without an account.",
                List::Trust => "A central id or a sender id is needed: anybody can take a name.",
            }
        }
    }
}

/// The body of [`add`].
#[derive(Debug, Deserialize)]
struct About {
    #[serde(default)]
    screen_name: String,
    #[serde(default)]
    sender_id: String,
    #[serde(default)]
    centralauth_id: MaybeNumber,
}

/// A sender, and what an entry of this list matches them by.
fn listed(
    list: List,
    name: &str,
    sender_id: &str,
    central_id: Option<i64>,
) -> Result<(Sender, Identifier), String> {
    let central_id = central_id.map(CentralId::try_from).transpose();
    let sender_id = Some(sender_id).filter(|id| !id.is_empty()).map(str::parse).transpose();
    let sender = Sender {
        central_id: central_id.map_err(|error| format!("centralauth_id: {error}"))?,
        sender_id: sender_id.map_err(|error: moderation::InvalidId| format!("sender_id: {error}"))?,
        screen_name: ScreenName::new(name),
    };
    let identifier = match list {
        List::Ban => sender.strongest().ok_or_else(|| {
            "screen_name, sender_id or centralauth_id is needed: else nobody could be told from others"
                .to_owned()
        })?,
        List::Trust => trustable(&sender).map_err(|error| error.to_string())?,
    };
    Ok((sender, identifier))
}

/// `POST …/add` with `screen_name`, `sender_id`, `centralauth_id`, `reason`, `minutes`. A channel's list also decides
/// about what waits.
pub(crate) async fn add<P: Platform, W: Which>(
    State(platform): State<P>,
    caller: Caller,
    channel: Option<Path<String>>,
    input: Input,
) -> Result<Response> {
    let place = Place::changed(&platform, &caller, channel, &input).await?;
    let (change, database) = (place.change(), platform.database());
    let About { screen_name, sender_id, centralauth_id: MaybeNumber(central_id) } = input.parse()?;
    let (sender, identifier) = listed(W::LIST, &screen_name, &sender_id, central_id)
        .map_err(|error| Problem::bad_request(format!("{error}.")))?;
    let note = note(&input, change.now)?;
    let added = match &place {
        Place::Channel(access) => {
            let context = Context { channel: access.channel.key, by: change.by, now: change.now };
            let listed =
                actions::list_sender(database, context, W::LIST, &sender, &identifier, &note).await?;
            // By its number: a sender may ask to be forgotten, and the trail stays.
            let number = listed.entry.map(|entry| entry.to_string()).unwrap_or_default();
            audit::write(database, place.key(), change, Action::AddEntry, (&number, W::LIST.as_str()))
                .await?;
            Added { ok: true, added: listed.entry.is_some(), messages: listed.messages }
        }
        Place::Site(..) => {
            let added = lists::ban_globally(database, &sender, &identifier.key(), &note, change).await?;
            Added { ok: true, added, messages: 0 }
        }
    };
    changed(&caller, &place.address(W::NAME), added)
}

/// `POST …/remove` with `id`.
pub(crate) async fn remove<P: Platform, W: Which>(
    State(platform): State<P>,
    caller: Caller,
    channel: Option<Path<String>>,
    input: Input,
) -> Result<Response> {
    let place = Place::changed(&platform, &caller, channel, &input).await?;
    let Chosen { id: Number(id) } = input.parse()?;
    if !lists::remove(platform.database(), place.key(), W::LIST, id, place.change()).await? {
        return Err(no_entry());
    }
    changed(&caller, &place.address(W::NAME), Done { ok: true })
}

/// `GET ….csv`
pub(crate) async fn csv<P: Platform, W: Which>(
    State(platform): State<P>,
    caller: Caller,
    channel: Option<Path<String>>,
) -> Result<Response> {
    let place = Place::seen(&platform, &caller, channel).await?;
    let entries = lists::list(platform.database(), place.key(), W::LIST).await?.into_iter();
    let lines = entries.map(|entry| {
        vec![
            entry.sender.screen_name.to_string(),
            entry.sender.sender_id.as_ref().map(SenderId::to_string).unwrap_or_default(),
            entry.sender.central_id.map(|id| id.to_string()).unwrap_or_default(),
            entry.reason,
            upload::cell(entry.expires_at),
            entry.added_by,
            upload::cell(Some(entry.added_at)),
            entry.hits.to_string(),
        ]
    });
    upload::write(&place.file(W::NAME), &COLUMNS, lines)
}

/// `POST …/import` with a file of entries: all of them, or none. What waits is not decided.
pub(crate) async fn import<P: Platform, W: Which>(
    State(platform): State<P>,
    caller: Caller,
    channel: Option<Path<String>>,
    upload: Upload,
) -> Result<Response> {
    let place = Place::changed(&platform, &caller, channel, &upload.input).await?;
    let change = place.change();
    let entry = |line: &Line| -> Result<Option<(Sender, String, Note)>, String> {
        let central_id = match line.text("centralauth_id") {
            "" => None,
            text => Some(text.parse().map_err(|_| "centralauth_id must be a whole number".to_owned())?),
        };
        let (sender, identifier) =
            listed(W::LIST, line.text("screen_name"), line.text("sender_id"), central_id)?;
        Ok(line.note(change.now)?.map(|note| (sender, identifier.key(), note)))
    };
    let (entries, ended) = upload::read(&upload.csv()?, &COLUMNS[..3], entry)?;
    let added = lists::import(platform.database(), place.key(), W::LIST, &entries, change).await?;
    let left_out = entries.len() as u64 - added + ended;
    changed(&caller, &place.address(W::NAME), Imported { ok: true, added, left_out })
}

/// `POST /channel/{channel}/blacklist/export` with `id`: bans one of the channel's banned senders everywhere, for as
/// long. For the channel's admins.
pub(crate) async fn export<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    Path(channel): Path<String>,
    input: Input,
) -> Result<Response> {
    let permission = moderation::Permission::EditSettings;
    let access = caller.changing_member(&platform, &channel, permission, &input).await?;
    let place = Place::Channel(Box::new(access));
    let Chosen { id: Number(id) } = input.parse()?;
    let database = platform.database();
    let entries = lists::list(database, place.key(), List::Ban).await?;
    let entry = entries.into_iter().find(|entry| entry.id == id).ok_or_else(no_entry)?;
    let key = entry.sender.key().ok_or_else(|| Problem::bad_request("This entry names nobody."))?;
    let note = Note { reason: entry.reason, expires_at: entry.expires_at };
    lists::ban_globally(database, &entry.sender, &key, &note, place.change()).await?;
    changed(&caller, &place.address(Bans::NAME), Done { ok: true })
}
