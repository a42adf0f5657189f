//! The queue as server-sent events.

use std::{sync::Arc, time::Duration};

use access::{Access, Caller};
use axum::{
    extract::{self, Path, Query},
    response::Response,
};
use bytes::Bytes;
use futures_util::{Stream, stream};
use moderation::Permission;
use platform::{
    Platform,
    clock::{Clock as _, Millis},
    http::{Problem, Result, events},
    wakeups::{Subscription, Wake, Wakeups},
};
use store::presence;

use crate::{
    State,
    live::{self, Failed, Live, Subject},
    poll::show,
    query::Parameters,
};

/// How often a quiet stream shows that it lives. Below the 15 s after which a host may call it dead.
const HEARTBEAT: Duration = Duration::from_secs(10);
/// How long changes are gathered into one event: far below what a person notices, far above what a hall's
/// busiest second would otherwise send.
const GATHER: Duration = Duration::from_millis(25);
/// How long a client waits before it connects again, in milliseconds.
const RETRY_MS: u32 = 1_000;
/// A proxy in front may end a stream after an hour; this ends it politely before.
const LONGEST_MS: Millis = 50 * 60_000;

/// `GET /api/channel/{channel}/queue/events?since=&lang=&type=&limit=`: each event is a delta, its id the revision.
/// `Last-Event-ID`, which a browser sends when it connects again, goes before `since`.
pub(crate) async fn events<P: Platform>(
    extract::State(state): extract::State<State<P>>,
    caller: Caller,
    Path(channel): Path<String>,
    Query(parameters): Query<Parameters>,
) -> Result<Response> {
    let access = caller.member(&state.platform, &channel, Permission::Moderate).await?;
    let query = parameters.check()?;
    let since = last_event_id(&caller)?.or(query.since);
    let subject = Subject {
        channel: access.channel.key,
        filter: query.filter,
        anonymous_label: access.channel.settings.anonymous_label.clone(),
        limit: query.limit,
    };
    let subscription = state.platform.wakeups().subscribe(subject.channel.topic());
    let person = access.person().clone();
    show(presence::stay(state.platform.database(), subject.channel, &person, access.now).await);
    let follower = Follower {
        live: Arc::clone(&state.live),
        ends_at: access.now + LONGEST_MS,
        checked_at: access.now,
        phase: Phase::Begin(since),
        platform: state.platform,
        subscription,
        subject,
        access,
        caller,
        channel,
    };
    Ok(events::stream(follower.frames()))
}

fn last_event_id(caller: &Caller) -> Result<Option<i64>> {
    let Some(value) = caller.headers().get("last-event-id") else { return Ok(None) };
    let id = value.to_str().ok().filter(|text| !text.is_empty()).map(str::parse).transpose();
    id.map_err(|_| Problem::bad_request("Last-Event-ID must be a revision."))
}

/// A client that follows the queue.
struct Follower<P: Platform> {
    platform: P,
    live: Arc<Live>,
    subscription: <P::Wakeups as Wakeups>::Subscription,
    subject: Subject,
    access: Access,
    caller: Caller,
    channel: String,
    checked_at: Millis,
    ends_at: Millis,
    phase: Phase,
}

/// Where a follower stands.
enum Phase {
    /// Nothing was sent; the client knows this revision.
    Begin(Option<i64>),
    /// The client stands at this revision.
    At(i64),
    /// The last frame was sent.
    End,
}

impl<P: Platform> Follower<P> {
    fn frames(self) -> impl Stream<Item = Bytes> + Send {
        stream::unfold(self, |mut follower| async move {
            let frame = follower.next().await?;
            Some((frame, follower))
        })
    }

    async fn next(&mut self) -> Option<Bytes> {
        let revision = match self.phase {
            Phase::End => return None,
            Phase::Begin(since) => return self.begin(since).await.ok(),
            Phase::At(revision) => revision,
        };
        loop {
            let wake = self.subscription.changed(revision, HEARTBEAT).await;
            let now = self.platform.clock().now();
            if wake == Wake::Closing || now >= self.ends_at {
                self.phase = Phase::End;
                return Some(events::event("closing", revision, "{}"));
            }
            self.still_welcome(now).await.ok()?;
            if wake == Wake::TimedOut {
                return Some(events::HEARTBEAT);
            }
            self.platform.clock().sleep(GATHER).await;
            let database = self.platform.database();
            if let Some(frame) = self.live.after(database, &self.subject, revision, now).await.ok()? {
                self.phase = Phase::At(frame.to);
                return Some(frame.bytes);
            }
        }
    }

    async fn begin(&mut self, since: Option<i64>) -> Result<Bytes, Failed> {
        let frame = live::read(self.platform.database(), &self.subject, since, self.access.now).await?;
        self.phase = Phase::At(frame.to);
        let mut bytes = events::retry(RETRY_MS).to_vec();
        bytes.extend_from_slice(&frame.bytes);
        Ok(bytes.into())
    }

    /// Now and then: whether this person may still see this, and that they are still here.
    async fn still_welcome(&mut self, now: Millis) -> Result<()> {
        if now - self.checked_at < presence::TOUCH_EVERY_MS {
            return Ok(());
        }
        self.checked_at = now;
        self.access = self.caller.member(&self.platform, &self.channel, Permission::Moderate).await?;
        if self.access.channel.key != self.subject.channel {
            return Err(Problem::not_found("This channel was deleted."));
        }
        self.subject.anonymous_label.clone_from(&self.access.channel.settings.anonymous_label);
        let database = self.platform.database();
        show(presence::stay(database, self.subject.channel, self.access.person(), now).await);
        Ok(())
    }
}
