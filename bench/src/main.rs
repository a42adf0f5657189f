//! Measures a release build of chatstream: requests a second, latencies and memory, beside two bare servers.
//!
//! **Invariant:** nothing here is part of the product, and the product is measured from outside: its release binary as
//! a process of its own, over HTTP, by a load generator in another process. No figure is written down anywhere
//! but in the output of a run.
//!
//! | module | what it does |
//! | --- | --- |
//! | [`mod@reference`] | the two bare servers that the product is held against |
//! | [`load`] | the load generator |
//! | [`watch`] | the same for event streams |
//! | [`seed`] | databases with a past, written as the product would have |
//! | [`process`] | starting servers and generators, and looking at their memory |
//! | [`measure`] | the measurements, one module for each family |
//! | [`table`] | the verdicts, and the page that a run writes |

mod arguments;
mod clock;
mod http;
mod load;
mod measure;
mod process;
mod reference;
mod seed;
mod table;
mod watch;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    match arguments::Arguments::parse().run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
