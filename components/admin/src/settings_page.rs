//! The form for a channel's settings.

use std::collections::HashMap;

use access::Access;
use axum::response::Response;
use http::StatusCode;
use maud::{Markup, html};
use moderation::{ChannelSettings, LanguageTag, Permission};
use platform::http::{RequestId, problem::FieldProblem};

use crate::page::{Page, button, csrf};

/// The form with the present settings.
pub(crate) fn show(access: &Access) -> Response {
    page(access, &values(&access.channel.settings), &[], None).respond(StatusCode::OK)
}

/// The form as it was sent, with what is wrong.
pub(crate) fn again(
    access: &Access,
    sent: &HashMap<String, String>,
    wrong: &[FieldProblem],
    request: RequestId,
) -> Response {
    let mut values = values(&access.channel.settings);
    for (field, value) in &mut values {
        if let Some(sent) = sent.get(*field) {
            value.clone_from(sent);
        }
    }
    page(access, &values, wrong, Some(request)).respond(StatusCode::BAD_REQUEST)
}

type Values = HashMap<&'static str, String>;

fn values(settings: &ChannelSettings) -> Values {
    let languages: Vec<&str> = settings.likely_languages.iter().map(LanguageTag::as_str).collect();
    HashMap::from([
        ("name", settings.name.clone()),
        ("description", settings.description.clone()),
        ("is_public", settings.is_public.to_string()),
        ("emoji_auto_approve", settings.emoji_auto_approve.to_string()),
        ("anonymous_label", settings.anonymous_label.clone()),
        ("language_detection_enabled", settings.language_detection_enabled.to_string()),
        ("default_language", settings.default_language.as_str().to_owned()),
        ("likely_languages", languages.join(", ")),
        ("custom_css", settings.custom_css.clone()),
        ("max_age_seconds", settings.max_age_seconds.to_string()),
    ])
}

/// How a field is filled in.
enum Kind {
    Line(u16),
    Text,
    YesNo,
    Seconds,
}

const FIELDS: [(&str, &str, &str, Kind); 10] = [
    ("name", "Name", "", Kind::Line(255)),
    ("description", "What it is about", "Shown on top of the feeds.", Kind::Text),
    ("is_public", "Feeds and displays are public", "If not, they need the display token.", Kind::YesNo),
    (
        "emoji_auto_approve",
        "Approve a reaction whose symbol was approved in the last 10 seconds",
        "",
        Kind::YesNo,
    ),
    (
        "anonymous_label",
        "What people without a name are called",
        "A number follows, as in Anonymous #3.",
        Kind::Line(64),
    ),
    ("language_detection_enabled", "Find out each text's language", "", Kind::YesNo),
    (
        "default_language",
        "Language, where nothing better is known",
        "A language tag, as en or pt-BR.",
        Kind::Line(35),
    ),
    (
        "likely_languages",
        "Likely languages",
        "Language tags with commas between; none for all.",
        Kind::Line(1200),
    ),
    (
        "custom_css",
        "Style sheet for displays",
        "At most 16 KiB. It cannot load anything from elsewhere.",
        Kind::Text,
    ),
    (
        "max_age_seconds",
        "How old a message may be when it arrives, in seconds",
        "From 300 to 86400.",
        Kind::Seconds,
    ),
];

fn field(
    (name, label, help, kind): &(&str, &str, &str, Kind),
    value: &str,
    wrong: &[FieldProblem],
) -> Markup {
    let wrong: Vec<&str> =
        wrong.iter().filter(|it| it.field == *name).map(|it| it.message.as_str()).collect();
    let invalid = (!wrong.is_empty()).then_some("true");
    let described_by = format!("{name}-wrong {name}-help");
    html! {
        label for=(name) { (label) }
        @match kind {
            Kind::Line(length) => input id=(name) name=(name) value=(value) maxlength=(length) dir="auto"
                aria-invalid=[invalid] aria-describedby=(described_by);,
            Kind::Seconds => input id=(name) name=(name) value=(value) type="number" min="300" max="86400"
                aria-invalid=[invalid] aria-describedby=(described_by);,
            Kind::Text => textarea id=(name) name=(name) rows="5" dir="auto"
                aria-invalid=[invalid] aria-describedby=(described_by) { (value) },
            Kind::YesNo => select id=(name) name=(name) aria-describedby=(described_by) {
                option value="true" selected[value == "true"] { "yes" }
                option value="false" selected[value != "true"] { "no" }
            },
        }
        @if !wrong.is_empty() { p.problem id={ (name) "-wrong" } { (wrong.join(" ")) } }
        @if !help.is_empty() { p.soft id={ (name) "-help" } { (help) } }
    }
}

fn page<'a>(
    access: &'a Access,
    values: &Values,
    wrong: &[FieldProblem],
    request: Option<RequestId>,
) -> Page<'a> {
    let at = format!("/channel/{}", access.channel.id);
    let archived = access.channel.is_archived();
    let signed_in = &access.signed_in;
    let content = html! {
        (links(access, &at))
        p { "Name in addresses: " (access.channel.id) @if archived { " · archived" } }
        @if archived { p.problem { "This channel is archived: it can be read, but not changed." } }
        @if !wrong.is_empty() { p.problem role="alert" { "Nothing was saved yet: please look at the fields marked below." } }
        form.fields method="post" action={ (at) "/settings" } {
            (csrf(signed_in))
            fieldset.fields disabled[archived] {
                legend.unseen { "Settings" }
                @for it in &FIELDS { (field(it, values.get(it.0).map_or("", String::as_str), wrong)) }
                p { button.act.primary { "Save" } }
            }
        }
        h2 { "Display token" }
        p { "Displays of a private channel show it as " code { "?token=" (access.channel.display_token.expose()) } "." }
        (button(signed_in, &format!("{at}/token/regenerate"), &[], "Make a new token", "Make a new display token"))
        p.soft { "Displays with the old one show nothing from then on." }
        h2 { "In use" }
        @if archived {
            (button(signed_in, &format!("{at}/unarchive"), &[], "Take it back into use", "Take the channel back into use"))
        } @else {
            (button(signed_in, &format!("{at}/archive"), &[], "Archive it", "Archive the channel"))
            p.soft { "An archived channel takes no messages and no decisions. Everything it holds stays." }
        }
        @if let Some(request) = request { p.soft { "Request " (request) } }
    };
    Page { signed_in, title: "Settings", links: &[], script: "admin.js", may_ask: "", content }
}

fn links(access: &Access, at: &str) -> Markup {
    html! {
        nav.links aria-label=(access.channel.settings.name) {
            bdi { strong { (access.channel.settings.name) } }
            a href={ (at) "/queue" } { "Queue" }
            a href={ (at) "/members" } { "Members" }
            a href={ (at) "/blacklist" } { "Banned" }
            a href={ (at) "/whitelist" } { "Trusted" }
            a href={ (at) "/patterns" } { "Blocked texts" }
            a href={ (at) "/audit" } { "Changes" }
            @if access.role.may(Permission::SeeSecret) {
                a href={ "/admin/channels/" (access.channel.id) "/connect" } { "Connect Eventyay" }
                a href={ "/admin/channels/" (access.channel.id) "/delete" } { "Delete" }
            }
        }
    }
}
