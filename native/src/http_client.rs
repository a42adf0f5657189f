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

#[cfg(test)]
mod tests {
    use std::{
        io::{Read as _, Write as _},
        net::{SocketAddr, TcpListener},
        thread,
        time::Duration,
    };

    use bytes::Bytes;
    use http::Request;
    use platform::http_client::{HttpClient as _, HttpError, MAX_ANSWER};

    use super::{NativeHttpClient, NativeHttpClientError};

    const LIMIT: Duration = Duration::from_secs(20);

    /// A server that reads one request, up to the end of its headers, answers it with `answer` and says what it read.
    fn server(answer: Vec<u8>) -> (SocketAddr, thread::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let served = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = Vec::new();
            let mut byte = [0];
            while !request.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap() == 1 {
                request.push(byte[0]);
            }
            // A client that has read enough closes the connection.
            drop(stream.write_all(&answer));
            String::from_utf8(request).unwrap()
        });
        (address, served)
    }

    fn client() -> NativeHttpClient {
        NativeHttpClient::new("chatstream/test").unwrap()
    }

    fn get(address: SocketAddr) -> Request<Bytes> {
        Request::get(format!("http://{address}/api?a=%20b")).body(Bytes::new()).unwrap()
    }

    #[tokio::test]
    async fn answers_come_back_whatever_their_status_and_redirects_are_not_followed() {
        let answer = b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 5\r\n\r\nhello";
        let (address, served) = server(answer.to_vec());
        let response = client().send(get(address), LIMIT).await.unwrap();
        assert_eq!(response.status(), 302);
        assert_eq!(response.headers()["location"], "http://127.0.0.1:1/");
        assert_eq!(response.body(), "hello");
        let request = served.join().unwrap();
        assert!(request.starts_with("GET /api?a=%20b HTTP/1.1\r\n"), "{request}");
        assert!(request.contains("user-agent: chatstream/test\r\n"), "{request}");
        assert!(request.contains(&format!("host: {address}\r\n")), "{request}");
    }

    #[tokio::test]
    async fn an_answer_that_is_too_large_is_not_read_to_its_end() {
        let mut answer = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
        answer.resize(answer.len() + MAX_ANSWER + 1, b'x');
        let (address, served) = server(answer);
        let error = client().send(get(address), LIMIT).await.unwrap_err();
        assert!(matches!(error, HttpError::TooLarge(MAX_ANSWER)), "{error}");
        served.join().unwrap();
    }

    #[tokio::test]
    async fn a_server_that_does_not_answer_is_given_up() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let limit = Duration::from_millis(50);
        let error = client().send(get(listener.local_addr().unwrap()), limit).await.unwrap_err();
        assert!(matches!(error, HttpError::TimedOut(given) if given == limit), "{error}");
    }

    #[tokio::test]
    async fn a_failure_says_what_happened() {
        let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let error = client().send(get(closed), LIMIT).await.unwrap_err().to_string();
        assert!(error.contains("refused"), "{error}");

        let (address, served) = server(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf".to_vec());
        let error = client().send(get(address), LIMIT).await.unwrap_err();
        assert!(matches!(error, HttpError::Failed(_)), "{error}");
        served.join().unwrap();
    }

    #[test]
    fn a_user_agent_has_to_fit_into_a_header() {
        let error = NativeHttpClient::new("two\nlines").unwrap_err();
        assert!(matches!(error, NativeHttpClientError::UserAgent(_)), "{error}");
    }
}
