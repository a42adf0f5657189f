//! Who changed what, and when.

use access::{Caller, SignedIn};
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use http::StatusCode;
use maud::html;
use moderation::Permission;
use platform::{
    Platform,
    clock::rfc3339,
    http::{Problem, Result, wants_html},
};
use serde::{Deserialize, Serialize};
use store::{ChannelKey, audit};

use crate::page::{Page, json, time};

/// The most changes in one answer, and how many there are unless asked otherwise.
const MOST: i64 = 500;
const USUAL: i64 = 100;

/// Which changes are asked for.
#[derive(Debug, Deserialize)]
pub(crate) struct Range {
    before: Option<i64>,
    limit: Option<i64>,
}

/// A change.
#[derive(Debug, Serialize)]
struct ChangeView {
    id: i64,
    channel: Option<String>,
    changed_at: String,
    by: String,
    by_id: i64,
    action: String,
    about: String,
    detail: String,
}

/// Changes, newest first.
#[derive(Debug, Serialize)]
struct Changes {
    entries: Vec<ChangeView>,
    /// What to ask for next with `before`; `null` where that was all.
    next: Option<i64>,
}

/// `GET /channel/{channel}/audit?before=&limit=`: for the channel's admins.
pub(crate) async fn of_channel<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    Path(channel): Path<String>,
    Query(range): Query<Range>,
) -> Result<Response> {
    let access = caller.member(&platform, &channel, Permission::EditSettings).await?;
    let title = format!("Changes to {}", access.channel.settings.name);
    let links = [
        (format!("/channel/{}/settings", access.channel.id), "Settings"),
        (format!("/channel/{}/members", access.channel.id), "Members"),
    ];
    answer(&platform, &caller, &access.signed_in, Some(access.channel.key), range, (&title, &links)).await
}

/// `GET /admin/audit?before=&limit=`: of all channels and the whole site, for superadmins.
pub(crate) async fn of_all<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    Query(range): Query<Range>,
) -> Result<Response> {
    let signed_in = caller.superadmin(&platform).await?;
    let links = [("/admin/".to_owned(), "Administration")];
    answer(&platform, &caller, &signed_in, None, range, ("Changes", &links)).await
}

async fn answer<P: Platform>(
    platform: &P,
    caller: &Caller,
    signed_in: &SignedIn,
    channel: Option<ChannelKey>,
    range: Range,
    (title, links): (&str, &[(String, &str)]),
) -> Result<Response> {
    let limit = range.limit.unwrap_or(USUAL);
    if !(1..=MOST).contains(&limit) {
        return Err(Problem::bad_request(format!("limit must be from 1 to {MOST}.")));
    }
    let entries = audit::page(platform.database(), channel, range.before, limit).await?;
    let is_full = i64::try_from(entries.len()).is_ok_and(|count| count == limit);
    let next = entries.last().map(|last| last.id).filter(|_| is_full);
    if !wants_html(caller.headers()) {
        let entries = entries.into_iter().map(view).collect();
        return Ok(json(StatusCode::OK, Changes { entries, next }));
    }
    let content = html! {
        table.log {
            caption.unseen { "Changes, newest first" }
            thead { tr { @for head in ["When", "Who", "What", "About", "Channel"] { th scope="col" { (head) } } } }
            tbody { @for entry in &entries { tr {
                td { (time(entry.changed_at)) }
                td { bdi { (entry.by) } }
                td { (words(&entry.action)) @if !entry.detail.is_empty() { ": " bdi { (entry.detail) } } }
                td { bdi { (entry.about) } }
                td { (entry.channel.as_deref().unwrap_or("the whole site")) }
            } } }
        }
        @if entries.is_empty() { p { "No changes yet." } }
        @if let Some(next) = next { p { a.act href={ "?before=" (next) } { "Older ones" } } }
    };
    Ok(Page { signed_in, title, links, script: "admin.js", may_ask: "", content }.respond(StatusCode::OK))
}

fn view(entry: audit::Entry) -> ChangeView {
    ChangeView {
        id: entry.id,
        channel: entry.channel,
        changed_at: rfc3339(entry.changed_at),
        by: entry.by,
        by_id: entry.by_id,
        action: entry.action,
        about: entry.about,
        detail: entry.detail,
    }
}

/// The trail's word in words.
fn words(action: &str) -> &str {
    match action {
        "create-channel" => "made the channel",
        "edit-settings" => "changed settings",
        "archive" => "archived the channel",
        "unarchive" => "took the channel back into use",
        "delete-channel" => "deleted a channel",
        "new-secret" => "made a new webhook secret",
        "revoke-secret" => "ended the old webhook secret",
        "new-token" => "made a new display token",
        "add-member" => "gave a role",
        "remove-member" => "ended a role",
        "add-entry" => "added to a list",
        "remove-entry" => "removed from a list",
        "import-entries" => "imported a list",
        "purge" => "had old messages forgotten",
        "forget" => "had a sender forgotten",
        "simulation" => "changed the simulation",
        other => other,
    }
}
