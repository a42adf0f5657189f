//! A WebAssembly host for tests: it stands in for Spin 4.1, reads the same `spin.toml`, and serves its components over
//! HTTP/1.1. Its invariant: what a component is not granted by the manifest, it does not get; and what Spin would make
//! hard for a component (undrained results, reused instances, refused hosts) is as hard here.
//!
//! - [`manifest`]: `spin.toml`, checked before anything is served; [`variables`] and [`template`]: its variables
//! - [`compile`]: components into machine code, once; [`instances`]: how long instances are used
//! - [`state`]: what belongs to an instance; [`database`], [`key_value`], [`outbound`], [`output`]: what it can reach;
//!   [`counts`]: how often it asks
//! - [`application`]: all of it together; [`routes`], [`pattern`] and [`server`]: HTTP; [`cli`]: the command line
//!
//! It is no part of the product, and not safe to be exposed.

pub mod application;
pub mod cli;
pub mod compile;
pub mod counts;
pub mod database;
pub mod instances;
pub mod key_value;
pub mod manifest;
pub mod outbound;
pub mod output;
pub mod pattern;
pub mod routes;
pub mod server;
mod spin;
pub mod state;
pub mod template;
pub mod variables;
