//! The simulation: a stream of made-up messages into a channel of its own, through the real intake.
//!
//! No host needs a task in the background for it: the page asks for what is due while it is open, and hands each
//! message to the webhook as Eventyay would, with the signature that it gets with it. The secret stays here. What is
//! known of a simulation lies in the key-value store with a deadline, so that it ends by itself when nobody asks any
//! more.

mod messages;

use access::{Caller, SignedIn};
use axum::{extract::State, response::Response};
use http::StatusCode;
use maud::html;
use moderation::{ChannelId, ChannelSettings};
use platform::{
    Platform,
    clock::{Clock as _, Millis},
    http::{Input, Problem, Result, wants_html},
    key_value::KeyValue as _,
};
use serde::{Deserialize, Serialize};
use store::{
    Channel,
    audit::{self, Action, Change},
    channels::{self, CreateError},
};

use self::messages::Signed;
use crate::{
    fields::{Flag, MaybeNumber},
    page::{Page, changed, csrf, json},
};

/// The channel that the messages go to.
const CHANNEL: &str = "simulation";

/// What the state is called in the key-value store.
const KEY: &str = "simulation";

/// How many messages a minute there may be.
const RATES: std::ops::RangeInclusive<i64> = 1..=240;

/// How long a simulation goes on when nobody asks for what is due, in milliseconds.
const PATIENCE_MS: Millis = 60_000;

/// The most messages at once: who comes late does not make up for all of it.
const MOST_AT_ONCE: i64 = 20;

/// A simulation that is on.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Running {
    per_minute: i64,
    /// Until when all that was due has been handed out.
    handed_out_at: Millis,
    sent: i64,
}

impl Running {
    /// How many messages are due at `now`, and the state after them.
    fn due(self, now: Millis) -> (i64, Self) {
        let due = (now - self.handed_out_at).max(0) * self.per_minute / 60_000;
        if due > MOST_AT_ONCE {
            return (MOST_AT_ONCE, Self { handed_out_at: now, sent: self.sent + MOST_AT_ONCE, ..self });
        }
        let handed_out_at = self.handed_out_at + due * 60_000 / self.per_minute;
        (due, Self { handed_out_at, sent: self.sent + due, ..self })
    }
}

async fn running<P: Platform>(platform: &P) -> Result<Option<Running>> {
    let kept = platform.key_value().get(KEY).await?;
    Ok(kept.and_then(|kept| serde_json::from_slice(&kept).ok()))
}

async fn keep<P: Platform>(platform: &P, running: Running, now: Millis) -> Result<()> {
    let content = serde_json::to_vec(&running).map_err(|error| Problem::internal().caused_by(error))?;
    Ok(platform.key_value().set(KEY, content, now + PATIENCE_MS).await?)
}

/// How the simulation stands.
#[derive(Debug, Serialize)]
struct Simulation {
    active: bool,
    /// Messages a minute; `null` while it is off.
    per_minute: Option<i64>,
    /// How many messages were handed out since it was started.
    sent: i64,
    channel: &'static str,
}

impl From<Option<Running>> for Simulation {
    fn from(running: Option<Running>) -> Self {
        Self {
            active: running.is_some(),
            per_minute: running.map(|it| it.per_minute),
            sent: running.map_or(0, |it| it.sent),
            channel: CHANNEL,
        }
    }
}

/// `GET /admin/simulation`
pub(crate) async fn show<P: Platform>(State(platform): State<P>, caller: Caller) -> Result<Response> {
    let signed_in = caller.superadmin(&platform).await?;
    let running = running(&platform).await?;
    if !wants_html(caller.headers()) {
        return Ok(json(StatusCode::OK, Simulation::from(running)));
    }
    let rate = running.map_or(30, |running| running.per_minute);
    let content = html! {
        p { "Made-up messages for the channel " strong { (CHANNEL) } ", to practise with." }
        noscript { p.problem { "Messages come only while this page is open in a browser with JavaScript." } }
        section data-simulation[running.is_some()] data-failed="The last message was refused: " {
            @if running.is_some() {
                p role="status" { "It is on: " (rate) " messages a minute, while this page is open. " strong data-sent {} }
                form method="post" action="/admin/simulation/activate" {
                    (csrf(&signed_in))
                    input type="hidden" name="active" value="false";
                    button.act { "Stop" }
                }
            } @else { p role="status" { "It is off." } }
            p.problem role="alert" data-problem hidden {}
        }
        form.fields method="post" action="/admin/simulation/activate" {
            (csrf(&signed_in))
            input type="hidden" name="active" value="true";
            label for="per_minute" { "Messages a minute" }
            input #per_minute name="per_minute" type="number" min="1" max="240" required value=(rate);
            p { button.act.primary { @if running.is_some() { "Change the speed" } @else { "Start" } } }
        }
    };
    let mut links = vec![("/admin/".to_owned(), "Administration")];
    // The channel is made when it is first started.
    if running.is_some() {
        links.push((format!("/channel/{CHANNEL}/queue"), "Its queue"));
    }
    let page = Page {
        signed_in: &signed_in,
        title: "Simulation",
        links: &links,
        script: "admin-simulation.js",
        may_ask: "",
        content,
    };
    Ok(page.respond(StatusCode::OK))
}

