//! What changed since a revision, now or as soon as something does.

use std::{sync::Arc, time::Duration};

use access::{Access, Caller};
use axum::{
    extract::{self, Path, Query},
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;
use http::header;
use moderation::Permission;
use platform::{
    Platform,
    clock::{Clock as _, Millis},
    database::DatabaseError,
    http::{Problem, Result},
    wakeups::{Subscription as _, Wake, Wakeups as _},
};
use store::{
    presence::{self, Present},
    queue::{self, Delta},
};

use crate::{
    State,
    query::{self, Parameters},
    quiet::{self, Quiet},
    view::DeltaView,
};

/// `GET /api/channel/{channel}/queue?since=&wait=&before=&limit=&lang=&type=`
pub(crate) async fn poll<P: Platform>(
    extract::State(state): extract::State<State<P>>,
    caller: Caller,
    Path(channel): Path<String>,
    Query(parameters): Query<Parameters>,
) -> Result<Response> {
    let platform = &state.platform;
    let query = parameters.check();
    if let Ok(query) = &query
        && let Some(nothing_new) = quiet::again(&state, &caller, &channel, query).await?
    {
        return Ok(answer(nothing_new));
    }
    let access = caller.member(platform, &channel, Permission::Moderate).await?;
    let query = query?;
    let (database, key) = (platform.database(), access.channel.key);
    if query.before.is_some() {
        let page = queue::page(database, key, query.before, &query.filter, query.limit, access.now).await?;
        return Ok(answer(render(page, &access)?));
    }
    // Subscribe, read, wait: what commits between the read and the wait is not missed.
    let mut subscription = platform.wakeups().subscribe(key.topic());
    let deadline = access.now + i64::try_from(query.wait_seconds).unwrap_or(0) * 1000;
    let mut now = access.now;
    let mut greeted = false;
    loop {
        let (present, found) = match look(&state, &access, &query, now).await? {
            Looked::News(present, body) => (present, Err(body)),
            Looked::Quiet(quiet) => (quiet.moderators.clone(), Ok(quiet)),
        };
        if !greeted {
            let touched = presence::touch(database, key, access.person(), &present, now).await;
            show(touched);
            greeted = true;
        }
        let quiet = match found {
            Ok(quiet) => quiet,
            Err(news) => return Ok(answer(news)),
        };
        let left = u64::try_from(deadline - now).unwrap_or(0);
        if left == 0 {
            return Ok(answer(quiet.body.clone()));
        }
        let wake = subscription.changed(quiet.revision, Duration::from_millis(left)).await;
        now = platform.clock().now();
        if wake == Wake::Closing {
            return Ok(answer(quiet.body.clone()));
        }
    }
}

/// Being seen by the others is not worth seeing nothing oneself, as on a disk without room.
pub(crate) fn show(touched: Result<(), DatabaseError>) {
    if let Err(error) = touched {
        tracing::warn!(%error, "who is here could not be recorded");
    }
}

/// What a look at the queue found.
enum Looked {
    /// Nothing after the client's revision.
    Quiet(Arc<Quiet>),
    /// Who is here, and the answer.
    News(Vec<Present>, Bytes),
}

async fn look<P: Platform>(
    state: &State<P>,
    access: &Access,
    query: &query::Query,
    now: Millis,
) -> Result<Looked> {
    let (key, wakeups) = (access.channel.key, state.platform.wakeups());
    if let Some(quiet) = state.quiet.get(&key, wakeups, now)
        && query.since == Some(quiet.revision)
    {
        return Ok(Looked::Quiet(quiet));
    }
    let generation = state.quiet.generation(&key, wakeups);
    let database = state.platform.database();
    let delta = queue::delta(database, key, query.since, &query.filter, query.limit, now).await?;
    let (revision, moderators) = (delta.revision, delta.moderators.clone());
    let is_quiet = !delta.reset && query.since == Some(revision);
    let body = render(delta, access)?;
    if !is_quiet {
        return Ok(Looked::News(moderators, body));
    }
    let quiet = Quiet { channel: key, revision, body, moderators };
    let quiet = state.quiet.put(key, key.topic(), quiet, generation, now);
    state.kept.put(access.channel.id.as_str(), Arc::clone(&quiet));
    Ok(Looked::Quiet(quiet))
}

fn render(delta: Delta, access: &Access) -> Result<Bytes> {
    let view = DeltaView::new(delta, &access.channel.settings.anonymous_label);
    let body = serde_json::to_vec(&view).map_err(|error| Problem::internal().caused_by(error))?;
    Ok(body.into())
}

fn answer(body: Bytes) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    (headers, body).into_response()
}
