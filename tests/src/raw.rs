//! Requests that no HTTP client would send, byte by byte.

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::{http::Base, wait::within_patience};

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawAnswer {
    /// The status.
    pub status: u16,
    /// The header lines.
    pub head: String,
    /// The body as it was sent, chunks and all.
    pub body: Vec<u8>,
}

impl RawAnswer {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines.clone().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Sends `request` on a connection of its own and reads until the answer is complete or the connection ends; `None`
/// where it ended without an answer.
pub async fn exchange(base: &Base, request: &[u8]) -> Option<RawAnswer> {
    let connection = connect(base).await;
    Box::pin(within_patience("a raw answer", converse(connection, request, false))).await
}

/// The same for what is no whole request: nothing more will come, and the other side is told so.
pub async fn exchange_and_hang_up(base: &Base, request: &[u8]) -> Option<RawAnswer> {
    let connection = connect(base).await;
    Box::pin(within_patience("a raw answer", converse(connection, request, true))).await
}

async fn connect(base: &Base) -> TcpStream {
    TcpStream::connect(base.authority()).await.expect("the host takes connections")
}

async fn converse(connection: TcpStream, request: &[u8], hang_up: bool) -> Option<RawAnswer> {
    let (mut reader, mut writer) = connection.into_split();
    // The host may answer, and stop reading, before all is written: that is no failure of the request.
    let writing = async {
        drop(writer.write_all(request).await);
        if hang_up {
            drop(writer.shutdown().await);
        }
    };
    let to_head = request.starts_with(b"HEAD ");
    let mut bytes = Vec::new();
    let reading = async {
        let mut part = [0; 8192];
        loop {
            match reader.read(&mut part).await {
                Ok(0) | Err(_) => return,
                Ok(length) => bytes.extend_from_slice(part.get(..length).unwrap_or_default()),
            }
            if is_complete(&bytes, to_head) {
                return;
            }
        }
    };
    tokio::join!(writing, reading);
    split(&bytes).map(|(status, head, body)| RawAnswer { status, head, body: body.to_vec() })
}

/// The status, the header lines and what came of the body.
fn split(bytes: &[u8]) -> Option<(u16, String, &[u8])> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(bytes.get(..end)?).into_owned();
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some((status, head, bytes.get(end + 4..)?))
}

fn is_complete(bytes: &[u8], to_head: bool) -> bool {
    let Some((status, head, body)) = split(bytes) else { return false };
    let answer = RawAnswer { status, head, body: Vec::new() };
    if to_head || matches!(status, 204 | 304) {
        return true;
    }
    match answer.header("content-length").and_then(|length| length.parse::<usize>().ok()) {
        Some(length) => body.len() >= length,
        // An event stream never ends: its head is answer enough.
        None => {
            answer.header("content-type").is_some_and(|kind| kind.starts_with("text/event-stream"))
                || body.ends_with(b"0\r\n\r\n")
        }
    }
}
