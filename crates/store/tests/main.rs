//! The tests of the store, over a database in memory.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests say what went wrong by it")]

extern crate chatstream_store as store;

mod administration;
mod channels;
mod coverage;
mod decisions;
mod feed;
mod glance;
mod groups;
mod intake;
mod key_value;
mod lists;
mod log;
mod members;
mod migrations;
mod portability;
mod presence;
mod query_plans;
mod queue;
mod random;
mod sessions;
mod sign_in;
mod support;
mod symbols;
mod undo;
