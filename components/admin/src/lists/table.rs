//! What the pages of the lists share.

use axum::response::Response;
use http::StatusCode;
use maud::{Markup, html};
use platform::clock::Millis;

use super::{Place, has_ended};
use crate::page::{Page, button, csrf, time, time_or};

/// A row of a list.
pub(super) struct Row {
    pub(super) id: i64,
    /// Whom or what it is about.
    pub(super) about: Markup,
    /// The same for whoever hears a button's name.
    pub(super) label: String,
    pub(super) reason: String,
    pub(super) added_by: String,
    pub(super) added_at: Millis,
    pub(super) expires_at: Option<Millis>,
    pub(super) hits: i64,
    /// Whether it can be put on the global list.
    pub(super) can_be_exported: bool,
}

/// A list's page: its entries, and forms to add, import and export some. `fields` are those of a new entry.
pub(super) fn page(place: &Place, name: &str, title: &str, rows: &[Row], fields: &Markup) -> Response {
    let (signed_in, at, now) = (place.signed_in(), place.address(name), place.change().now);
    let content = html! {
        @if place.is_archived() { p.problem { "This channel is archived: it can be read, but not changed." } }
        table.log {
            caption.unseen { (title) }
            thead { tr {
                @for head in ["Who or what", "Why", "Added by", "Until", "Messages", ""] { th scope="col" { (head) } }
            } }
            tbody { @for row in rows { tr {
                td { (row.about) }
                td { bdi { (row.reason) } }
                td { bdi { (row.added_by) } p.soft { (time(row.added_at)) } }
                td {
                    (time_or(row.expires_at, "no end"))
                    @if has_ended(row.expires_at, now) { " · ended" }
                }
                td { (row.hits) }
                td { @if !place.is_archived() {
                    (button(signed_in, &format!("{at}/remove"), &[("id", &row.id.to_string())], "Remove",
                        &format!("Remove {}", row.label)))
                    @if row.can_be_exported {
                        (button(signed_in, &format!("{at}/export"), &[("id", &row.id.to_string())], "Ban everywhere",
                            &format!("Ban {} everywhere", row.label)))
                    }
                } }
            } } }
        }
        @if rows.is_empty() { p { "Nothing on this list." } }
        p { a.act href={ (at) ".csv" } download { "Download as CSV" } }
        @if !place.is_archived() {
            h2 { "Add" }
            form.fields method="post" action={ (at) "/add" } {
                (csrf(signed_in))
                (fields)
                label for="reason" { "Why (optional)" }
                input #reason name="reason" maxlength="500" dir="auto";
                label for="minutes" { "For how long" }
                select #minutes name="minutes" {
                    option value="" { "the whole event (no end)" }
                    option value="10" { "10 minutes" }
                    option value="60" { "an hour" }
                    option value="1440" { "a day" }
                }
                p { button.act.primary { "Add" } }
            }
            h2 { "Import" }
            form.fields method="post" action={ (at) "/import" } {
                (csrf(signed_in))
                label for="csv" { "Entries as CSV, the first line with the names of the columns" }
                textarea #csv name="csv" rows="4" required dir="auto" spellcheck="false" {}
                p.soft { "As in a file from this list. What waits already is not looked at again." }
                p { button.act { "Import" } }
            }
        }
    };
    let full_title = place.title(title);
    Page { signed_in, title: &full_title, links: &place.links(), script: "admin.js", may_ask: "", content }
        .respond(StatusCode::OK)
}
