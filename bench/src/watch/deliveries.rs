//! Which decisions are on their way, and when they arrived.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use anyhow::Result;
use hdrhistogram::Histogram;

use crate::{clock, load::histogram};

/// Shared by whoever decides and all streams.
#[derive(Debug)]
pub(super) struct Deliveries(Mutex<State>);

#[derive(Debug)]
pub(super) struct State {
    /// When the decision on each message was sent.
    sent: HashMap<i64, Instant>,
    /// From there to the arrival on a stream.
    pub(super) latencies: Histogram<u64>,
    pub(super) decided: u64,
    pub(super) events: u64,
    pub(super) bytes: u64,
}

impl Deliveries {
    /// Nothing sent, nothing arrived.
    pub(super) fn new() -> Result<Self> {
        let latencies = histogram()?;
        Ok(Self(Mutex::new(State { sent: HashMap::new(), latencies, decided: 0, events: 0, bytes: 0 })))
    }

    /// A decision on `message` is sent now.
    pub(super) fn send(&self, message: i64) {
        let now = clock::now();
        self.lock().sent.insert(message, now);
    }

    /// The decision that was sent last took effect.
    pub(super) fn decided(&self) {
        self.lock().decided += 1;
    }

    /// An event of so many bytes arrived, which says that `gone` are gone. `first` says whether this stream did not
    /// say so of a message before.
    pub(super) fn arrived(&self, bytes: usize, gone: &[i64], mut first: impl FnMut(i64) -> bool) {
        let now = clock::now();
        let mut state = self.lock();
        state.events += 1;
        state.bytes += u64::try_from(bytes).unwrap_or(u64::MAX);
        for message in gone {
            if let Some(sent) = state.sent.get(message).copied()
                && first(*message)
            {
                state.latencies.saturating_record(clock::micros(now - sent));
            }
        }
    }

    /// Whether every decision that took effect has arrived on so many streams.
    pub(super) fn are_complete(&self, streams: u64) -> bool {
        let state = self.lock();
        state.latencies.len() >= state.decided * streams
    }

    /// What there is so far.
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
