//! The two feeds of a channel.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    extract::{self, Path, Query},
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use platform::{
    Platform,
    clock::{Clock as _, Millis},
    config::Config as _,
    http::{Problem, Result},
};
use serde::Deserialize;
use store::{
    ChannelKey,
    feed::{self, Stamp},
};
use subtle::ConstantTimeEq as _;

use crate::{State, conditional::Version, document};

/// How many rendered feeds are kept.
const MAX_DOCUMENTS: usize = 128;

/// The rendered feeds, each with the revision that it is of.
#[derive(Debug, Default)]
pub(crate) struct Documents(Mutex<HashMap<(ChannelKey, bool), (i64, Bytes)>>);

/// The query of a feed.
#[derive(Debug, Deserialize)]
pub(crate) struct Parameters {
    token: Option<String>,
}

/// `GET /rss/{channel}`
pub(crate) async fn all<P: Platform>(
    state: extract::State<State<P>>,
    path: Path<String>,
    query: Query<Parameters>,
    headers: HeaderMap,
) -> Result<Response> {
    answer(state, path, query, headers, false).await
}

/// `GET /rss/{channel}/highlights`
pub(crate) async fn highlights<P: Platform>(
    state: extract::State<State<P>>,
    path: Path<String>,
    query: Query<Parameters>,
    headers: HeaderMap,
) -> Result<Response> {
    answer(state, path, query, headers, true).await
}

async fn answer<P: Platform>(
    extract::State(state): extract::State<State<P>>,
    Path(channel): Path<String>,
    Query(parameters): Query<Parameters>,
    headers: HeaderMap,
    highlights_only: bool,
) -> Result<Response> {
    let now = state.platform.clock().now();
    let stamp = stamp(&state, channel, now).await?;
    check_token(&stamp, parameters.token.as_deref())?;
    let version = Version::new(tag(stamp.revision, stamp.changed_at), stamp.changed_at, now);
    let mut response = if version.is_known(&headers) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let document = document(&state, &stamp, highlights_only).await?;
        ([(header::CONTENT_TYPE, "application/rss+xml; charset=utf-8")], document).into_response()
    };
    describe(&mut response, &version, stamp.is_public);
    Ok(response)
}

/// The entity tag of a channel's feeds. Where a backup was restored, or a channel made anew under an old name, revisions
/// begin again where they were; but not at the same time.
fn tag(revision: i64, changed_at: Millis) -> String {
    format!("\"{revision}-{changed_at:x}\"")
}

/// The present version of a channel's feeds.
async fn stamp<P: Platform>(state: &State<P>, channel: String, now: Millis) -> Result<Arc<Stamp>> {
    let wakeups = state.platform.wakeups();
    if let Some(stamp) = state.stamps.get(&channel, wakeups, now) {
        return Ok(stamp);
    }
    let generation = state.stamps.generation(&channel, wakeups);
    let stamp = feed::stamp(state.platform.database(), &channel).await?;
    let stamp = stamp.ok_or_else(|| Problem::not_found("There is no channel of this name."))?;
    Ok(state.stamps.put(channel, stamp.channel.topic(), stamp, generation, now))
}

fn check_token(stamp: &Stamp, token: Option<&str>) -> Result<()> {
    let known = stamp.display_token.expose().as_bytes();
    let given = token.unwrap_or_default().as_bytes();
    if stamp.is_public || (!known.is_empty() && bool::from(known.ct_eq(given))) {
        Ok(())
    } else {
        Err(Problem::forbidden("This channel is private: its feed needs ?token= with the display token."))
    }
}

/// The rendered feed, of the stamp's revision or a newer one.
async fn document<P: Platform>(state: &State<P>, stamp: &Stamp, highlights_only: bool) -> Result<Bytes> {
    let key = (stamp.channel, highlights_only);
    if let Some((revision, document)) = state.documents.lock().get(&key)
        && *revision >= stamp.revision
    {
        return Ok(document.clone());
    }
    let feed = feed::load(state.platform.database(), stamp.channel, highlights_only).await?;
    let feed = feed.ok_or_else(|| Problem::not_found("There is no channel of this name."))?;
    let settings = state.platform.config().settings().await?;
    let document = Bytes::from(document::write(&feed, &settings.public_url, highlights_only));
    let mut documents = state.documents.lock();
    if documents.len() >= MAX_DOCUMENTS && !documents.contains_key(&key) {
        documents.clear();
    }
    documents.insert(key, (feed.revision, document.clone()));
    Ok(document)
}

impl Documents {
    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<(ChannelKey, bool), (i64, Bytes)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn describe(response: &mut Response, version: &Version, is_public: bool) {
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    };
    set(header::ETAG, &version.etag);
    if let Some(date) = version.http_date() {
        set(header::LAST_MODIFIED, &date);
    }
    // Kept by anybody, but only used after asking whether it is still the present one.
    set(header::CACHE_CONTROL, if is_public { "public, no-cache" } else { "private, no-cache" });
    // Wiki pages read feeds from the reader's browser; nothing here depends on a cookie.
    set(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revision_that_comes_again_is_another_version() {
        let before = tag(7, 1_784_628_300_123);
        assert_eq!(before, tag(7, 1_784_628_300_123));
        assert_ne!(before, tag(7, 1_784_628_300_124));
        assert_ne!(before, tag(8, 1_784_628_300_123));
    }
}
