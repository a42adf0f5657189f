//! A component that holds the adapters for Spin against the ports' contracts: each path runs one suite, and answers
//! `passed`, or is cut off where an assertion fails, with its place in the log.

#![cfg_attr(
    target_family = "wasm",
    allow(
        unsafe_code,
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::future_not_send,
        reason = "tests, though in a component: the SDK's macro exports a function, and one task drives the suites"
    )
)]

#[cfg(target_family = "wasm")]
mod ports;
