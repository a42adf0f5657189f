//! The head of an answer: its status, and how long the body is.

use anyhow::{Context as _, Result, bail};

/// How a body ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    /// After so many bytes.
    Bytes(usize),
    /// With a chunk of no length.
    Chunked,
}

/// Where the head ends, once all of it is there.
pub(super) fn find_head(buffer: &[u8]) -> Option<usize> {
    buffer.windows(4).position(|bytes| bytes == b"\r\n\r\n").map(|at| at + 4)
}

/// Reads a whole head (RFC 9112, sections 4 and 6.3).
pub(super) fn parse(head: &[u8]) -> Result<(u16, Length)> {
    let status = head.strip_prefix(b"HTTP/1.1 ").and_then(|rest| rest.get(..3));
    let status =
        status.and_then(|digits| std::str::from_utf8(digits).ok()).and_then(|text| text.parse().ok());
    let status: u16 = status.context("this is no answer of HTTP/1.1")?;
    let mut length = None;
    for line in head.split(|byte| *byte == b'\n').skip(1) {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
        let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
        if name.eq_ignore_ascii_case(b"content-length") {
            let text = std::str::from_utf8(value).unwrap_or_default();
            length = Some(Length::Bytes(text.parse().context("the content-length is no number")?));
        } else if name.eq_ignore_ascii_case(b"transfer-encoding") && value.eq_ignore_ascii_case(b"chunked") {
            length = Some(Length::Chunked);
        } else if name.eq_ignore_ascii_case(b"connection") && value.eq_ignore_ascii_case(b"close") {
            bail!("the server does not keep connections alive: it answered {status} and closes");
        }
    }
    match (status, length) {
        (204 | 304, _) => Ok((status, Length::Bytes(0))),
        (_, Some(length)) => Ok((status, length)),
        (_, None) => bail!("an answer ({status}) without a length"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_gives_status_and_length() {
        let head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 12\r\n\r\n";
        assert_eq!(find_head(&[head, &b"hello"[..]].concat()), Some(head.len()));
        assert_eq!(find_head(&head[..head.len() - 1]), None);
        assert_eq!(parse(head).unwrap(), (200, Length::Bytes(12)));
        let chunked = b"HTTP/1.1 503 X\r\ntransfer-encoding: chunked\r\n\r\n";
        assert_eq!(parse(chunked).unwrap(), (503, Length::Chunked));
        let unchanged = b"HTTP/1.1 304 Not Modified\r\netag: \"1\"\r\n\r\n";
        assert_eq!(parse(unchanged).unwrap(), (304, Length::Bytes(0)));
    }

    #[test]
    fn what_cannot_be_followed_is_an_error() {
        for head in [
            "HTTP/1.0 200 OK\r\ncontent-length: 1\r\n\r\n",
            "HTTP/1.1 200 OK\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: 1\r\nconnection: close\r\n\r\n",
        ] {
            assert!(parse(head.as_bytes()).is_err(), "{head}");
        }
    }
}
