//! What the WebAssembly host promises, tried with a component that tries it (`guests/probe`).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests say what went wrong by it")]

mod bodies;
mod databases;
mod instances;
mod manifests;
mod outbound;
mod ports;
mod requests;
mod running;
mod stores;
mod sweeps;

pub(crate) use running::Running;
