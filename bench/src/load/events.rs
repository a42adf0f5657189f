//! Signed chat events, ready to be sent.

use chatstream::simulate::{EventKind, Generator, Signer};
use serde::{Deserialize, Serialize};

use crate::clock;

/// Which events, and where they go.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Events {
    /// The webhook's path.
    pub(crate) target: String,
    /// The channel's secret.
    pub(crate) secret: String,
    /// How many there are at most.
    pub(crate) count: usize,
    /// Decides what they say.
    pub(crate) seed: u64,
}

impl Events {
    /// The requests, one by one.
    pub(crate) fn requests(&self) -> Vec<Vec<u8>> {
        let (mut bytes, mut ends) = (Vec::new(), Vec::new());
        self.render(&mut bytes, &mut ends);
        let starts = std::iter::once(&0).chain(&ends);
        starts.zip(&ends).map(|(start, end)| bytes[*start..*end].to_vec()).collect()
    }

    /// Appends each request to `bytes` and where it ends to `ends`.
    pub(super) fn render(&self, bytes: &mut Vec<u8>, ends: &mut Vec<usize>) {
        let signer = Signer::new(&self.secret);
        let head = format!(
            "POST {} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\nx-eventyay-signature: ",
            self.target
        );
        for body in event_stream(self.seed, clock::unix_millis()).take(self.count) {
            bytes.extend_from_slice(head.as_bytes());
            bytes.extend_from_slice(signer.sign(&body).as_bytes());
            bytes.extend_from_slice(format!("\r\ncontent-length: {}\r\n\r\n", body.len()).as_bytes());
            bytes.extend_from_slice(&body);
            ends.push(bytes.len());
        }
    }
}

/// The bodies of events as a busy conference's chat brings them, all of them to be stored: without second
/// deliveries and without reactions taken back. Their ids and times begin at `now`.
pub(crate) fn event_stream(seed: u64, now: i64) -> impl Iterator<Item = Vec<u8>> {
    let mut generator = Generator::new(seed, now);
    std::iter::repeat_with(move || generator.next(now))
        .filter(|event| !matches!(event.kind, EventKind::Duplicate | EventKind::ReactionRemoved))
        .map(|event| event.body)
}
