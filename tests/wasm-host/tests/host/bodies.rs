//! Bodies that flow.

use http::Request;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::{Running, running::within};

#[tokio::test]
async fn a_large_body_arrives_whole() {
    let host = Running::start().await;
    let request = Request::post(host.url("/count")).body(vec![b'x'; 3 << 20].into()).unwrap();
    assert_eq!(host.send(request).await.text().await, (3 << 20).to_string());
}

#[tokio::test]
async fn both_directions_flow_at_once() {
    let host = Running::start().await;
    let mut connection = TcpStream::connect(host.address()).await.unwrap();
    let head = "POST /echo HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n5\r\nfirst\r\n";
    connection.write_all(head.as_bytes()).await.unwrap();
    read_until(&mut connection, "first").await;
    // Only now, so that the answer cannot have waited for the end of the request.
    connection.write_all(b"6\r\nsecond\r\n0\r\n\r\n").await.unwrap();
    read_until(&mut connection, "second").await;
    read_until(&mut connection, "0\r\n\r\n").await;
}

async fn read_until(connection: &mut TcpStream, text: &str) {
    let mut read = Vec::new();
    while !String::from_utf8_lossy(&read).contains(text) {
        let byte = within(connection.read_u8()).await;
        read.push(byte.unwrap_or_else(|_| panic!("it ended with {:?}", String::from_utf8_lossy(&read))));
    }
}

#[tokio::test]
async fn a_stream_comes_piece_by_piece_and_ends_when_nobody_listens() {
    let host = Running::start().await;
    let mut answer = host.get("/ticks").await;
    let mut pieces = Vec::new();
    while pieces.len() < 3 {
        pieces.push(answer.chunk().await.expect("an endless stream"));
    }
    assert_eq!(pieces, ["tick 0\n", "tick 1\n", "tick 2\n"]);
    assert!(!host.log().contains("stopped"));
    drop(answer);
    host.writes("probe: the ticks have stopped").await;
}

#[tokio::test]
async fn streams_do_not_keep_others_waiting() {
    let host = Running::start().await;
    let mut streams = Vec::new();
    for _ in 0..40 {
        streams.push(host.get("/ticks").await);
    }
    assert_eq!(host.ask("/hello").await, "hello");
    for stream in &mut streams {
        assert!(stream.chunk().await.is_some());
    }
}
