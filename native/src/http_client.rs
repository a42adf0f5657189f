//! Requests to other servers, over hyper and rustls.
//!
//! The port sends whole requests and reads whole, small answers; this needs no more than the HTTP library that
//! the server runs on, and Mozilla's root certificates, which are built in: no OpenSSL, and nothing to install.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, header};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use platform::http_client::{HttpClient, HttpError, MAX_ANSWER};
use rustls::crypto::{CryptoProvider, ring};

/// Connections are kept this long for the next request to the same server: a sign-in takes three in a row.
const KEPT: Duration = Duration::from_secs(30);

/// The HTTP client of the native host. Clones share their connections.
#[derive(Debug, Clone)]
pub struct NativeHttpClient {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    user_agent: HeaderValue,
}

/// A client could not be made.
#[derive(Debug, thiserror::Error)]
pub enum NativeHttpClientError {
    /// The user agent is not what a header may hold.
    #[error("the user agent holds characters that a header cannot")]
    UserAgent(#[source] header::InvalidHeaderValue),
    /// The cryptography does not offer what TLS needs.
    #[error("TLS cannot be set up")]
    Tls(#[source] rustls::Error),
}

impl NativeHttpClient {
    /// A client that names itself `user_agent`, e.g. `chatstream/0.1.0 (+https://tool.example)`, unless a
    /// request says otherwise.
    pub fn new(user_agent: &str) -> Result<Self, NativeHttpClientError> {
        let user_agent = user_agent.try_into().map_err(NativeHttpClientError::UserAgent)?;
        let provider: Arc<CryptoProvider> = Arc::new(ring::default_provider());
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_webpki_roots(provider)
            .map_err(NativeHttpClientError::Tls)?
            .https_or_http()
            .enable_http1()
            .build();
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(KEPT)
            .pool_max_idle_per_host(2)
            .build(connector);
        Ok(Self { client, user_agent })
    }

    async fn exchange(&self, mut request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        request.headers_mut().entry(header::USER_AGENT).or_insert_with(|| self.user_agent.clone());
        let response = self
            .client
            .request(request.map(Full::new))
            .await
            .map_err(|error| HttpError::Failed(with_causes(&error)))?;
        let (head, body) = response.into_parts();
        let body = Limited::new(body, MAX_ANSWER).collect().await.map_err(|error| {
            if error.is::<LengthLimitError>() {
                HttpError::TooLarge(MAX_ANSWER)
            } else {
                HttpError::Failed(with_causes(&*error))
            }
        })?;
        Ok(Response::from_parts(head, body.to_bytes()))
    }
}

impl HttpClient for NativeHttpClient {
    async fn send(&self, request: Request<Bytes>, limit: Duration) -> Result<Response<Bytes>, HttpError> {
        match tokio::time::timeout(limit, self.exchange(request)).await {
            Ok(answer) => answer,
            Err(_) => Err(HttpError::TimedOut(limit)),
        }
    }
}

/// hyper says "client error (Connect)"; what a person can act upon is further down.
fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
