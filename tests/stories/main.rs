//! What the product does, told in the words of those who use it, each story over HTTP.
//!
//! A story has a channel of its own on a host that all share, so they run side by side. Those that end, fill or break
//! a host start one for themselves.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by a panic, and clippy knows only the functions marked as tests"
)]
#![allow(clippy::future_not_send, reason = "a story stays on the thread it began on")]

mod administration;
mod bad_input;
mod crash;
mod decisions;
mod feeds;
mod hosts;
mod identity;
mod intake;
mod log;
mod manifest;
mod pages;
mod permissions;
mod queue;
mod roles;
mod routes;
mod sessions;
mod sign_in;
