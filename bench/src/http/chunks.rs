//! Bodies in chunks (RFC 9112, section 7.1).

use anyhow::{Context as _, Result, bail};
use bytes::{Buf as _, BytesMut};

/// A line of a size or a trailer that is longer is none.
const LONGEST_LINE: usize = 4096;

/// Where the reader of a chunked body stands.
#[derive(Debug, Default)]
pub(crate) struct Chunks {
    next: Next,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum Next {
    #[default]
    Size,
    Data(usize),
    LineEnd,
    Trailer,
    Nothing,
}

impl Chunks {
    /// Takes out of `buffer` whatever can be read, and appends the data in it to `body`.
    pub(crate) fn decode(&mut self, buffer: &mut BytesMut, body: &mut Vec<u8>) -> Result<()> {
        loop {
            match self.next {
                Next::Nothing => return Ok(()),
                Next::Data(left) => {
                    let length = left.min(buffer.len());
                    body.extend_from_slice(&buffer[..length]);
                    buffer.advance(length);
                    if length < left {
                        self.next = Next::Data(left - length);
                        return Ok(());
                    }
                    self.next = Next::LineEnd;
                }
                Next::Size | Next::LineEnd | Next::Trailer => {
                    let Some(length) = buffer.windows(2).position(|bytes| bytes == b"\r\n") else {
                        if buffer.len() > LONGEST_LINE {
                            bail!("a chunk's size has no end");
                        }
                        return Ok(());
                    };
                    self.next = self.after_line(&buffer[..length])?;
                    buffer.advance(length + 2);
                }
            }
        }
    }

    /// Whether the body has ended.
    pub(crate) fn is_done(&self) -> bool {
        self.next == Next::Nothing
    }

    fn after_line(&self, line: &[u8]) -> Result<Next> {
        match self.next {
            Next::Size => {
                let digits = line.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
                let digits = std::str::from_utf8(digits).unwrap_or_default();
                match usize::from_str_radix(digits, 16).context("a chunk's size is no number")? {
                    0 => Ok(Next::Trailer),
                    size => Ok(Next::Data(size)),
                }
            }
            Next::LineEnd if line.is_empty() => Ok(Next::Size),
            Next::LineEnd => bail!("a chunk is longer than its size"),
            Next::Trailer if line.is_empty() => Ok(Next::Nothing),
            Next::Trailer | Next::Data(_) | Next::Nothing => Ok(Next::Trailer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_in_chunks_is_put_together_however_it_arrives() {
        let wire = b"5\r\nhello\r\n1;x=y\r\n \r\n10\r\n0123456789abcdef\r\n0\r\nX-T: 1\r\n\r\nHTTP";
        for step in 1..wire.len() {
            let (mut chunks, mut buffer, mut body) = (Chunks::default(), BytesMut::new(), Vec::new());
            for part in wire.chunks(step) {
                buffer.extend_from_slice(part);
                chunks.decode(&mut buffer, &mut body).unwrap();
            }
            assert!(chunks.is_done());
            assert_eq!(body, b"hello 0123456789abcdef");
            assert_eq!(buffer, &b"HTTP"[..], "the next answer stays");
        }
    }

    #[test]
    fn nonsense_is_an_error() {
        for wire in ["x\r\n", "1\r\nab\r\n"] {
            let mut buffer = BytesMut::from(wire.as_bytes());
            assert!(Chunks::default().decode(&mut buffer, &mut Vec::new()).is_err(), "{wire}");
        }
    }
}
