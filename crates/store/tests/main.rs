//! The tests of the store, over a database in memory.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests say what went wrong by it")]

extern crate chatstream_store as store;

mod portability;
mod query_plans;
mod support;
