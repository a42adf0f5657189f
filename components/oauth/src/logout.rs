//! Signing out: here, everywhere, and somebody else.

use access::{Caller, clear_session, session_id};
use axum::{
    Json,
    extract::State,
    response::{IntoResponse as _, Response},
};
use http::header;
use moderation::CentralId;
use platform::{
    Platform,
    clock::Clock as _,
    config::Settings,
    http::{Input, Problem, Result, wants_html},
};
use serde::{Deserialize, Serialize};
use store::sessions;

use crate::enter::{problem, see_other};

/// `POST /logout`: ends the session. A page is sent to the start page; a program gets `{"ok": true}`.
pub(crate) async fn logout<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    input: Input,
) -> Result<Response> {
    let signed_in = caller.signed_in(&platform).await?;
    caller.check_csrf(&signed_in, &input)?;
    end_this(&platform, &caller, &signed_in.settings).await?;
    tracing::info!(central_id = signed_in.person().central_id, "logged out");
    left(&caller, &signed_in.settings)
}

/// `POST /logout/everywhere`: ends all sessions of whoever asks, on whatever machine.
pub(crate) async fn everywhere<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    input: Input,
) -> Result<Response> {
    let signed_in = caller.signed_in(&platform).await?;
    caller.check_csrf(&signed_in, &input)?;
    let central_id = signed_in.person().central_id;
    sessions::end_all(platform.key_value(), central_id, platform.clock().now()).await.map_err(problem)?;
    end_this(&platform, &caller, &signed_in.settings).await?;
    tracing::info!(central_id, "logged out everywhere");
    left(&caller, &signed_in.settings)
}

/// The body of [`somebody`].
#[derive(Debug, Deserialize)]
pub(crate) struct Somebody {
    centralauth_id: Id,
}

/// A number, or a form's text.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "must be a whole number")]
enum Id {
    Number(i64),
    Text(String),
}

/// The answer to a program.
#[derive(Debug, Serialize)]
pub(crate) struct Ended {
    ok: bool,
}

/// `POST /admin/sessions/end`: a superadmin ends all sessions of the person with `centralauth_id`.
pub(crate) async fn somebody<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    input: Input,
) -> Result<Json<Ended>> {
    let signed_in = caller.superadmin(&platform).await?;
    caller.check_csrf(&signed_in, &input)?;
    let central_id = match input.parse::<Somebody>()?.centralauth_id {
        Id::Number(number) => CentralId::try_from(number),
        Id::Text(text) => text.trim().parse(),
    };
    let central_id = central_id.map_err(|error| Problem::bad_request(format!("centralauth_id: {error}.")))?;
    let now = platform.clock().now();
    sessions::end_all(platform.key_value(), central_id.get(), now).await.map_err(problem)?;
    let by = signed_in.person().central_id;
    tracing::info!(central_id = central_id.get(), by, "a superadmin ended somebody's sessions");
    Ok(Json(Ended { ok: true }))
}

async fn end_this<P: Platform>(platform: &P, caller: &Caller, settings: &Settings) -> Result<()> {
    match session_id(caller.headers(), settings) {
        Some(id) => sessions::end(platform.key_value(), id).await.map_err(problem),
        None => Ok(()),
    }
}

/// The answer to whoever is logged in no more.
fn left(caller: &Caller, settings: &Settings) -> Result<Response> {
    let mut response =
        if wants_html(caller.headers()) { see_other("/")? } else { Json(Ended { ok: true }).into_response() };
    if let Some(cookie) = clear_session(settings) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
