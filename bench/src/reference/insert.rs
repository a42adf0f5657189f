//! The handler of server (b).

use std::{path::Path, sync::Arc};

use anyhow::{Result, anyhow};
use axum::{Json, Router, body::Bytes, extract::State, routing::post};
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::{
    INSERT_TARGET,
    writer::{Record, Writer},
};
use crate::clock;

/// What the handler needs.
#[derive(Clone)]
struct Insert {
    /// The key is hashed once, not with each event.
    key: Hmac<Sha256>,
    writer: Arc<Writer>,
}

/// The fields of an event that are stored.
#[derive(Debug, Deserialize)]
struct Event {
    message_id: i64,
    timestamp: String,
    screen_name: String,
    sender_id: Option<String>,
    centralauth_id: Option<i64>,
    message: String,
    message_type: String,
    profile_img: Option<String>,
    user_language: Option<String>,
}

#[derive(Debug, Serialize)]
struct Received {
    ok: bool,
}

/// The server's one route.
pub(super) fn router(database: &Path, secret: &str) -> Result<Router> {
    let key = Hmac::new_from_slice(secret.as_bytes()).map_err(|_| anyhow!("the secret cannot be a key"))?;
    let state = Insert { key, writer: Arc::new(Writer::start(database)?) };
    Ok(Router::new().route(INSERT_TARGET, post(receive)).with_state(state))
}

async fn receive(
    State(state): State<Insert>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Received>, StatusCode> {
    let given =
        headers.get("x-eventyay-signature").and_then(|value| value.as_bytes().strip_prefix(b"sha256="));
    let mut signature = [0; 32];
    given
        .and_then(|digits| hex::decode_to_slice(digits, &mut signature).ok())
        .ok_or(StatusCode::FORBIDDEN)?;
    let mut mac = state.key.clone();
    mac.update(&body);
    mac.verify_slice(&signature).map_err(|_| StatusCode::FORBIDDEN)?;
    let event: Event = match serde_json::from_slice(&body) {
        Ok(event) => event,
        // Half an emoji, which is no Unicode text: the product mends it, here it is left out.
        Err(_) => serde_json::from_str(&String::from_utf8_lossy(&body).replace("\\ud83d\"", "\""))
            .map_err(|_| StatusCode::BAD_REQUEST)?,
    };
    let record = Record {
        message_id: event.message_id,
        sent_at: event.timestamp,
        screen_name: event.screen_name,
        sender_id: event.sender_id,
        central_id: event.centralauth_id,
        message: event.message,
        kind: event.message_type,
        profile_img: event.profile_img,
        language: event.user_language,
        arrived_at: clock::unix_millis(),
    };
    state.writer.store(record).await.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    Ok(Json(Received { ok: true }))
}
