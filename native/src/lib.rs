//! The chatstream server for Toolforge and for a laptop: the ports' adapters over the operating system, and
//! every component's router mounted on them.
//!
//! **Invariant:** no handler lives here. Whatever a client can ask for is a component's, so that every host has it.

pub mod banner;
pub mod cli;
pub mod clock;
pub mod configuration;
pub mod failure;
pub mod host;
pub mod http_client;
pub mod key_value;
pub mod limits;
pub mod logging;
pub mod serve;
pub mod server;
pub mod signals;
pub mod simulate;
pub mod sqlite;
pub mod wakeups;
