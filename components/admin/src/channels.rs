//! All channels, for superadmins.

use access::Caller;
use axum::{Json, extract::State};
use http::{HeaderName, StatusCode, header};
use moderation::{ChannelId, ChannelSettings, Role};
use platform::{
    Platform,
    clock::Clock as _,
    http::{Input, Problem, Result, problem::FieldProblem},
};
use serde::{Deserialize, Serialize};
use store::channels::{self, CreateError};

use crate::settings::{Changes, ChannelView, refusal};

/// All channels.
#[derive(Debug, Serialize)]
pub(crate) struct Channels {
    channels: Vec<ChannelView>,
}

/// `GET /admin/channels`
pub(crate) async fn list<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
) -> Result<([(HeaderName, &'static str); 1], Json<Channels>)> {
    let signed_in = caller.superadmin(&platform).await?;
    let channels = channels::list(platform.database()).await?.into_iter();
    let view = |channel| ChannelView::new(channel, Role::Superadmin, &signed_in.settings);
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(Channels { channels: channels.map(view).collect() })))
}

/// The field that only a new channel has; the others are those of its settings.
#[derive(Debug, Deserialize)]
struct NewChannel {
    #[serde(default)]
    id: String,
}

/// `POST /admin/channels/create`: 201 and the channel; 409 if there is one of that name.
pub(crate) async fn create<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    input: Input,
) -> Result<(StatusCode, [(HeaderName, &'static str); 1], Json<ChannelView>)> {
    let signed_in = caller.superadmin(&platform).await?;
    caller.check_csrf(&signed_in, &input)?;
    let new: NewChannel = input.parse()?;
    let id = ChannelId::new_slug(&new.id)
        .map_err(|error| refusal(vec![FieldProblem { field: "id".into(), message: format!("{error}.") }]))?;
    let settings = input.parse::<Changes>()?.apply(ChannelSettings::new(id.as_str()))?;
    let database = platform.database();
    match channels::create(database, &id, &settings, platform.clock().now()).await {
        Ok(()) => {}
        Err(CreateError::Taken) => return Err(Problem::conflict("There is a channel of this name already.")),
        Err(CreateError::Random(error)) => return Err(error.into()),
        Err(CreateError::Database(error)) => return Err(error.into()),
    }
    let channel = channels::find(database, id.as_str()).await?;
    let channel = channel.ok_or_else(|| Problem::conflict("The channel was deleted at once."))?;
    tracing::info!(channel = %id, by = signed_in.person().central_id, "a channel was created");
    let view = ChannelView::new(channel, Role::Superadmin, &signed_in.settings);
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], Json(view)))
}
