//! HTTP/1.1 as a client speaks it, as lean as correctness allows: the load generator shares two processors with
//! the server that it measures.

mod chunks;
mod head;

use std::net::SocketAddr;

use anyhow::{Context as _, Result, bail};
use bytes::{Buf as _, BytesMut};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

pub(crate) use self::chunks::Chunks;
use self::head::{Length, find_head};

/// How much is read at once.
const READ: usize = 16 * 1024;
/// A head that is longer is no answer of a server measured here.
const LONGEST_HEAD: usize = 64 * 1024;

/// A connection that is kept alive.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: BytesMut,
    head: Vec<u8>,
    body: Vec<u8>,
}

impl Connection {
    /// Connects, without Nagle's delay.
    pub(crate) async fn open(address: SocketAddr) -> Result<Self> {
        let stream =
            TcpStream::connect(address).await.with_context(|| format!("nobody listens on {address}"))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: BytesMut::with_capacity(READ), head: Vec::new(), body: Vec::new() })
    }

    /// Sends a whole request.
    pub(crate) async fn send(&mut self, request: &[u8]) -> Result<()> {
        self.stream.write_all(request).await.context("the server closed the connection")
    }

    /// Reads a whole answer; its status. Head and body stay until the next answer.
    pub(crate) async fn receive(&mut self) -> Result<u16> {
        let (status, length) = self.receive_head().await?;
        match length {
            Length::Bytes(length) => {
                while self.buffer.len() < length {
                    self.fill().await?;
                }
                self.body.extend_from_slice(&self.buffer[..length]);
                self.buffer.advance(length);
            }
            Length::Chunked => {
                let mut chunks = Chunks::default();
                loop {
                    chunks.decode(&mut self.buffer, &mut self.body)?;
                    if chunks.is_done() {
                        break;
                    }
                    self.fill().await?;
                }
            }
        }
        Ok(status)
    }

    /// Reads the head of an answer that goes on and on.
    pub(crate) async fn receive_stream_head(&mut self) -> Result<u16> {
        match self.receive_head().await? {
            (status, Length::Chunked) => Ok(status),
            (status, Length::Bytes(_)) => bail!("answered {status} instead of a stream"),
        }
    }

    /// Appends what has come of an endless answer's body to `body`; waits for more where nothing has.
    pub(crate) async fn receive_stream(&mut self, chunks: &mut Chunks, body: &mut Vec<u8>) -> Result<()> {
        let before = body.len();
        loop {
            chunks.decode(&mut self.buffer, body)?;
            if body.len() > before {
                return Ok(());
            }
            if chunks.is_done() {
                bail!("the server ended the stream");
            }
            self.fill().await?;
        }
    }

    /// Sends a request and reads the answer.
    pub(crate) async fn exchange(&mut self, request: &[u8]) -> Result<u16> {
        self.send(request).await?;
        self.receive().await
    }

    /// The value of a header of the last answer.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let lines = std::str::from_utf8(&self.head).ok()?.split("\r\n");
        lines
            .filter_map(|line| line.split_once(':'))
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    }

    /// The body of the last answer.
    pub(crate) fn body(&self) -> &[u8] {
        &self.body
    }

    async fn receive_head(&mut self) -> Result<(u16, Length)> {
        self.body.clear();
        loop {
            if let Some(end) = find_head(&self.buffer) {
                self.head.clear();
                self.head.extend_from_slice(&self.buffer[..end]);
                self.buffer.advance(end);
                return head::parse(&self.head);
            }
            if self.buffer.len() > LONGEST_HEAD {
                bail!("the answer's head has no end");
            }
            self.fill().await?;
        }
    }

    async fn fill(&mut self) -> Result<()> {
        // More room than an answer needs: then the read says at the same time that nothing else has come.
        self.buffer.reserve(READ);
        if self.stream.read_buf(&mut self.buffer).await.context("the answer broke off")? == 0 {
            bail!("the server closed the connection");
        }
        Ok(())
    }
}

/// A request without a body. `headers` are whole lines, each with its `\r\n`.
pub(crate) fn request(method: &str, target: &str, headers: &str) -> Vec<u8> {
    let length = if method == "GET" { "" } else { "content-length: 0\r\n" };
    format!("{method} {target} HTTP/1.1\r\nhost: 127.0.0.1\r\n{length}{headers}\r\n").into_bytes()
}
