//! All channels, for superadmins.

use access::Caller;
use axum::{
    extract::{Path, State},
    response::Response,
};
use http::StatusCode;
use maud::{Markup, html};
use moderation::{ChannelId, ChannelSettings, Permission, Role};
use platform::{
    Platform,
    clock::{Clock as _, Millis, rfc3339},
    config::Settings,
    http::{Input, Problem, Result, problem::FieldProblem, wants_html},
};
use serde::{Deserialize, Serialize};
use store::{
    Channel,
    audit::Change,
    channels::{self, CreateError},
    health::{self, Health},
};

use crate::{
    connect::HealthView,
    page::{Page, changed, csrf, json, time_or},
    settings::{Changes, ChannelView, refusal},
};

/// A channel, with what goes on in it.
#[derive(Debug, Serialize)]
struct Summary {
    #[serde(flatten)]
    channel: ChannelView,
    queued: i64,
    highlighted: i64,
    approved: i64,
    rejected: i64,
    last_message_at: Option<String>,
    webhook: HealthView,
}

/// All channels.
#[derive(Debug, Serialize)]
struct Channels {
    channels: Vec<Summary>,
}

/// A channel, and what is known of its messages.
struct Known {
    channel: Channel,
    health: Health,
    last_message_at: Option<Millis>,
}

impl Known {
    fn summary(self, settings: &Settings) -> Summary {
        let state = self.channel.state;
        Summary {
            channel: ChannelView::new(self.channel, Role::Superadmin, settings),
            queued: state.queued,
            highlighted: state.highlighted,
            approved: state.approved,
            rejected: state.rejected,
            last_message_at: self.last_message_at.map(rfc3339),
            webhook: self.health.into(),
        }
    }
}

/// `GET /admin/channels`: with counts, the last message, and how the webhook fares.
pub(crate) async fn list<P: Platform>(State(platform): State<P>, caller: Caller) -> Result<Response> {
    let signed_in = caller.superadmin(&platform).await?;
    let database = platform.database();
    let mut healths = health::all(database).await?;
    let last = health::last_messages(database).await?;
    let known = channels::list(database).await?.into_iter().map(|channel| {
        let health = healths.remove(&channel.key).unwrap_or_default();
        let last_message_at = last.get(&channel.key).copied().max(health.accepted_at);
        Known { channel, health, last_message_at }
    });
    if !wants_html(caller.headers()) {
        let channels = known.map(|known| known.summary(&signed_in.settings)).collect();
        return Ok(json(StatusCode::OK, Channels { channels }));
    }
    let known: Vec<Known> = known.collect();
    let content = html! {
        (table(&known))
        h2 { "A new channel" }
        form.fields method="post" action="/admin/channels/create" {
            (csrf(&signed_in))
            label for="id" { "Its name in addresses" }
            input #id name="id" required pattern="[a-z0-9\\-]{1,64}" maxlength="64" aria-describedby="id-help";
            p.soft #id-help { "Small letters, digits and hyphens, as in main-stage. It cannot be changed later." }
            label for="name" { "Its name for people" }
            input #name name="name" required maxlength="255";
            label for="description" { "What it is about (optional)" }
            textarea #description name="description" maxlength="10000" rows="3" {}
            p { button.act.primary { "Make the channel" } }
        }
    };
    let links = [("/admin/".to_owned(), "Administration")];
    let page = Page {
        signed_in: &signed_in,
        title: "Channels",
        links: &links,
        script: "admin.js",
        may_ask: "",
        content,
    };
    Ok(page.respond(StatusCode::OK))
}

fn table(known: &[Known]) -> Markup {
    html! {
        table.log {
            caption.unseen { "All channels" }
            thead { tr {
                @for head in ["Channel", "Messages", "Last message", "Webhook", ""] { th scope="col" { (head) } }
            } }
            tbody { @for Known { channel, health, last_message_at } in known { tr {
                td {
                    a href={ "/channel/" (channel.id) "/queue" } { bdi { (channel.settings.name) } }
                    p.soft { (channel.id) @if channel.is_archived() { " · archived" } }
                }
                td {
                    (channel.state.queued) " waiting, " (channel.state.approved) " approved, "
                    (channel.state.highlighted) " highlighted, " (channel.state.rejected) " rejected"
                }
                td { (time_or(*last_message_at, "none yet")) }
                td { (crate::connect::health_list(health)) }
                td {
                    nav.links aria-label=(channel.settings.name) {
                        a href={ "/admin/channels/" (channel.id) "/connect" } { "Connect" }
                        a href={ "/channel/" (channel.id) "/settings" } { "Settings" }
                        a href={ "/channel/" (channel.id) "/members" } { "Members" }
                        a href={ "/admin/channels/" (channel.id) "/delete" } { "Delete" }
                    }
                }
            } } }
        }
    }
}

/// The field that only a new channel has; the others are those of its settings.
#[derive(Debug, Deserialize)]
struct NewChannel {
    #[serde(default)]
    id: String,
}

/// `POST /admin/channels/create`: 201 and the channel; 409 if there is one of that name. A browser goes on to connecting
/// it.
pub(crate) async fn create<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    input: Input,
) -> Result<Response> {
    let signed_in = caller.superadmin(&platform).await?;
    caller.check_csrf(&signed_in, &input)?;
    let new: NewChannel = input.parse()?;
    let id = ChannelId::new_slug(&new.id)
        .map_err(|error| refusal(vec![FieldProblem { field: "id".into(), message: format!("{error}.") }]))?;
    let settings = input.parse::<Changes>()?.apply(ChannelSettings::new(id.as_str()))?;
    let database = platform.database();
    let change = Change { by: signed_in.person(), now: platform.clock().now() };
    match channels::create(database, &id, &settings, change).await {
        Ok(()) => {}
        Err(CreateError::Taken) => return Err(Problem::conflict("There is a channel of this name already.")),
        Err(CreateError::Random(error)) => return Err(error.into()),
        Err(CreateError::Database(error)) => return Err(error.into()),
    }
    let channel = channels::find(database, id.as_str()).await?;
    let channel = channel.ok_or_else(|| Problem::conflict("The channel was deleted at once."))?;
    tracing::info!(channel = %id, by = signed_in.person().central_id, "a channel was created");
    if wants_html(caller.headers()) {
        return changed(&caller, &format!("/admin/channels/{id}/connect"), ());
    }
    let view = ChannelView::new(channel, Role::Superadmin, &signed_in.settings);
    Ok(json(StatusCode::CREATED, view))
}

/// `POST /admin/channels/{channel}/edit`: as its settings, and also while it is archived.
pub(crate) async fn edit<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    Path(channel): Path<String>,
    input: Input,
) -> Result<Response> {
    let access = caller.changing_member(&platform, &channel, Permission::ManageChannels, &input).await?;
    let view = crate::settings::change(&platform, access, &input).await?;
    changed(&caller, &format!("/channel/{channel}/settings?saved"), view)
}
