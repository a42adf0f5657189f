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
    clock::{Clock as _, Millis},
    database::Database,
    http::{Problem, Result, read_body},
};
use serde::{Deserialize, Serialize};
use store::{
    ChannelKey,
    health::{Event as Outcome, Refused},
    messages::{self, Kept, Start},
    rules::{self, Compiled},
};

use crate::{State, event::Event, health::Unwanted, signature::is_signed};

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
    let stamp = rules::stamp(state.platform.database(), &channel).await?.ok_or_else(unknown)?;
    let query = serde_urlencoded::from_str::<Challenge>(&raw.unwrap_or_default()).ok();
    let challenge = query.and_then(|query| query.challenge).filter(|challenge| !challenge.is_empty());
    let challenge = challenge.ok_or_else(|| Problem::bad_request("The query has no challenge."))?;
    let now = state.platform.clock().now();
    state.noted.note(state.platform.database(), stamp.channel, Outcome::Challenged, now).await;
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
    // Not later than when the message arrives by the clock of what is kept.
    let now = state.platform.clock().now();
    let taken = take(&state, &channel, |compiled, now| {
        let refused = |why| move |problem| refusal(compiled, why, problem);
        if !is_signed(&headers, &body, compiled.secrets(now)) {
            return Err(refused(Refused::Signature)(Problem::forbidden(
                "X-Eventyay-Signature is missing or does not match the body and this channel's secret.",
            )));
        }
        Event::parse(&body).and_then(Event::into_incoming).map_err(refused(Refused::Malformed))
    })
    .await;
    let outcome = match &taken {
        Ok(channel) => Some((*channel, Outcome::Accepted)),
        Err(unwanted) => unwanted.refused.map(|(channel, why)| (channel, Outcome::Refused(why))),
    };
    if let Some((channel, outcome)) = outcome {
        state.noted.note(state.platform.database(), channel, outcome, now).await;
    }
    taken.map_err(|unwanted| *unwanted.problem)?;
    Ok(Json(Received { ok: true }))
}

fn refusal(compiled: &Compiled, why: Refused, problem: Problem) -> Unwanted {
    Unwanted { problem: Box::new(problem), refused: Some((compiled.stamp.channel, why)) }
}

/// Takes the message that `read` finds, given the channel's rules (its secret is among them): screens it, and
/// stores what is to be stored. Answers whose channel's it was.
pub(crate) async fn take<P: Platform>(
    state: &State<P>,
    channel: &str,
    read: impl Fn(&Compiled, Millis) -> Result<Incoming, Unwanted> + Send + Sync,
) -> Result<ChannelKey, Unwanted> {
    let database = state.platform.database();
    let (mut compiled, mut is_present) = match state.rules.at_hand(channel, state.platform.clock().now()) {
        Some(compiled) => (compiled, false),
        None => (present(state, channel).await?, true),
    };
    for _ in 0..MAX_ROUNDS {
        let now = state.platform.clock().now();
        let judged = read(&compiled, now).and_then(|incoming| {
            let verdict = screen(&incoming, &compiled.rules, now)
                .map_err(|age| refusal(&compiled, Refused::Timestamp, refused(age)))?;
            Ok((incoming, verdict))
        });
        let stored = match &judged {
            Ok((incoming, Verdict::Keep(keep))) => {
                Some(store_message(database, &compiled, incoming, *keep, now).await?)
            }
            _ => None,
        };
        if stored == Some(Kept::Stored) {
            return Ok(compiled.stamp.channel);
        }
        // Not stored, or not to be stored: only right if the rules are the present ones.
        if !is_present || stored.is_some() {
            let present = present(state, channel).await?;
            let is_same = present.stamp == compiled.stamp;
            (compiled, is_present) = (present, true);
            if !is_same {
                continue;
            }
        }
        return match judged? {
            (incoming, Verdict::Drop(drop)) => {
                messages::count_drop(database, compiled.stamp, &incoming, drop).await?;
                Ok(compiled.stamp.channel)
            }
            // Ignored, or kept before: it was seen already.
            (_, Verdict::Ignore(_) | Verdict::Keep(_)) => Ok(compiled.stamp.channel),
        };
    }
    tracing::warn!(%channel, "the lists change faster than a message can be screened");
    Err(Problem::unavailable().into())
}

/// The present rules of a channel that takes messages, or 404.
async fn present<P: Platform>(state: &State<P>, channel: &str) -> Result<Arc<Compiled>> {
    let now = state.platform.clock().now();
    state.rules.present(state.platform.database(), channel, now).await?.ok_or_else(unknown)
}

async fn store_message<D: Database>(
    database: &D,
    compiled: &Compiled,
    incoming: &Incoming,
    keep: Keep,
    now: Millis,
) -> Result<Kept> {
    let start = match keep {
        Keep::Trusted { entry } => Start::Trusted(entry),
        Keep::Queue => Start::Queued,
        Keep::ApproveIfSymbolRecent => Start::ApprovedIfSymbolRecent,
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
