//! One look at the database for all who wait for the same.
//!
//! Streams of one channel and filter wake together and, after the first delta, stand at the same revision. So
//! the first to ask computes what changed, and the others take the same bytes.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use platform::{clock::Millis, database::Database, http::events};
use store::{
    ChannelKey,
    queue::{self, Filter},
};

use crate::view::DeltaView;

/// How many combinations of channel and filter are kept.
const MAX_KEPT: usize = 256;

type Slot = Arc<async_lock::Mutex<Option<Frame>>>;

/// The newest delta of each channel and filter.
#[derive(Debug, Default)]
pub(crate) struct Live(Mutex<HashMap<(ChannelKey, Filter), Slot>>);

/// A delta as an event of the stream.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    from: i64,
    /// The revision that whoever applies it stands at.
    pub(crate) to: i64,
    pub(crate) bytes: Bytes,
}

/// What a stream is about.
#[derive(Debug, Clone)]
pub(crate) struct Subject {
    pub(crate) channel: ChannelKey,
    pub(crate) filter: Filter,
    pub(crate) anonymous_label: String,
    pub(crate) limit: usize,
}

/// Why there is no delta; it has been logged.
#[derive(Debug)]
pub(crate) struct Failed;

impl Live {
    /// What changed after `since`; `None` if nothing did.
    pub(crate) async fn after<D: Database>(
        &self,
        database: &D,
        subject: &Subject,
        since: i64,
        now: Millis,
    ) -> Result<Option<Frame>, Failed> {
        let slot = self.slot(subject);
        let mut kept = slot.lock().await;
        // A delta from before `since` holds all that is wanted, and what is known already does no harm.
        if let Some(frame) = kept.as_ref()
            && frame.from <= since
            && since < frame.to
        {
            return Ok(Some(frame.clone()));
        }
        let frame = read(database, subject, Some(since), now).await?;
        if frame.to == since {
            return Ok(None);
        }
        *kept = Some(frame.clone());
        Ok(Some(frame))
    }

    fn slot(&self, subject: &Subject) -> Slot {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (subject.channel, subject.filter.clone());
        if slots.len() >= MAX_KEPT && !slots.contains_key(&key) {
            slots.clear();
        }
        Arc::clone(slots.entry(key).or_default())
    }
}

/// Reads what changed after `since`, or the newest page.
pub(crate) async fn read<D: Database>(
    database: &D,
    subject: &Subject,
    since: Option<i64>,
    now: Millis,
) -> Result<Frame, Failed> {
    let delta = queue::delta(database, subject.channel, since, &subject.filter, subject.limit, now)
        .await
        .map_err(|error| tracing::error!(%error, "a stream of the queue failed"));
    let delta = delta.map_err(|()| Failed)?;
    let to = delta.revision;
    let from = if delta.reset { i64::MIN } else { since.unwrap_or(i64::MIN) };
    let view = DeltaView::new(delta, &subject.anonymous_label);
    let data = serde_json::to_string(&view)
        .map_err(|error| tracing::error!(%error, "a delta could not be written"))
        .map_err(|()| Failed)?;
    Ok(Frame { from, to, bytes: events::event("queue", to, &data) })
}
