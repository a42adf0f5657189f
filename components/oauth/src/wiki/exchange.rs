//! From the code to the token.

use std::{
    future::Future,
    pin::Pin,
    sync::atomic::{AtomicU16, Ordering},
    time::Duration,
};

use bytes::Bytes;
use oauth2::{
    AccessToken, AsyncHttpClient, AuthorizationCode, HttpRequest, HttpResponse, PkceCodeVerifier,
    RequestTokenError, TokenResponse as _,
    basic::{BasicErrorResponse, BasicErrorResponseType},
};
use platform::http_client::{HttpClient, HttpError};

use super::Wiki;
use crate::refusals::Refusal;

/// How long one question to the wiki may take. A person waits for two of them.
pub(super) const LIMIT: Duration = Duration::from_secs(8);

/// The host's HTTP client, as the library wants it.
struct Asking<'a, H> {
    wiki: &'a Wiki<'a>,
    http: &'a H,
    /// The answer's status, which the library does not tell where it cannot read the rest; 0 without an answer.
    status: AtomicU16,
}

impl<'c, H: HttpClient> AsyncHttpClient<'c> for Asking<'_, H> {
    type Error = HttpError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        let request = self.wiki.named(request.map(Bytes::from));
        Box::pin(async move {
            let answer = self.http.send(request, LIMIT).await?;
            self.status.store(answer.status().as_u16(), Ordering::Relaxed);
            Ok(answer.map(Vec::from))
        })
    }
}

impl Wiki<'_> {
    /// The token that the wiki gives for `code`.
    pub(super) async fn exchange<H: HttpClient>(
        &self,
        http: &H,
        code: &str,
        verifier: PkceCodeVerifier,
    ) -> Result<AccessToken, Refusal> {
        let code = AuthorizationCode::new(code.to_owned());
        let request = self.client.exchange_code(code).set_pkce_verifier(verifier);
        let asking = Asking { wiki: self, http, status: AtomicU16::new(0) };
        let answer = request.request_async(&asking).await;
        let status = asking.status.load(Ordering::Relaxed);
        answer.map(|token| token.access_token().clone()).map_err(|error| refusal(error, status))
    }
}

/// Nothing of the answer itself goes into the log: it may repeat the code.
fn refusal(error: RequestTokenError<HttpError, BasicErrorResponse>, status: u16) -> Refusal {
    match error {
        RequestTokenError::Request(error) => Refusal::WikiFailed(format!("no token: {error}")),
        RequestTokenError::Parse(error, _) => {
            let place = error.path().to_string();
            Refusal::WikiFailed(format!("no token: the answer is {status}, and cannot be read at {place}"))
        }
        RequestTokenError::Other(reason) => {
            Refusal::WikiFailed(format!("no token: the answer is {status}: {reason}"))
        }
        RequestTokenError::ServerResponse(response) => match response.error() {
            // The second is what MediaWiki says of a code that it cannot decrypt.
            BasicErrorResponseType::InvalidGrant | BasicErrorResponseType::InvalidRequest => {
                Refusal::CodeRejected
            }
            BasicErrorResponseType::Extension(error) if error.contains("server_error") => {
                Refusal::WikiFailed("no token: server_error".into())
            }
            error @ (BasicErrorResponseType::InvalidClient
            | BasicErrorResponseType::InvalidScope
            | BasicErrorResponseType::UnauthorizedClient
            | BasicErrorResponseType::UnsupportedGrantType) => {
                Refusal::NotRegistered(format!("no token: {}", error.as_ref()))
            }
            BasicErrorResponseType::Extension(_) => {
                Refusal::WikiFailed("no token: an error that is not in the standard".into())
            }
        },
    }
}
