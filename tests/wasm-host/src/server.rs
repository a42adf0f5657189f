//! Speaking HTTP/1.1.

use std::{future::Future, io::ErrorKind, net::SocketAddr, sync::Arc, time::Duration};

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::{
    rt::TokioIo,
    server::graceful::{GracefulShutdown, Watcher},
};
use tokio::net::{TcpListener, TcpStream};

use crate::application::Application;

/// How long to wait when no connection can be accepted, as when all file descriptors are in use.
const PAUSE: Duration = Duration::from_millis(200);

/// How long requests may take that are under way when the host is asked to end.
const LAST_REQUESTS: Duration = Duration::from_secs(1);

/// Serves `application` to everybody who connects to `listener`, until `stop` resolves.
pub async fn serve(
    application: Arc<Application>,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send,
) {
    let connections = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = tokio::select! {
            biased;
            () = &mut stop => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, client)) => {
                tokio::spawn(connection(Arc::clone(&application), stream, client, connections.watcher()));
            }
            Err(error) if is_of_one_connection(error.kind()) => {}
            Err(error) => {
                eprintln!("no connection can be accepted; trying again: {error}");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    drop(listener);
    // Streams of events never end by themselves.
    tokio::time::timeout(LAST_REQUESTS, connections.shutdown()).await.unwrap_or_default();
}

async fn connection(application: Arc<Application>, stream: TcpStream, client: SocketAddr, watcher: Watcher) {
    // Without it the last part of an answer may wait for the client's acknowledgement of the one before. One that is
    // gone already will be noticed by the first read.
    stream.set_nodelay(true).unwrap_or_default();
    let service = service_fn(move |request| {
        let application = Arc::clone(&application);
        async move { application.answer(request, client).await }
    });
    let served = watcher.watch(http1::Builder::new().serve_connection(TokioIo::new(stream), service)).await;
    if let Err(error) = served
        && error.is_user()
    {
        eprintln!("a connection was ended: {error:?}");
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
