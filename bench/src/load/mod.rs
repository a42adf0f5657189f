//! The load generator: a process of its own, on one thread, that sends prepared requests over connections
//! that are kept alive, each sending the next request once its answer is there.
//!
//! It takes a [`LoadSpec`] as a line of JSON on standard input and prints a [`LoadReport`] as another.

mod events;
mod report;
mod requests;
mod run;

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

pub(crate) use self::{
    events::{Events, event_stream},
    report::{LoadReport, Tally, histogram, milliseconds},
    run::run,
};

/// What to send.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct LoadSpec {
    /// The server.
    pub(crate) address: SocketAddr,
    /// How many connections.
    pub(crate) connections: usize,
    /// The requests.
    pub(crate) work: Work,
    /// The status that every answer should have.
    pub(crate) expect: u16,
    /// How long to send before anything is counted, in milliseconds.
    pub(crate) warm_up_ms: u64,
    /// How long to count, in milliseconds.
    pub(crate) duration_ms: u64,
    /// Requests a second over all connections; `None` for as many as are answered.
    pub(crate) rate: Option<u32>,
}

/// The requests.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Work {
    /// One and the same, again and again.
    Same(String),
    /// Signed events, no two with the same id.
    Events(Events),
}
