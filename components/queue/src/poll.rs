//! What changed since a revision, now or as soon as something does.

use std::time::Duration;

use access::Caller;
use axum::{
    Json,
    extract::{self, Path, Query},
};
use http::{HeaderName, header};
use moderation::Permission;
use platform::{
    Platform,
    clock::Clock as _,
    http::Result,
    wakeups::{Subscription as _, Wake, Wakeups as _},
};
use store::{presence, queue};

use crate::{State, query::Parameters, view::DeltaView};

/// `GET /api/channel/{channel}/queue?since=&wait=&before=&limit=&lang=&type=`
pub(crate) async fn poll<P: Platform>(
    extract::State(state): extract::State<State<P>>,
    caller: Caller,
    Path(channel): Path<String>,
    Query(parameters): Query<Parameters>,
) -> Result<([(HeaderName, &'static str); 1], Json<DeltaView>)> {
    let platform = &state.platform;
    let access = caller.member(platform, &channel, Permission::Moderate).await?;
    let query = parameters.check()?;
    let (database, key) = (platform.database(), access.channel.key);
    let label = &access.channel.settings.anonymous_label;
    let answer = |delta| Ok(([(header::CACHE_CONTROL, "no-store")], Json(DeltaView::new(delta, label))));

    if query.before.is_some() {
        let page = queue::page(database, key, query.before, &query.filter, query.limit, access.now).await?;
        return answer(page);
    }
    // Subscribe, read, wait: what commits between the read and the wait is not missed.
    let mut subscription = platform.wakeups().subscribe(key.topic());
    let deadline = access.now + i64::try_from(query.wait_seconds).unwrap_or(0) * 1000;
    let mut now = access.now;
    let mut greeted = false;
    loop {
        let delta = queue::delta(database, key, query.since, &query.filter, query.limit, now).await?;
        if !greeted {
            presence::touch(database, key, access.person(), &delta.moderators, now).await?;
            greeted = true;
        }
        let news = delta.reset || query.since != Some(delta.revision);
        let left = u64::try_from(deadline - now).unwrap_or(0);
        if news || left == 0 {
            return answer(delta);
        }
        let wake = subscription.changed(delta.revision, Duration::from_millis(left)).await;
        now = platform.clock().now();
        if wake == Wake::Closing {
            return answer(delta);
        }
    }
}
