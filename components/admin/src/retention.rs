//! Forgetting: what is too old, and who asks for it.

use access::Caller;
use axum::{extract::State, response::Response};
use http::StatusCode;
use maud::html;
use moderation::{CentralId, normalise};
use platform::{
    Platform,
    clock::{Clock as _, Millis},
    http::{Input, Problem, Result, wants_html},
};
use serde::{Deserialize, Serialize};
use store::{
    audit::Change,
    chores::{self, Task},
    forgetting::{self, Whom},
};

use crate::{
    fields::MaybeNumber,
    page::{Page, changed, csrf, json},
};

/// How many bits of the work are done before the answer; the rest follows whenever somebody has a moment.
const BITS: usize = 20;

const DAY_MS: Millis = 24 * 60 * 60 * 1000;

/// The most days of a purge by hand: ten years.
const MOST_DAYS: i64 = 3_650;

/// Work that is under way.
#[derive(Debug, Serialize)]
struct ChoreView {
    task: &'static str,
    /// How many rows have been dealt with.
    done: i64,
}

/// How long things are kept, and what is being forgotten.
#[derive(Debug, Serialize)]
struct Retention {
    retention_days: u32,
    open: Vec<ChoreView>,
}

fn task_word(task: &Task) -> &'static str {
    match task {
        Task::Delete(_) => "delete",
        Task::Nightly => "nightly",
        Task::Purge(_) => "purge",
        Task::Forget(_) => "forget",
    }
}

/// `GET /admin/retention`
pub(crate) async fn show<P: Platform>(State(platform): State<P>, caller: Caller) -> Result<Response> {
    let signed_in = caller.superadmin(&platform).await?;
    let days = signed_in.settings.retention_days;
    let open = chores::open(platform.database(), platform.clock().now()).await?;
    let open: Vec<ChoreView> =
        open.iter().map(|chore| ChoreView { task: task_word(&chore.task), done: chore.done }).collect();
    if !wants_html(caller.headers()) {
        return Ok(json(StatusCode::OK, Retention { retention_days: days, open }));
    }
    let content = html! {
        p {
            "Each night, messages older than " strong { (days) " days" } " lose their text, and the name and ids of \
            who sent them. Counts, and who decided what and when, stay."
        }
        @if !open.is_empty() {
            p role="status" {
                "Under way: "
                @for chore in &open { (chore.task) " (" (chore.done) " so far) " }
            }
        }
        h2 { "Forget old messages now" }
        form.fields method="post" action="/admin/retention/purge" {
            (csrf(&signed_in))
            label for="days" { "Older than so many days" }
            input #days name="days" type="number" min="0" max=(MOST_DAYS) value=(days) required;
            p { button.act { "Forget them" } }
        }
        h2 { "Forget somebody" }
        p {
            "When somebody asks for it: their messages in all channels lose their text, name and ids. Trust ends; a ban \
            stays, without the name where it has an id."
        }
        form.fields method="post" action="/admin/retention/forget" {
            (csrf(&signed_in))
            label for="centralauth_id" { "Central id" }
            input #centralauth_id name="centralauth_id" inputmode="numeric" pattern="[0-9]*" autocomplete="off";
            label for="screen_name" { "Or the name they used" }
            input #screen_name name="screen_name" maxlength="255" autocomplete="off" dir="auto"
                aria-describedby="name-help";
            p.soft #name-help { "All who used this name, as anybody can." }
            p { button.act { "Forget them" } }
        }
    };
    let links = [("/admin/".to_owned(), "Administration")];
    let page = Page {
        signed_in: &signed_in,
        title: "Forgetting",
        links: &links,
        script: "admin.js",
        may_ask: "",
        content,
    };
    Ok(page.respond(StatusCode::OK))
}

/// The answer to what begins; the rest follows by itself where it is not `finished`.
#[derive(Debug, Serialize)]
struct Begun {
    ok: bool,
    finished: bool,
}

async fn work<P: Platform>(platform: &P, days: u32, is_it: impl Fn(&Task) -> bool) -> Result<Begun> {
    let database = platform.database();
    for _ in 0..BITS {
        if !chores::lend_a_hand(database, platform.clock().now(), days).await? {
            break;
        }
    }
    let open = chores::open(database, platform.clock().now()).await?;
    Ok(Begun { ok: true, finished: !open.iter().any(|chore| is_it(&chore.task)) })
}

/// The body of [`purge`].
#[derive(Debug, Deserialize)]
struct Age {
    #[serde(default)]
    days: MaybeNumber,
}

/// `POST /admin/retention/purge` with `days` (as configured unless given): forgets what is older.
pub(crate) async fn purge<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    input: Input,
) -> Result<Response> {
    let signed_in = caller.superadmin(&platform).await?;
    caller.check_csrf(&signed_in, &input)?;
    let Age { days: MaybeNumber(days) } = input.parse()?;
    let usual = signed_in.settings.retention_days;
    let days = days.unwrap_or(i64::from(usual));
    let days = u32::try_from(days)
        .ok()
        .filter(|days| i64::from(*days) <= MOST_DAYS)
        .ok_or_else(|| Problem::bad_request(format!("days must be from 0 to {MOST_DAYS}.")))?;
    let now = platform.clock().now();
    let before = now - i64::from(days) * DAY_MS;
    let change = Change { by: signed_in.person(), now };
    forgetting::purge(platform.database(), before, days, change).await?;
    let begun = work(&platform, usual, |task| *task == Task::Purge(before)).await?;
    changed(&caller, "/admin/retention", begun)
}

/// The body of [`forget`].
#[derive(Debug, Deserialize)]
struct Sender {
    #[serde(default)]
    centralauth_id: MaybeNumber,
    #[serde(default)]
    screen_name: String,
}

/// `POST /admin/retention/forget` with `centralauth_id` or `screen_name`: forgets what they sent, in all channels.
pub(crate) async fn forget<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    input: Input,
) -> Result<Response> {
    let signed_in = caller.superadmin(&platform).await?;
    caller.check_csrf(&signed_in, &input)?;
    let Sender { centralauth_id: MaybeNumber(central_id), screen_name } = input.parse()?;
    let name = normalise(&screen_name);
    let whom = match central_id.map(CentralId::try_from).transpose() {
        Err(error) => return Err(Problem::bad_request(format!("centralauth_id: {error}."))),
        Ok(Some(_)) if !name.is_empty() => {
            return Err(Problem::bad_request("Give centralauth_id or screen_name, not both."));
        }
        Ok(Some(id)) => Whom::CentralId(id.get()),
        Ok(None) if name.is_empty() => {
            return Err(Problem::bad_request("Give centralauth_id or screen_name: who is to be forgotten?"));
        }
        Ok(None) if screen_name.chars().count() > 255 => {
            return Err(Problem::bad_request("screen_name must be at most 255 characters."));
        }
        Ok(None) => Whom::Name(name),
    };
    let change = Change { by: signed_in.person(), now: platform.clock().now() };
    forgetting::forget(platform.database(), &whom, change).await?;
    let days = signed_in.settings.retention_days;
    let begun = work(&platform, days, |task| *task == Task::Forget(whom.clone())).await?;
    changed(&caller, "/admin/retention", begun)
}
