//! The measurements, one module for each family, and running them.
//!
//! | name | what it measures |
//! | --- | --- |
//! | `intake` | messages a second beside server (b), their latency |
//! | `poll` | polls with nothing new beside server (a), the first page |
//! | `rss` | unchanged and full feeds |
//! | `similar` | reject-similar and block-similar while messages come in |
//! | `streams` | a decision's way to open event streams |
//! | `memory` | memory after many messages, and with many streams |
//! | `start` | the time from the start to the first answer |

mod bench;
mod client;
mod intake;
mod limits;
mod memory;
mod poll;
mod rss;
mod series;
mod similar;
mod start;
mod streams;
mod wasm;

use std::{fs, path::PathBuf};

use anyhow::{Context as _, Result, bail};

pub(crate) use self::{bench::LISTS, limits::Limits, series::Series};
use self::{
    bench::{Bench, Plan},
    wasm::WasmBench,
};
use crate::{
    process::raise_open_files,
    table::{Host, Machine, Page, Row},
};

/// What to measure.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// What the product runs in
    #[arg(long, value_enum, default_value_t = Host::Native)]
    host: Host,
    /// Smaller databases and shorter runs: shows that everything works, not how fast it is
    #[arg(long)]
    quick: bool,
    /// Only these measurements: intake, poll, rss, similar, streams, memory, start; with `--host wasm` size, cold,
    /// statements, intake, poll
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    only: Vec<String>,
    /// The same, without --only
    #[arg(value_name = "NAME", hide = true)]
    names: Vec<String>,
    /// Write the host's section of the page to this file, too
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
    /// Measure this binary instead of building the product first
    #[arg(long, value_name = "FILE")]
    product: Option<PathBuf>,
    /// Where databases are made, which should be on the disk that counts [default: beside this program]
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
}

type Measurement<B> = fn(&B) -> Result<Vec<Row>>;

const MEASUREMENTS: [(&str, Measurement<Bench>); 7] = [
    ("intake", intake::measure),
    ("poll", poll::measure),
    ("rss", rss::measure),
    ("similar", similar::measure),
    ("streams", streams::measure),
    ("memory", memory::measure),
    ("start", start::measure),
];

/// Measures what was asked for and prints the page; whether nothing failed. A figure that falls short is no failure.
pub(crate) fn run(arguments: &Arguments) -> Result<bool> {
    let asked: Vec<&str> = arguments.only.iter().chain(&arguments.names).map(String::as_str).collect();
    let known: Vec<&str> = match arguments.host {
        Host::Native => MEASUREMENTS.iter().map(|(name, _)| *name).collect(),
        Host::Wasm => wasm::MEASUREMENTS.iter().map(|(name, _)| *name).collect(),
    };
    if let Some(unknown) = asked.iter().find(|name| !known.contains(name)) {
        bail!("there is no measurement {unknown:?}; there are {}", known.join(", "));
    }
    raise_open_files();
    let plan = if arguments.quick { Plan::quick() } else { Plan::full() };
    let bench = Bench::prepare(plan, arguments.product.clone(), arguments.folder.clone())?;
    let machine = Machine::of_this()?;
    let limits = Limits::measure(&bench)?;
    let mut page = Page { host: arguments.host, machine, limits, quick: arguments.quick, rows: Vec::new() };
    println!("{}", page.header());
    let (bench, succeeded) = match arguments.host {
        Host::Native => {
            let succeeded = measure_all(&MEASUREMENTS, &bench, &asked, &mut page);
            (bench, succeeded)
        }
        Host::Wasm => {
            let wasm = WasmBench::prepare(bench)?;
            let succeeded = measure_all(&wasm::MEASUREMENTS, &wasm, &asked, &mut page);
            (wasm.bench, succeeded)
        }
    };
    println!("\n{page}");
    if let Some(path) = &arguments.write {
        let cannot = || format!("{} cannot be written", path.display());
        let before =
            if path.exists() { fs::read_to_string(path).with_context(cannot)? } else { String::new() };
        fs::write(path, page.document(&before)).with_context(cannot)?;
    }
    bench.clean_up()?;
    Ok(succeeded)
}

/// Measures what was asked for, or everything; whether nothing failed.
fn measure_all<B>(
    measurements: &[(&'static str, Measurement<B>)],
    bench: &B,
    asked: &[&str],
    page: &mut Page,
) -> bool {
    let mut failed = false;
    for (name, measure) in measurements {
        if !asked.is_empty() && !asked.contains(name) {
            continue;
        }
        eprintln!("measuring {name} …");
        let rows = measure(bench).unwrap_or_else(|error| {
            failed = true;
            vec![Row::failed(name, &error)]
        });
        for row in rows {
            println!("{row}");
            page.rows.push(row);
        }
    }
    !failed
}

/// A count with its thousands apart.
fn count(number: usize) -> String {
    crate::table::thousands(crate::clock::float(u64::try_from(number).unwrap_or(u64::MAX)))
}
