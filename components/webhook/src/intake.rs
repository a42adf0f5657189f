//! The two requests that Eventyay sends.

use std::sync::Arc;

use axum::{
    Json,
    body::Body,
    extract::{self, Path, RawQuery},
};
use http::HeaderMap;
use moderation::{Incoming, Keep, Refusal, Verdict, language_of, screen};
use platform::{
    Platform,
    clock::Clock as _,
    http::{Problem, Result, read_body},
};
use serde::{Deserialize, Serialize};
use store::{
    messages::{self, Kept, Start},
    rules::{self, Compiled},
};

use crate::{State, event::Event, signature::is_signed};

/// The largest event, in bytes.
pub(crate) const MAX_EVENT: usize = 64 * 1024;

/// How often a message is screened anew because the lists changed while it was under way.
const MAX_ROUNDS: usize = 8;

/// The query of [`challenge`].
#[derive(Debug, Deserialize)]
pub(crate) struct Challenge {
    challenge: Option<String>,
}

/// The answer to [`challenge`].
#[derive(Debug, Serialize)]
pub(crate) struct Challenged {
    challenge: String,
}

/// `GET /webhook/channel/{channel}?challenge=…`: says the challenge back, which proves to Eventyay that the
/// address belongs to whoever entered it. 404 for an unknown or archived channel, 400 without a challenge.
pub(crate) async fn challenge<P: Platform>(
    extract::State(state): extract::State<State<P>>,
    Path(channel): Path<String>,
    RawQuery(raw): RawQuery,
) -> Result<Json<Challenged>> {
    rules::stamp(state.platform.database(), &channel).await?.ok_or_else(unknown)?;
    let query = serde_urlencoded::from_str::<Challenge>(&raw.unwrap_or_default()).ok();
    let challenge = query.and_then(|query| query.challenge).filter(|challenge| !challenge.is_empty());
    let challenge = challenge.ok_or_else(|| Problem::bad_request("The query has no challenge."))?;
    Ok(Json(Challenged { challenge }))
}

/// The answer to an event.
#[derive(Debug, Serialize)]
pub(crate) struct Received {
    ok: bool,
}

/// `POST /webhook/channel/{channel}`: takes an event.
pub(crate) async fn receive<P: Platform>(
    extract::State(state): extract::State<State<P>>,
    Path(channel): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Received>> {
    let body = read_body(body, MAX_EVENT).await?;
    let compiled = rules_of(&state, &channel).await?;
    if !is_signed(&headers, &body, &compiled.secret) {
        return Err(Problem::forbidden(
            "X-Eventyay-Signature is missing or does not match the body and this channel's secret.",
        ));
    }
    let incoming = Event::parse(&body)?.into_incoming()?;
    take(&state, &channel, compiled, &incoming).await?;
    Ok(Json(Received { ok: true }))
}

/// The present rules of a channel that takes messages, or 404.
pub(crate) async fn rules_of<P: Platform>(state: &State<P>, channel: &str) -> Result<Arc<Compiled>> {
    state.rules.rules(state.platform.database(), channel).await?.ok_or_else(unknown)
}

/// Screens a message with `compiled` rules and stores what is to be stored.
pub(crate) async fn take<P: Platform>(
    state: &State<P>,
    channel: &str,
    mut compiled: Arc<Compiled>,
    incoming: &Incoming,
) -> Result<()> {
    for _ in 0..MAX_ROUNDS {
        if take_once(state, &compiled, incoming).await? == Kept::Stored {
            return Ok(());
        }
        // Not stored: seen before, or the lists changed between the look at them and the commit.
        let present = rules_of(state, channel).await?;
        if present.stamp == compiled.stamp {
            return Ok(());
        }
        compiled = present;
    }
    tracing::warn!(%channel, "the lists change faster than a message can be screened");
    Err(Problem::unavailable())
}

async fn take_once<P: Platform>(state: &State<P>, compiled: &Compiled, incoming: &Incoming) -> Result<Kept> {
    let database = state.platform.database();
    let now = state.platform.clock().now();
    let verdict = screen(incoming, &compiled.rules, now).map_err(refused)?;
    let start = match verdict {
        Verdict::Ignore(_) => return Ok(Kept::Stored),
        Verdict::Drop(drop) => {
            messages::count_drop(database, compiled.stamp, incoming, drop.cause()).await?;
            return Ok(Kept::Stored);
        }
        Verdict::Keep(Keep::Trusted { .. }) => Start::Approved,
        Verdict::Keep(Keep::Queue) => Start::Queued,
        Verdict::Keep(Keep::ApproveIfSymbolRecent) => Start::ApprovedIfSymbolRecent,
    };
    let language = language_of(incoming, &compiled.rules.settings);
    Ok(messages::keep(database, compiled.stamp, incoming, language.as_ref(), start, now).await?)
}

fn unknown() -> Problem {
    Problem::not_found("There is no channel of this name that takes messages.")
}

fn refused(refusal: Refusal) -> Problem {
    Problem::bad_request(format!("timestamp: {refusal}."))
}
