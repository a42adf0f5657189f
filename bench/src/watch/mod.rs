//! The load generator for event streams: many open at once, and how long a decision takes to reach all of them.
//!
//! It takes a [`WatchSpec`] as a line of JSON on standard input and prints a [`WatchReport`] as another. With
//! `hold` it keeps the streams open until standard input ends.

mod decide;
mod deliveries;
mod run;
mod stream;

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

pub(crate) use self::run::run;
use crate::load::{LoadReport, LoadSpec};

/// What to open, and what to do meanwhile.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct WatchSpec {
    /// The server.
    pub(crate) address: SocketAddr,
    /// The path of the stream.
    pub(crate) target: String,
    /// Header lines that show who asks.
    pub(crate) headers: String,
    /// How many streams.
    pub(crate) streams: usize,
    /// Decisions to take while the streams are open.
    pub(crate) decisions: Option<Decisions>,
    /// Messages to send while the streams are open.
    pub(crate) intake: Option<LoadSpec>,
    /// Whether to keep the streams open after the report.
    pub(crate) hold: bool,
}

/// Decisions, each to be heard of on every stream.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Decisions {
    /// What is before and after a message's number in the path of its approval.
    pub(crate) target: (String, String),
    /// The messages.
    pub(crate) messages: Vec<i64>,
    /// The time from one to the next, in milliseconds.
    pub(crate) every_ms: u64,
    /// The time before the first, in milliseconds.
    pub(crate) after_ms: u64,
}

/// What came of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct WatchReport {
    /// How many streams were still open at the end.
    pub(crate) open: usize,
    /// Why the first stream ended, if one did.
    pub(crate) reason: Option<String>,
    /// How many decisions took effect.
    pub(crate) decided: u64,
    /// How often a decision arrived on a stream.
    pub(crate) delivered: u64,
    /// From sending a decision to its arrival on a stream, in microseconds.
    pub(crate) p50: u64,
    /// In microseconds.
    pub(crate) p99: u64,
    /// In microseconds.
    pub(crate) max: u64,
    /// How many events arrived on all streams together, and their size in bytes.
    pub(crate) events: u64,
    /// In bytes.
    pub(crate) bytes: u64,
    /// What came of the intake.
    pub(crate) intake: Option<LoadReport>,
}
