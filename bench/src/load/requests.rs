//! Prepared requests, handed out to whichever connection is free.

use std::{
    ops::Range,
    sync::atomic::{AtomicUsize, Ordering},
};

use super::Work;

/// All requests of a run, in one piece of memory.
#[derive(Debug)]
pub(super) struct Requests {
    bytes: Vec<u8>,
    /// Where each ends; a single one is repeated for ever.
    ends: Vec<usize>,
    repeats: bool,
    next: AtomicUsize,
}

impl Requests {
    /// Prepares `work`.
    pub(super) fn prepare(work: &Work) -> Self {
        let (mut bytes, mut ends) = (Vec::new(), Vec::new());
        let repeats = match work {
            Work::Same(request) => {
                bytes.extend_from_slice(request.as_bytes());
                ends.push(bytes.len());
                true
            }
            Work::Events(events) => {
                events.render(&mut bytes, &mut ends);
                false
            }
        };
        Self { bytes, ends, repeats, next: AtomicUsize::new(0) }
    }

    /// The next request and its number, from 0; `None` once all are taken.
    pub(super) fn take(&self) -> Option<(usize, &[u8])> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let range = if self.repeats { 0..self.bytes.len() } else { self.range(number)? };
        Some((number, self.bytes.get(range)?))
    }

    fn range(&self, number: usize) -> Option<Range<usize>> {
        let start = number.checked_sub(1).map_or(Some(&0), |before| self.ends.get(before))?;
        Some(*start..*self.ends.get(number)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::Events;

    #[test]
    fn events_differ_and_end_and_one_request_never_does() {
        let events =
            Events { target: "/webhook/channel/demo".into(), secret: "x".into(), count: 50, seed: 1 };
        let requests = Requests::prepare(&Work::Events(events));
        let mut all = std::collections::BTreeSet::new();
        while let Some((number, request)) = requests.take() {
            assert_eq!(number, all.len());
            let text = String::from_utf8(request.to_vec()).unwrap();
            assert!(text.starts_with("POST /webhook/channel/demo HTTP/1.1\r\n"), "{text}");
            let (head, body) = text.split_once("\r\n\r\n").unwrap();
            assert!(head.ends_with(&format!("content-length: {}", body.len())), "{head}");
            assert!(all.insert(body.to_owned()));
        }
        assert_eq!(all.len(), 50);

        let requests = Requests::prepare(&Work::Same("GET".into()));
        for number in 0..100 {
            assert_eq!(requests.take(), Some((number, &b"GET"[..])));
        }
    }
}
