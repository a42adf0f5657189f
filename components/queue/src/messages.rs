//! The whole queue in the shape that the earlier tool's clients read.

use access::Caller;
use axum::{
    Json,
    extract::{self, Path, Query},
};
use moderation::Permission;
use platform::{Platform, http::Result};
use serde::Serialize;
use store::queue;

use crate::{
    State,
    query::Parameters,
    view::{MessageView, Stats},
};

/// The most messages in one answer: more than a hall leaves waiting, few enough for one answer.
const MAX_MESSAGES: usize = 10_000;

/// The answer.
#[derive(Debug, Serialize)]
pub(crate) struct Page {
    messages: Vec<MessageView>,
    lang_codes: Vec<String>,
    stats: Stats,
}

/// `GET /channel/{channel}/queue/messages.json?lang=&type=`
pub(crate) async fn messages<P: Platform>(
    extract::State(state): extract::State<State<P>>,
    caller: Caller,
    Path(channel): Path<String>,
    Query(parameters): Query<Parameters>,
) -> Result<Json<Page>> {
    let access = caller.member(&state.platform, &channel, Permission::Moderate).await?;
    let query = parameters.check()?;
    let database = state.platform.database();
    let key = access.channel.key;
    let page = queue::page(database, key, None, &query.filter, MAX_MESSAGES, access.now).await?;
    let label = &access.channel.settings.anonymous_label;
    Ok(Json(Page {
        lang_codes: queue::languages(database, key).await?,
        stats: page.stats.into(),
        messages: page.messages.into_iter().map(|queued| MessageView::new(queued, label)).collect(),
    }))
}