/// The body of [`activate`].
#[derive(Debug, Deserialize)]
struct Wish {
    active: Flag,
    #[serde(default)]
    per_minute: MaybeNumber,
}

/// `POST /admin/simulation/activate` with `active` and, to start it or to change its speed, `per_minute` (1 to 240).
/// Makes the channel if it is not there.
pub(crate) async fn activate<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    input: Input,
) -> Result<Response> {
    let signed_in = caller.superadmin(&platform).await?;
    caller.check_csrf(&signed_in, &input)?;
    let Wish { active: Flag(active), per_minute: MaybeNumber(per_minute) } = input.parse()?;
    let now = platform.clock().now();
    let before = running(&platform).await?;
    let change = Change { by: signed_in.person(), now };
    let after = if active {
        let per_minute = per_minute
            .filter(|rate| RATES.contains(rate))
            .ok_or_else(|| Problem::bad_request("per_minute must be from 1 to 240: messages a minute."))?;
        make_channel(&platform, change).await?;
        let after =
            Running { per_minute, handed_out_at: now, sent: before.map_or(0, |running| running.sent) };
        keep(&platform, after, now).await?;
        Some(after)
    } else {
        platform.key_value().delete(KEY).await?;
        None
    };
    if active || before.is_some() {
        let detail = after.map_or("off".to_owned(), |running| format!("{} a minute", running.per_minute));
        audit::write(platform.database(), audit::SITE, change, Action::Simulation, ("", &detail)).await?;
    }
    changed(&caller, "/admin/simulation", Simulation::from(after))
}

/// Makes the channel that the messages go to, if it is not there. 409 where it is archived.
async fn make_channel<P: Platform>(platform: &P, change: Change<'_>) -> Result<()> {
    let database = platform.database();
    if channels::find(database, CHANNEL).await?.is_none() {
        let id: ChannelId =
            CHANNEL.parse().map_err(|error: moderation::InvalidId| Problem::internal().caused_by(error))?;
        let mut settings = ChannelSettings::new("Simulation");
        settings.description.push_str("Made-up messages, to practise with.");
        settings.language_detection_enabled = true;
        match channels::create(database, &id, &settings, change).await {
            Ok(()) | Err(CreateError::Taken) => {}
            Err(CreateError::Random(error)) => return Err(error.into()),
            Err(CreateError::Database(error)) => return Err(error.into()),
        }
    }
    in_use(platform).await.map(drop)
}

/// The channel that the messages go to, if it is there. 409 where it is archived.
async fn in_use<P: Platform>(platform: &P) -> Result<Option<Channel>> {
    let found = channels::find(platform.database(), CHANNEL).await?;
    if found.as_ref().is_some_and(Channel::is_archived) {
        return Err(Problem::conflict("The channel “simulation” is archived: take it back into use first."));
    }
    Ok(found)
}

/// What is due, each to be posted to `webhook` by whoever asked.
#[derive(Debug, Serialize)]
struct Due {
    #[serde(flatten)]
    simulation: Simulation,
    webhook: String,
    messages: Vec<Signed>,
}

/// `POST /admin/simulation/inject`: the messages that are due by now, signed. Who asks posts them to the webhook.
pub(crate) async fn inject<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    input: Input,
) -> Result<Response> {
    let signed_in: SignedIn = caller.superadmin(&platform).await?;
    caller.check_csrf(&signed_in, &input)?;
    let now = platform.clock().now();
    let webhook = format!("/webhook/channel/{CHANNEL}");
    let Some(before) = running(&platform).await? else {
        return Ok(json(StatusCode::OK, Due { simulation: None.into(), webhook, messages: Vec::new() }));
    };
    // Deleted meanwhile: that ends it, rather than having it made again.
    let Some(channel) = in_use(&platform).await? else {
        platform.key_value().delete(KEY).await?;
        return Ok(json(StatusCode::OK, Due { simulation: None.into(), webhook, messages: Vec::new() }));
    };
    let (count, after) = before.due(now);
    keep(&platform, after, now).await?;
    let messages =
        (0..count).map(|_| messages::signed(&channel.webhook_secret, now)).collect::<Result<Vec<_>>>()?;
    Ok(json(StatusCode::OK, Due { simulation: Some(after).into(), webhook, messages }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_due_adds_up_to_the_rate() {
        for per_minute in [1, 7, 30, 240] {
            let mut state = Running { per_minute, handed_out_at: 0, sent: 0 };
            for second in 1..=600 {
                state = state.due(second * 1_000).1;
            }
            assert!(
                (per_minute * 10 - 1..=per_minute * 10 + 5).contains(&state.sent),
                "{per_minute}: {}",
                state.sent
            );
        }
    }

    #[test]
    fn who_comes_late_does_not_make_up_for_it() {
        let state = Running { per_minute: 240, handed_out_at: 0, sent: 0 };
        let (count, after) = state.due(3_600_000);
        assert_eq!((count, after.due(3_600_000).0), (MOST_AT_ONCE, 0));
        assert_eq!(state.due(-5).0, 0, "a clock that was set back");
    }
}
