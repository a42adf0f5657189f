//! Requests to other servers.

use std::{future::Future, time::Duration};

use bytes::Bytes;

/// Why another server's answer is not there.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// No answer within the limit.
    #[error("no answer within {0:?}")]
    TimedOut(Duration),
    /// The connection failed, or broke before the answer was complete.
    #[error("the request failed: {0}")]
    Failed(String),
    /// The answer is larger than a client of this project ever expects.
    #[error("the answer is larger than {0} bytes")]
    TooLarge(usize),
}

/// The largest answer a client reads, in bytes.
pub const MAX_ANSWER: usize = 1024 * 1024;

/// Asks other servers. Redirects are not followed.
pub trait HttpClient: Clone + Send + Sync + 'static {
    /// Sends `request` (absolute URI) and reads the whole answer, whatever its status, within `limit`.
    fn send(
        &self,
        request: http::Request<Bytes>,
        limit: Duration,
    ) -> impl Future<Output = Result<http::Response<Bytes>, HttpError>> + Send;
}
