//! Where a superadmin begins.

use access::Caller;
use axum::{extract::State, response::Response};
use http::StatusCode;
use maud::html;
use platform::{Platform, http::Result};

use crate::page::Page;

/// `GET /admin/`
pub(crate) async fn home<P: Platform>(State(platform): State<P>, caller: Caller) -> Result<Response> {
    let signed_in = caller.superadmin(&platform).await?;
    let content = html! {
        ul {
            li { a href="/admin/channels" { "Channels" } ": make one, connect it to Eventyay, delete it" }
            li { a href="/admin/global-blacklist" { "Banned everywhere" } }
            li { a href="/admin/audit" { "Changes" } ": who changed what" }
            li { a href="/admin/retention" { "Forgetting" } ": old messages, and people who ask for it" }
            li { a href="/admin/simulation" { "Simulation" } ": a stream of made-up messages to practise with" }
        }
    };
    let page = Page {
        signed_in: &signed_in,
        title: "Administration",
        links: &[],
        script: "admin.js",
        may_ask: "",
        content,
    };
    Ok(page.respond(StatusCode::OK))
}
