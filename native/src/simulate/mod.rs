//! Realistic Eventyay traffic, posted over HTTP with real signatures.
//!
//! | module | what it offers |
//! | --- | --- |
//! | `generator` | [`Generator`]: what people write, react to and repeat, determined by a seed |
//! | `signature` | [`Signer`] and [`sign`]: the header `X-Eventyay-Signature` |
//! | `run` | [`run`]: the subcommand `simulate` |

mod client;
mod generator;
mod latency;
mod people;
mod phrases;
mod report;
mod run;
mod schedule;
mod signature;
mod target;
mod texts;
mod wire;

pub use generator::{EventKind, Generator, SimulatedEvent};
pub use latency::Latencies;
pub use report::Tally;
pub use run::run;
pub use signature::{Signer, sign};
