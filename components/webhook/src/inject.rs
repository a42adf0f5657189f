//! Development: a message without Eventyay.

use axum::{
    Json,
    extract::{self, Path},
};
use http::HeaderMap;
use platform::{
    Platform,
    config::Config as _,
    http::{Input, Problem, Result},
    random,
};
use serde::{Deserialize, Serialize};

use crate::{State, event::Event, intake};

/// The body of [`inject`].
#[derive(Debug, Deserialize)]
pub(crate) struct Injection {
    message: String,
    screen_name: Option<String>,
}

/// The answer to [`inject`].
#[derive(Debug, Serialize)]
pub(crate) struct Injected {
    ok: bool,
}

/// `POST /dev/inject/{channel}` with `message` and, if you like, `screen_name`: takes a text as if Eventyay had
/// sent it. 404 outside development, 403 where another site's page asks for it.
pub(crate) async fn inject<P: Platform>(
    extract::State(state): extract::State<State<P>>,
    Path(channel): Path<String>,
    headers: HeaderMap,
    input: Input,
) -> Result<Json<Injected>> {
    if !state.platform.config().settings().await?.dev_mode {
        return Err(Problem::not_found("There is nothing at this address."));
    }
    // Nobody needs to be logged in for it, so any page open in a developer's browser could else do this.
    if headers.get("sec-fetch-site").is_some_and(|site| site == "cross-site") {
        return Err(Problem::forbidden("This request came from another site."));
    }
    let injection: Injection = input.parse()?;
    let source_id = format!("injected-{}", random::token()?);
    let event = Event::text(source_id, injection.screen_name, injection.message);
    let incoming = event.into_incoming()?;
    let taken = intake::take(&state, &channel, |_, _| Ok(incoming.clone())).await;
    taken.map_err(|unwanted| *unwanted.problem)?;
    Ok(Json(Injected { ok: true }))
}
