//! Connecting Eventyay: the webhook's address and secret, and whether anything came.

use access::{Access, Caller};
use axum::{
    extract::{Path, State},
    response::Response,
};
use http::StatusCode;
use maud::{Markup, html};
use moderation::Permission;
use platform::{
    Platform,
    clock::{Millis, rfc3339},
    config::Secret,
    http::{Input, Problem, Result, wants_html},
    random,
};
use serde::Serialize;
use store::{
    audit::Change,
    health::{self, Health},
    secrets,
};

use crate::{
    page::{Done, Page, button, changed, json, time, time_or},
    settings::webhook_url,
};

/// How a channel's webhook fared of late.
#[derive(Debug, Serialize)]
pub(crate) struct HealthView {
    challenged_at: Option<String>,
    accepted_at: Option<String>,
    refused_at: Option<String>,
    refused_why: Option<&'static str>,
}

impl From<Health> for HealthView {
    fn from(health: Health) -> Self {
        Self {
            challenged_at: health.challenged_at.map(rfc3339),
            accepted_at: health.accepted_at.map(rfc3339),
            refused_at: health.refused.map(|(at, _)| rfc3339(at)),
            refused_why: health.refused.map(|(_, why)| why.as_str()),
        }
    }
}

/// The same for a page. A script brings it up to date.
pub(crate) fn health_list(health: &Health) -> Markup {
    html! {
        dl.health {
            dt { "Challenge answered" }
            dd data-health="challenged_at" { (time_or(health.challenged_at, "not yet")) }
            dt { "Last signed message" }
            dd data-health="accepted_at" { (time_or(health.accepted_at, "none yet")) }
            dt { "Last refusal" }
            dd data-health="refused_at" {
                @match health.refused {
                    Some((at, why)) => { (time(at)) ": " (words(why)) }
                    None => span.soft { "none" }
                }
            }
        }
    }
}

fn words(why: health::Refused) -> &'static str {
    match why {
        health::Refused::Signature => "not signed with this channel's secret",
        health::Refused::Malformed => "not an event that can be read",
        health::Refused::Timestamp => "too old, or from the future",
    }
}

/// What Eventyay has to be given.
#[derive(Debug, Serialize)]
struct Connection {
    id: String,
    webhook_url: String,
    webhook_secret: String,
    /// Until when the secret before is taken too; `null` where there is none.
    old_secret_until: Option<String>,
    webhook: HealthView,
}

fn old_secret_until(access: &Access) -> Option<Millis> {
    access.channel.old_secret.as_ref().map(|old| old.until).filter(|until| access.now < *until)
}

/// `GET /admin/channels/{channel}/connect`: the webhook's address and secret, and what came.
pub(crate) async fn show<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    Path(channel): Path<String>,
) -> Result<Response> {
    let access = caller.member(&platform, &channel, Permission::SeeSecret).await?;
    let health = health::of(platform.database(), access.channel.key).await?;
    let old_until = old_secret_until(&access);
    let url = webhook_url(&access.signed_in.settings, &access.channel.id);
    if !wants_html(caller.headers()) {
        return Ok(json(
            StatusCode::OK,
            Connection {
                id: access.channel.id.to_string(),
                webhook_url: url,
                webhook_secret: access.channel.webhook_secret.expose().to_owned(),
                old_secret_until: old_until.map(rfc3339),
                webhook: health.into(),
            },
        ));
    }
    let title = format!("Connect Eventyay to {}", access.channel.settings.name);
    let at = format!("/admin/channels/{}", access.channel.id);
    let links = [
        ("/admin/channels".to_owned(), "All channels"),
        (format!("/channel/{}/settings", access.channel.id), "Settings"),
        (format!("/channel/{}/queue", access.channel.id), "Queue"),
    ];
    let signed_in = &access.signed_in;
    let content = html! {
        @if access.channel.is_archived() { p.problem { "This channel is archived: it takes no messages." } }
        ol {
            li { "In Eventyay, open the event's chat moderation settings." }
            li { "Paste the address and the secret from below, and save." }
            li { "Come back: below it says when Eventyay asked for the address, and when the first message came." }
        }
        div.fields {
            (copied("url", "Webhook address", &url))
            (copied("secret", "Secret", access.channel.webhook_secret.expose()))
        }
        h2 { "What came" }
        section aria-live="polite" data-watch={ (at) "/connect" }
            data-signature=(words(health::Refused::Signature)) data-malformed=(words(health::Refused::Malformed))
            data-timestamp=(words(health::Refused::Timestamp)) { (health_list(&health)) }
        h2 { "A new secret" }
        @match old_until {
            Some(until) => {
                p { "The secret before this one is taken too, until " (time(until)) "." }
                (button(signed_in, &format!("{at}/secret/revoke"), &[], "End the old secret now", "End the old secret now"))
            }
            None => {
                p { "The present one stays valid for an hour beside the new one, so that no message is lost while you paste it." }
                (button(signed_in, &format!("{at}/secret/regenerate"), &[], "Make a new secret", "Make a new secret"))
            }
        }
    };
    let page = Page { signed_in, title: &title, links: &links, script: "admin.js", may_ask: "", content };
    Ok(page.respond(StatusCode::OK))
}

/// A value to be taken elsewhere. The button is for browsers with scripts, and hidden in others.
fn copied(id: &str, label: &str, value: &str) -> Markup {
    html! {
        label for=(id) { (label) }
        div.copied {
            input id=(id) readonly value=(value) autocomplete="off" spellcheck="false";
            button.act type="button" hidden data-copy=(id) data-done="Copied" { "Copy" }
        }
    }
}

/// The new secret.
#[derive(Debug, Serialize)]
struct Replaced {
    ok: bool,
    webhook_secret: String,
    old_secret_until: String,
}

/// `POST /admin/channels/{channel}/secret/regenerate`: the one before stays valid for an hour; 409 while there is one.
pub(crate) async fn regenerate<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    Path(channel): Path<String>,
    input: Input,
) -> Result<Response> {
    let access = caller.changing_member(&platform, &channel, Permission::SeeSecret, &input).await?;
    let secret = Secret::new(random::token()?);
    let change = Change { by: access.person(), now: access.now };
    if !secrets::replace(platform.database(), access.channel.key, &secret, change).await? {
        return Err(Problem::conflict(
            "There is an old secret beside the present one still, which Eventyay may be using. \
             End it first, or wait until its hour is over.",
        ));
    }
    tracing::info!(%channel, by = access.person().central_id, "a webhook secret was replaced");
    let body = Replaced {
        ok: true,
        webhook_secret: secret.expose().to_owned(),
        old_secret_until: rfc3339(access.now + secrets::OVERLAP_MS),
    };
    changed(&caller, &format!("/admin/channels/{channel}/connect"), body)
}

/// `POST /admin/channels/{channel}/secret/revoke`: the secret before the present one is not taken any more.
pub(crate) async fn revoke<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    Path(channel): Path<String>,
    input: Input,
) -> Result<Response> {
    let access = caller.changing_member(&platform, &channel, Permission::SeeSecret, &input).await?;
    let change = Change { by: access.person(), now: access.now };
    if old_secret_until(&access).is_none()
        || !secrets::revoke_old(platform.database(), access.channel.key, change).await?
    {
        return Err(Problem::conflict("There is no old secret that is still valid."));
    }
    changed(&caller, &format!("/admin/channels/{channel}/connect"), Done { ok: true })
}
