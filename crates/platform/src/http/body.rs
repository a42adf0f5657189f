//! Bodies, bounded while they are read, as a form or as JSON.

use axum::{
    body::Body,
    extract::{FromRequest, Request},
};
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode, header};
use http_body_util::BodyExt as _;
use serde::de::DeserializeOwned;

use super::Problem;

/// The largest form or JSON body that a person's browser sends, in bytes.
pub const MAX_INPUT: usize = 64 * 1024;

/// How much of a too large body is still read and thrown away, so that a client that writes all before
/// it reads gets to see the answer.
const POLITE_REST: usize = 256 * 1024;

/// Reads at most `limit` bytes of `body`: 413 as soon as there are more, 400 if it breaks off.
pub async fn read_body(body: Body, limit: usize) -> super::Result<Bytes> {
    let mut body = body;
    let mut whole: Option<Bytes> = None;
    let mut parts = BytesMut::new();
    let mut read = 0_usize;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Problem::bad_request("The request's body broke off."))?;
        let Ok(data) = frame.into_data() else { continue };
        read = read.saturating_add(data.len());
        if read > limit {
            if read > limit.saturating_add(POLITE_REST) {
                break;
            }
            continue;
        }
        // Nearly every body comes in one piece: then nothing is copied.
        match whole.take() {
            None if parts.is_empty() => whole = Some(data),
            None => parts.extend_from_slice(&data),
            Some(first) => {
                parts.extend_from_slice(&first);
                parts.extend_from_slice(&data);
            }
        }
    }
    if read > limit {
        return Err(Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("The request's body is larger than {limit} bytes."),
        ));
    }
    Ok(whole.unwrap_or_else(|| parts.freeze()))
}

/// What a person's browser sent: a form or JSON, of any fields.
#[derive(Debug)]
pub struct Input {
    kind: Kind,
    body: Bytes,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Form,
    Json,
}

impl Input {
    /// The fields as `T`; 400 says which one is wrong.
    pub fn parse<T: DeserializeOwned>(&self) -> super::Result<T> {
        match self.kind {
            Kind::Form => serde_urlencoded::from_bytes(&self.body)
                .map_err(|error| Problem::bad_request(format!("The form is not right: {error}."))),
            Kind::Json => {
                let json: &[u8] = if self.body.is_empty() { b"{}" } else { &self.body };
                // A list would be taken for the fields in the order of their declaration.
                if json.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
                    return Err(Problem::bad_request("The JSON must be an object."));
                }
                serde_json::from_slice(json)
                    .map_err(|error| Problem::bad_request(format!("The JSON is not right: {error}.")))
            }
        }
    }

    /// The field `csrf_token`, where a form (or a JSON object) has one.
    #[must_use]
    pub fn csrf_token(&self) -> Option<String> {
        #[derive(serde::Deserialize)]
        struct Token {
            csrf_token: Option<String>,
        }
        self.parse::<Token>().ok()?.csrf_token
    }
}

impl<S: Send + Sync> FromRequest<S> for Input {
    type Rejection = Problem;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Problem> {
        let kind = kind_of(request.headers())?;
        let body = read_body(request.into_body(), MAX_INPUT).await?;
        Ok(Self { kind: kind.unwrap_or(Kind::Form), body })
    }
}

/// Which kind of body the headers announce; `None` where there is none, as with a POST that says it all
/// in its path.
fn kind_of(headers: &HeaderMap) -> super::Result<Option<Kind>> {
    let Some(content_type) = headers.get(header::CONTENT_TYPE) else {
        return if is_empty(headers) { Ok(None) } else { Err(unsupported()) };
    };
    let essence = content_type.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
    match essence.trim().to_ascii_lowercase().as_str() {
        "application/x-www-form-urlencoded" => Ok(Some(Kind::Form)),
        "application/json" => Ok(Some(Kind::Json)),
        _ => Err(unsupported()),
    }
}

fn is_empty(headers: &HeaderMap) -> bool {
    !headers.contains_key(header::TRANSFER_ENCODING)
        && headers.get(header::CONTENT_LENGTH).is_none_or(|length| length == "0")
}

fn unsupported() -> Problem {
    Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "Please send application/json or application/x-www-form-urlencoded.",
    )
}
