//! Requests of components to others.

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use crate::Running;

/// A server that answers one request; its port.
async fn other_server() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (mut connection, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            request.push(connection.read_u8().await.unwrap());
        }
        let answer = b"HTTP/1.1 418 Teapot\r\ncontent-length: 5\r\n\r\nshort";
        connection.write_all(answer).await.unwrap();
    });
    port
}

#[tokio::test]
async fn a_host_that_is_allowed_is_asked() {
    let port = other_server().await;
    let host = Running::start_with(&["--variable", &format!("allowed_port={port}")]).await;
    assert_eq!(host.ask(&format!("/fetch?http://127.0.0.1:{port}/x")).await, "418 short");
    // It does not listen any more.
    let gone = host.ask(&format!("/fetch?http://127.0.0.1:{port}/x")).await;
    assert!(gone.contains("Connection"), "{gone}");
}

#[tokio::test]
async fn a_host_that_is_not_allowed_is_not_asked() {
    let port = other_server().await;
    let host = Running::start().await;
    let refused = "ErrorCode::HttpRequestDenied";
    assert_eq!(host.ask(&format!("/fetch?http://127.0.0.1:{port}/x")).await, refused);
    assert_eq!(host.ask("/fetch?https://example.org/").await, refused);
    host.writes("probe: allowed_outbound_hosts does not allow https://example.org").await;
}
