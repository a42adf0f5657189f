//! What the built components do in the tests' WebAssembly host, beside a component that answers hello there.
//!
//! | name | what it measures |
//! | --- | --- |
//! | `size` | the components' files |
//! | `cold` | the first answer of an instance, its making included |
//! | `statements` | how often a request asks the database, as the host counts it |
//! | `intake` | messages a second, their latency |
//! | `poll` | polls with nothing new beside hello |

mod cold;
mod intake;
mod poll;
mod size;
mod statements;

use std::{fs, path::Path};

use anyhow::Result;

use super::{Measurement, bench::Bench};
use crate::{
    process::{DATABASE, Server, WasmHost},
    seed::Seed,
};

pub(super) const MEASUREMENTS: [(&str, Measurement<WasmBench>); 5] = [
    ("size", size::measure),
    ("cold", cold::measure),
    ("statements", statements::measure),
    ("intake", intake::measure),
    ("poll", poll::measure),
];

/// What these measurements share.
#[derive(Debug)]
pub(super) struct WasmBench {
    pub(super) bench: Bench,
    host: WasmHost,
}

impl WasmBench {
    /// Builds the host and the components.
    pub(super) fn prepare(bench: Bench) -> Result<Self> {
        let beside = bench.programs.own.parent().unwrap_or(Path::new("."));
        let host = WasmHost::build(beside, &bench.path(""))?;
        Ok(Self { bench, host })
    }

    /// The product over a database with this past, which nobody else uses.
    fn product(&self, seed: &Seed, options: &[&str]) -> Result<Server> {
        let state = self.bench.path("product-state");
        if state.exists() {
            fs::remove_dir_all(&state)?;
        }
        fs::create_dir(&state)?;
        self.bench.database_named(seed, &format!("product-state/{DATABASE}"))?;
        self.host.product(&state, options)
    }

    /// The component that answers hello.
    fn hello(&self, options: &[&str]) -> Result<Server> {
        self.host.hello(&self.bench.path("hello-state"), options)
    }
}
