//! Signing out.

use access::{Caller, clear_session, session_id};
use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use http::{HeaderValue, StatusCode, header};
use platform::{
    Platform,
    http::{Input, Result, wants_html},
};
use store::sessions;

use crate::development::problem;

/// `POST /logout`: ends the session. A page is sent to the start page; a program gets `{"ok": true}`.
pub(crate) async fn logout<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    input: Input,
) -> Result<Response> {
    let signed_in = caller.signed_in(&platform).await?;
    caller.check_csrf(&signed_in, &input)?;
    if let Some(id) = session_id(caller.headers(), &signed_in.settings) {
        sessions::end(platform.key_value(), id).await.map_err(problem)?;
    }
    let mut response = if wants_html(caller.headers()) {
        (StatusCode::SEE_OTHER, [(header::LOCATION, HeaderValue::from_static("/"))]).into_response()
    } else {
        axum::Json(serde_json::json!({ "ok": true })).into_response()
    };
    if let Some(cookie) = clear_session(&signed_in.settings) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
