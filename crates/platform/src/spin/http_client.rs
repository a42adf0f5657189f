//! The HTTP client port over `wasi:http`.

use std::{pin::pin, time::Duration};

use bytes::{Bytes, BytesMut};
use futures_util::future::{Either, select};
use http_body_util::{BodyExt as _, Full};
use spin_sdk::{http::send, wasip3::http::types::ErrorCode};

use crate::http_client::{HttpClient, HttpError, MAX_ANSWER};

/// Asks other servers: those that the manifest allows.
#[derive(Debug, Clone, Copy, Default)]
pub struct SpinHttpClient;

impl HttpClient for SpinHttpClient {
    async fn send(
        &self,
        request: http::Request<Bytes>,
        limit: Duration,
    ) -> Result<http::Response<Bytes>, HttpError> {
        let answer = pin!(ask(request));
        match select(answer, pin!(spin_sdk::time::sleep(limit))).await {
            Either::Left((answer, _)) => answer,
            Either::Right(((), _)) => Err(HttpError::TimedOut(limit)),
        }
    }
}

async fn ask(mut request: http::Request<Bytes>) -> Result<http::Response<Bytes>, HttpError> {
    // Wikimedia asks every client for a name and a way to reach whoever runs it.
    request.headers_mut().entry(http::header::USER_AGENT).or_insert(USER_AGENT);
    let (parts, mut body) = send(request.map(Full::new)).await.map_err(|error| failed(&error))?.into_parts();
    let mut whole = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|error| failed(&error))?.into_data() else { continue };
        if whole.len() + data.len() > MAX_ANSWER {
            return Err(HttpError::TooLarge(MAX_ANSWER));
        }
        whole.extend_from_slice(&data);
    }
    Ok(http::Response::from_parts(parts, whole.freeze()))
}

const USER_AGENT: http::HeaderValue =
    http::HeaderValue::from_static(concat!("chatstream/", env!("CARGO_PKG_VERSION"), " (Spin)"));

fn failed(error: &ErrorCode) -> HttpError {
    HttpError::Failed(error.to_string())
}
