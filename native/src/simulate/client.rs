//! A small HTTP/1.1 client: a few connections to one server, kept alive and used over and over.
//!
//! It exists because a load generator shares the machine with the server it loads: a general client spends
//! several times the processor time on each request.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, Uri, header};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use rustls::crypto::ring;
use tower::ServiceExt as _;

use crate::failure::{Failure, with_causes};

/// The longest answer that is read, in bytes.
const MAX_ANSWER: usize = 1024 * 1024;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum ClientError {
    #[error("no connection: {0}")]
    Connect(String),
    #[error("the connection broke off: {0}")]
    Broken(#[source] hyper::Error),
    #[error("the answer could not be read")]
    Unreadable,
}

/// A client of one server.
pub(super) struct Client {
    connector: HttpsConnector<HttpConnector>,
    uri: Uri,
    host: HeaderValue,
    /// The server's address as the user wrote it, without a slash at the end.
    url: String,
    /// What every path begins with.
    prefix: String,
    idle: Mutex<Vec<SendRequest<Full<Bytes>>>>,
}

impl Client {
    /// A client of the server at `url`; it connects when there is something to send.
    pub(super) fn new(url: &str) -> Result<Self, Failure> {
        let invalid = || {
            Failure::new(format!("{url} is not a server's address"), "write it like http://127.0.0.1:5000")
        };
        let uri: Uri = url.parse().map_err(|_| invalid())?;
        let (Some("http" | "https"), Some(authority), None) =
            (uri.scheme_str(), uri.authority(), uri.query())
        else {
            return Err(invalid());
        };
        let host = HeaderValue::from_str(authority.as_str()).map_err(|_| invalid())?;
        let mut connector = HttpConnector::new();
        connector.enforce_http(false);
        connector.set_nodelay(true);
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_webpki_roots(Arc::new(ring::default_provider()))
            .map_err(|error| Failure::new(format!("TLS cannot be set up ({error})"), "report this as a bug"))?
            .https_or_http()
            .enable_http1()
            .wrap_connector(connector);
        let prefix = uri.path().trim_end_matches('/').to_owned();
        let url = url.trim_end_matches('/').to_owned();
        Ok(Self { connector, uri, host, url, prefix, idle: Mutex::default() })
    }

    /// The server's address, without a slash at the end.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// The value of `Host`.
    pub(super) fn host(&self) -> HeaderValue {
        self.host.clone()
    }

    /// The request target for `path`.
    pub(super) fn target(&self, path: &str) -> Result<Uri, Failure> {
        format!("{}{path}", self.prefix).parse().map_err(|_| {
            Failure::new(format!("{path} cannot be asked for"), "use letters, digits, dots and dashes only")
        })
    }

    /// Fails if nobody listens at the address.
    pub(super) async fn check(&self) -> Result<(), ClientError> {
        let connection = self.connect().await?;
        self.idle().push(connection);
        Ok(())
    }

    /// Sends `request`, which names its host, and reads the whole answer.
    pub(super) async fn exchange(
        &self,
        mut request: Request<Full<Bytes>>,
    ) -> Result<Response<Bytes>, ClientError> {
        loop {
            let idle = self.idle().pop();
            let fresh = idle.is_none();
            let mut connection = match idle {
                Some(connection) => connection,
                None => self.connect().await?,
            };
            match connection.try_send_request(request).await {
                Ok(response) => {
                    let (head, body) = response.into_parts();
                    let body = Limited::new(body, MAX_ANSWER).collect().await;
                    let body = body.map_err(|_| ClientError::Unreadable)?.to_bytes();
                    if connection.ready().await.is_ok() {
                        self.idle().push(connection);
                    }
                    return Ok(Response::from_parts(head, body));
                }
                // The server closed an idle connection meanwhile, and nothing was sent: another one will do.
                Err(mut error) => match error.take_message() {
                    Some(unsent) if !fresh => request = unsent,
                    _ => return Err(ClientError::Broken(error.into_error())),
                },
            }
        }
    }

    /// A GET request for `path`, to be sent by [`exchange`](Self::exchange).
    pub(super) fn get(&self, path: &str) -> Result<Request<Full<Bytes>>, Failure> {
        let mut request = Request::new(Full::default());
        *request.uri_mut() = self.target(path)?;
        request.headers_mut().insert(header::HOST, self.host());
        Ok(request)
    }

    async fn connect(&self) -> Result<SendRequest<Full<Bytes>>, ClientError> {
        let stream = self.connector.clone().oneshot(self.uri.clone()).await;
        let stream = stream.map_err(|error| ClientError::Connect(with_causes(&*error)))?;
        let (sender, connection) = handshake(stream).await.map_err(ClientError::Broken)?;
        // How a connection ended is heard by whoever uses it next.
        tokio::spawn(async move { connection.await.unwrap_or_default() });
        Ok(sender)
    }

    fn idle(&self) -> MutexGuard<'_, Vec<SendRequest<Full<Bytes>>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("url", &self.url).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::Client;

    #[test]
    fn an_address_is_a_scheme_a_host_and_maybe_a_path() {
        let client = Client::new("http://localhost:8080/tool/").unwrap();
        assert_eq!(client.host(), "localhost:8080");
        assert_eq!(client.target("/webhook").unwrap(), "/tool/webhook");
        assert_eq!(client.url(), "http://localhost:8080/tool");
        assert_eq!(Client::new("https://tool.example").unwrap().target("/x").unwrap(), "/x");
        for url in ["", "127.0.0.1", "ftp://x", "http://x/?y", "/path"] {
            assert!(Client::new(url).unwrap_err().to_string().contains("is not a server's address"), "{url}");
        }
    }
}
