//! One open stream of server-sent events.

use std::{collections::HashSet, sync::Arc};

use anyhow::{Context as _, Result, bail};

use super::deliveries::Deliveries;
use crate::http::{Chunks, Connection};

/// A stream.
#[derive(Debug)]
pub(super) struct Stream {
    connection: Connection,
    chunks: Chunks,
    /// What has come of the next event.
    text: Vec<u8>,
    seen: HashSet<i64>,
    deliveries: Arc<Deliveries>,
}

impl Stream {
    /// Opens a stream and waits for its first event.
    pub(super) async fn open(
        mut connection: Connection,
        request: &[u8],
        deliveries: Arc<Deliveries>,
    ) -> Result<Self> {
        connection.send(request).await?;
        let status = connection.receive_stream_head().await?;
        if status != 200 {
            bail!("a stream was answered {status}");
        }
        let (chunks, text, seen) = (Chunks::default(), Vec::new(), HashSet::new());
        let mut stream = Self { connection, chunks, text, seen, deliveries };
        while stream.read().await? == 0 {}
        Ok(stream)
    }

    /// Reads for ever; an error says how the stream ended.
    pub(super) async fn follow(mut self) -> anyhow::Error {
        loop {
            if let Err(error) = self.read().await {
                return error;
            }
        }
    }

    /// Reads what has come; how many events that completed.
    async fn read(&mut self) -> Result<usize> {
        self.connection.receive_stream(&mut self.chunks, &mut self.text).await?;
        let (mut start, mut events) = (0, 0);
        while let Some(length) = self.text[start..].windows(2).position(|bytes| bytes == b"\n\n") {
            let event = &self.text[start..start + length];
            start += length + 2;
            // Comments (heartbeats) are none.
            if event.starts_with(b"event:") || event.windows(7).any(|bytes| bytes == b"\nevent:") {
                events += 1;
                let gone = gone(event)?;
                self.deliveries.arrived(event.len(), &gone, |message| self.seen.insert(message));
            }
        }
        self.text.drain(..start);
        Ok(events)
    }
}

/// The numbers in the event's `"gone":[…]`. In a text the quotes would be escaped, so nothing else reads like it.
fn gone(event: &[u8]) -> Result<Vec<i64>> {
    const KEY: &[u8] = b"\"gone\":[";
    // From the end: the messages, which are long, come before it.
    let Some(at) = event.windows(KEY.len()).rposition(|bytes| bytes == KEY) else { return Ok(Vec::new()) };
    let list = event[at + KEY.len()..].split(|byte| *byte == b']').next().unwrap_or_default();
    let list = std::str::from_utf8(list).context("a list of numbers is not text")?;
    let numbers = list.split(',').map(str::trim).filter(|number| !number.is_empty());
    numbers.map(|number| number.parse().context("a message's number is none")).collect()
}

#[cfg(test)]
mod tests {
    use super::gone;

    #[test]
    fn what_is_gone_is_read_out_of_an_event() {
        let event = br#"event: queue
id: 7
data: {"messages":[{"message":"\"gone\":[5]"}],"gone":[12,13],"queued":4}"#;
        assert_eq!(gone(event).unwrap(), [12, 13]);
        assert_eq!(gone(br#"data: {"gone":[]}"#).unwrap(), [0; 0]);
        assert_eq!(gone(b"data: {}").unwrap(), [0; 0]);
        assert!(gone(br#"data: {"gone":["x"]}"#).is_err());
    }
}
