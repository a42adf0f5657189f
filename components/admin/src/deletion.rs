//! The end of a channel.

use access::Caller;
use axum::{
    extract::{Path, State},
    response::Response,
};
use http::StatusCode;
use maud::html;
use moderation::Permission;
use platform::{
    Platform,
    clock::Clock as _,
    http::{Input, Problem, Result},
};
use serde::{Deserialize, Serialize};
use store::{
    audit::Change,
    chores::{self, Task},
    deletion,
};

use crate::page::{Page, changed, csrf};

/// How many bits of the work are done before the answer; the rest follows whenever somebody has a moment.
const BITS: usize = 20;

/// `GET /admin/channels/{channel}/delete`: the page that asks for the channel's name.
pub(crate) async fn ask<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    Path(channel): Path<String>,
) -> Result<Response> {
    let access = caller.member(&platform, &channel, Permission::ManageChannels).await?;
    let title = format!("Delete {}", access.channel.settings.name);
    let state = access.channel.state;
    let messages = state.queued + state.highlighted + state.approved + state.rejected;
    let content = html! {
        p {
            "This ends the channel at once and for good, with its " (messages) " messages, its log, its lists, its \
            members and its settings. Archiving it instead keeps everything, and can be undone."
        }
        form.fields method="post" action={ "/admin/channels/" (access.channel.id) "/delete" } {
            (csrf(&access.signed_in))
            label for="id" { "To be sure, type its name in addresses: " strong { (access.channel.id) } }
            input #id name="id" required autocomplete="off" autocapitalize="none" spellcheck="false";
            p { button.act { "Delete it for good" } }
        }
    };
    let links = [
        ("/admin/channels".to_owned(), "All channels"),
        (format!("/channel/{}/settings", access.channel.id), "Settings"),
    ];
    let page = Page {
        signed_in: &access.signed_in,
        title: &title,
        links: &links,
        script: "admin.js",
        may_ask: "",
        content,
    };
    Ok(page.respond(StatusCode::OK))
}

/// The body of [`delete`].
#[derive(Debug, Deserialize)]
struct Confirmation {
    #[serde(default)]
    id: String,
}

/// The answer to [`delete`]. The channel is gone; `finished` says whether all that it held is, too.
#[derive(Debug, Serialize)]
struct Deleted {
    ok: bool,
    finished: bool,
}

/// `POST /admin/channels/{channel}/delete` with `id`, its name once more.
pub(crate) async fn delete<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    Path(channel): Path<String>,
    input: Input,
) -> Result<Response> {
    let access = caller.changing_member(&platform, &channel, Permission::ManageChannels, &input).await?;
    let confirmation: Confirmation = input.parse()?;
    if confirmation.id != access.channel.id.as_str() {
        return Err(Problem::bad_request(format!(
            "id must be the channel's name in addresses, {}. Nothing was deleted.",
            access.channel.id
        )));
    }
    let database = platform.database();
    let change = Change { by: access.person(), now: access.now };
    if !deletion::delete(database, &access.channel, change).await? {
        return Err(Problem::not_found("There is no channel of this name."));
    }
    tracing::info!(%channel, by = access.person().central_id, "a channel was deleted");
    let days = access.signed_in.settings.retention_days;
    for _ in 0..BITS {
        if !chores::lend_a_hand(database, platform.clock().now(), days).await? {
            break;
        }
    }
    let open = chores::open(database, platform.clock().now()).await?;
    let finished = open.iter().all(|chore| chore.task != Task::Delete(access.channel.key));
    changed(&caller, "/admin/channels", Deleted { ok: true, finished })
}
