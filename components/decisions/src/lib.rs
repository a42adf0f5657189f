//! Decisions on messages and senders, and their log. (The lists that they fill are the admin component's.)
//!
//! **Invariant:** the most restrictive decision wins, in whatever order and on however many hosts decisions
//! arrive. What takes no effect is answered 200 with `"superseded": true` and is not logged; what takes effect
//! is in the log, in the same commit.
//!
//! | route | what |
//! | --- | --- |
//! | `POST /api/channel/{channel}/message/{id}/approve`, `…/highlight`, `…/reject` | one decision |
//! | `POST …/message/{id}/reject-similar` | it and all similar queued messages |
//! | `POST …/message/{id}/undo` | the caller's own last decision on it |
//! | `POST /api/channel/{channel}/block-user`, `…/whitelist-user` | a sender, and their queued messages |
//! | `POST /api/channel/{channel}/block-similar` | a text, and the similar queued messages |
//! | `GET /api/channel/{channel}/log`, `…/log.csv` | the log |

mod decide;
mod export;
mod log;
mod senders;
mod similar;
mod undo;

use access::{Access, Caller};
use axum::{
    Router,
    routing::{get, post},
};
use moderation::Permission;
use platform::{
    Platform,
    http::{Input, Problem, Result},
};
use store::decisions::Context;

/// This component's routes.
pub fn router<P: Platform>(platform: P) -> Router {
    Router::new()
        .route("/api/channel/{channel}/message/{id}/approve", post(decide::approve::<P>))
        .route("/api/channel/{channel}/message/{id}/highlight", post(decide::highlight::<P>))
        .route("/api/channel/{channel}/message/{id}/reject", post(decide::reject::<P>))
        .route("/api/channel/{channel}/message/{id}/reject-similar", post(similar::reject_similar::<P>))
        .route("/api/channel/{channel}/message/{id}/undo", post(undo::undo::<P>))
        .route("/api/channel/{channel}/block-user", post(senders::block::<P>))
        .route("/api/channel/{channel}/whitelist-user", post(senders::trust::<P>))
        .route("/api/channel/{channel}/block-similar", post(similar::block_similar::<P>))
        .route("/api/channel/{channel}/log", get(log::log::<P>))
        .route("/api/channel/{channel}/log.csv", get(export::export::<P>))
        .with_state(platform)
}

/// The moderator who sends this change, in a channel that is in use.
async fn moderator<P: Platform>(
    platform: &P,
    caller: &Caller,
    channel: &str,
    input: &Input,
) -> Result<Access> {
    let access = caller.changing_member(platform, channel, Permission::Moderate, input).await?;
    access.check_in_use()?;
    Ok(access)
}

/// Who does it where, and when, for the store.
fn context(access: &Access) -> Context<'_> {
    Context { channel: access.channel.key, by: access.person(), now: access.now }
}

/// The number of a message in a path: what is no number is no message.
fn message_number(text: &str) -> Result<i64> {
    text.parse().ok().filter(|number| *number > 0).ok_or_else(no_message)
}

fn no_message() -> Problem {
    Problem::not_found("There is no such message in this channel.")
}

#[cfg(target_family = "wasm")]
platform::spin_component!(crate::router, store::schema::Tables);
