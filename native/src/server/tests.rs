//! Connections as clients see them.

use std::net::SocketAddr;

use axum::routing::{get, post};
use bytes::Bytes;
use platform::config::Settings;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    sync::oneshot,
};

use super::*;
use crate::configuration::NativeConfig;

/// A server, the way to stop it, and what it answers when it stops.
struct TestServer {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    served: tokio::task::JoinHandle<Connections>,
}

async fn start() -> TestServer {
    let router = Router::new()
        .route("/", get(|| async { "hello" }))
        .route("/length", post(|body: Bytes| async move { body.len().to_string() }))
        .route(
            "/slow",
            get(|| async {
                tokio::time::sleep(Duration::from_millis(300)).await;
                "done"
            }),
        )
        .route(
            "/defect",
            get(|| async {
                assert!(std::env::args().count() > 1_000_000, "a defect");
            }),
        )
        .layer(middleware::from_fn(panics::answered));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let settings = Settings::read(|_| None, Some("http://127.0.0.1:5000")).unwrap();
    let router = platform::http::finish(router, NativeConfig::new(settings));
    let served = tokio::spawn(serve(listener, router, async move { drop(stopped.await) }));
    TestServer { address, stop, served }
}

/// Sends `request` on a connection of its own and reads until `end` appears or the server closes.
async fn exchange(address: SocketAddr, request: &str, end: &str) -> (TcpStream, String) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let answer = read(&mut stream, end).await;
    (stream, answer)
}

async fn read(stream: &mut TcpStream, end: &str) -> String {
    let mut answer = String::new();
    let mut part = [0; 4096];
    while !answer.contains(end) {
        match stream.read(&mut part).await.unwrap() {
            0 => break,
            length => answer.push_str(std::str::from_utf8(&part[..length]).unwrap()),
        }
    }
    answer
}

#[tokio::test]
async fn connections_are_kept_alive() {
    let server = start().await;
    let request = "GET / HTTP/1.1\r\nhost: x\r\n\r\n";
    let (mut stream, answer) = exchange(server.address, request, "hello").await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"));
    stream.write_all(request.as_bytes()).await.unwrap();
    assert!(read(&mut stream, "hello").await.starts_with("HTTP/1.1 200 OK"));
}

#[tokio::test]
async fn long_targets_and_heads_are_taken_and_endless_ones_refused() {
    let server = start().await;
    for (length, status) in [(10_000, "200"), (40_000, "200"), (100_000, "431")] {
        let filler = "a".repeat(length / 2);
        let request = format!("GET /?code={filler} HTTP/1.1\r\nhost: x\r\ncookie: {filler}\r\n\r\n");
        let (_, answer) = exchange(server.address, &request, "\r\n").await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{length}: {answer}");
    }
}

#[tokio::test]
async fn a_defect_is_answered_and_the_connection_goes_on() {
    let server = start().await;
    let (mut stream, answer) = exchange(server.address, "GET /defect HTTP/1.1\r\nhost: x\r\n\r\n", "}").await;
    assert!(answer.starts_with("HTTP/1.1 500"), "{answer}");
    assert!(answer.contains("application/problem+json") && answer.contains("x-request-id"), "{answer}");
    stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    assert!(read(&mut stream, "hello").await.starts_with("HTTP/1.1 200 OK"));
}

#[tokio::test]
async fn stopping_closes_idle_connections_and_finishes_what_is_under_way() {
    let server = start().await;
    let (mut idle, _) = exchange(server.address, "GET / HTTP/1.1\r\nhost: x\r\n\r\n", "hello").await;
    let mut silent = TcpStream::connect(server.address).await.unwrap();
    let mut busy = TcpStream::connect(server.address).await.unwrap();
    busy.write_all(b"GET /slow HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    // Whether the request has arrived is not to be seen from here: one that is answered came after it.
    exchange(server.address, "GET / HTTP/1.1\r\nhost: x\r\n\r\n", "hello").await;
    server.stop.send(()).unwrap();
    let connections = server.served.await.unwrap();
    assert!(connections.finish(Duration::from_secs(10)).await);
    assert!(read(&mut busy, "done").await.ends_with("done"));
    assert_eq!(read(&mut idle, "never").await, "");
    assert_eq!(read(&mut silent, "never").await, "");
    assert!(TcpStream::connect(server.address).await.is_err());
}

#[tokio::test]
async fn who_does_not_finish_is_left_after_the_limit() {
    let server = start().await;
    let mut busy = TcpStream::connect(server.address).await.unwrap();
    busy.write_all(b"POST /length HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nabc").await.unwrap();
    exchange(server.address, "GET / HTTP/1.1\r\nhost: x\r\n\r\n", "hello").await;
    server.stop.send(()).unwrap();
    assert!(!server.served.await.unwrap().finish(Duration::from_millis(50)).await);
}

#[tokio::test]
async fn a_body_that_never_ends_fails() {
    use http_body_util::BodyExt as _;
    let never = http_body_util::StreamBody::new(futures_util::stream::pending::<Result<_, std::io::Error>>());
    let body: TimedBody<http_body_util::StreamBody<_>> = TimedBody::new(never, Duration::from_millis(20));
    let error = body.collect().await.map(http_body_util::Collected::<Bytes>::to_bytes).unwrap_err();
    assert!(error.to_string().contains("too long"));
}
