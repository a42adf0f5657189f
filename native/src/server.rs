//! Speaking HTTP.

mod body;
mod panics;

use std::{convert::Infallible, future::Future, io::ErrorKind, time::Duration};

use axum::{Router, body::Body, middleware};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
};
use platform::Platform;
use tokio::net::{TcpListener, TcpStream};
use tower::Service as _;

use self::body::TimedBody;

/// How long a connection may stay without a complete request head, whether it is idle or slow. Longer than
/// the minute for which proxies usually keep idle connections: were this side the first to close, a message
/// could be on its way into a connection that is just ending, and its sender does not try again.
const HEAD_TIMEOUT: Duration = Duration::from_secs(75);

/// How long a request's body may take altogether.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// A timer that is always set, for the runtime's sake. Where none is, each request's first timer (that of the next
/// head) interrupts a thread that sleeps until something arrives: with few connections, that was once per request.
const HEARTBEAT: Duration = Duration::from_secs(10);

/// The largest request head, and the most that waits to be written to a slow reader, in bytes. OAuth codes
/// alone can be over 4 KB long.
const BUFFER: usize = 64 * 1024;

/// How long to wait when no connection can be accepted, as when all file descriptors are in use.
const PAUSE: Duration = Duration::from_millis(200);

/// What the components serve, with all that every answer gets.
pub fn router<P: Platform>(platform: &P) -> Router {
    let components = Router::new()
        .merge(chatstream_webhook::router(platform.clone()))
        .merge(chatstream_queue::router(platform.clone()))
        .merge(chatstream_decisions::router(platform.clone()))
        .merge(chatstream_rss::router(platform.clone()))
        .merge(chatstream_site::router(platform.clone()))
        .merge(chatstream_oauth::router(platform.clone()))
        .merge(chatstream_admin::router(platform.clone()));
    let components = components.layer(middleware::from_fn(panics::answered));
    platform::http::finish(components, platform.config().clone())
}

/// Connections that are being served.
#[derive(Debug)]
pub struct Connections {
    all: GracefulShutdown,
}

/// Serves `router` to everybody who connects to `listener`, until `stop` resolves; then nobody else can
/// connect, and the answer is what is still under way.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()> + Send,
) -> Connections {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT);
    http.max_header_size(BUFFER).max_buf_size(BUFFER);
    let all = GracefulShutdown::new();
    let mut heartbeat = tokio::time::interval(HEARTBEAT);
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = tokio::select! {
            biased;
            () = &mut stop => break,
            accepted = listener.accept() => accepted,
            _ = heartbeat.tick() => continue,
        };
        match accepted {
            Ok((stream, _)) => {
                tokio::spawn(serve_connection(http.clone(), stream, router.clone(), all.watcher()));
            }
            // The other side was gone before it was served: nothing of ours.
            Err(error) if is_of_one_connection(error.kind()) => {}
            Err(error) => {
                tracing::warn!(%error, "no connection can be accepted; trying again");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    Connections { all }
}

impl Connections {
    /// Closes idle connections, and waits up to `limit` for the others. Answers whether all were finished.
    pub async fn finish(self, limit: Duration) -> bool {
        tokio::time::timeout(limit, self.all.shutdown()).await.is_ok()
    }
}

async fn serve_connection(http: http1::Builder, stream: TcpStream, router: Router, watcher: Watcher) {
    // Without it the last part of an answer may wait for the client's acknowledgement of the one before.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection ended before it began");
        return;
    }
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let request = request.map(|body| Body::new(TimedBody::new(body, BODY_TIMEOUT)));
        let answer = router.clone().call(request);
        async move { Ok::<_, Infallible>(answer.await.unwrap_or_else(|never| match never {})) }
    });
    if let Err(error) = watcher.watch(http.serve_connection(TokioIo::new(stream), service)).await {
        tracing::debug!(%error, "a connection broke off");
    }
}

fn is_of_one_connection(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::ConnectionRefused
            | ErrorKind::ConnectionAborted
            | ErrorKind::ConnectionReset
            | ErrorKind::Interrupted
    )
}

#[cfg(test)]
mod tests;
