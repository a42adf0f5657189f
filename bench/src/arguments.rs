//! The command line.

use std::{
    io::{BufRead as _, Write as _},
    path::PathBuf,
};

use anyhow::{Context as _, Result, bail};
use clap::{Parser, Subcommand};
use serde::{Serialize, de::DeserializeOwned};
use tokio::io::AsyncReadExt as _;

use crate::{
    load, measure, reference,
    seed::{self, Seed},
    watch,
};

/// Measures a release build of chatstream beside two bare servers
#[derive(Debug, Parser)]
#[command(name = "chatstream-bench", disable_help_subcommand = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    part: Option<Part>,
    #[command(flatten)]
    measurements: measure::Arguments,
}

/// What this program is, too, when it starts itself.
#[derive(Debug, Subcommand)]
enum Part {
    /// The bare server that answers hello
    #[command(hide = true)]
    ServeHello,
    /// The bare server that stores events
    #[command(hide = true)]
    ServeInsert {
        /// Its database
        database: PathBuf,
        /// What events are signed with
        secret: String,
    },
    /// Fill a database that `chatstream migrate` has made, to look at by hand
    Seed {
        /// The database
        database: PathBuf,
        /// How many messages altogether
        #[arg(long, default_value_t = 200_000)]
        stored: usize,
        /// How many of them are queued
        #[arg(long, default_value_t = 1_000)]
        queued: usize,
        /// How many of the queued ones are like each other
        #[arg(long, default_value_t = 0)]
        similar: usize,
        /// Let texts that arrive get a language
        #[arg(long)]
        detects_language: bool,
    },
    /// The load generator
    #[command(hide = true)]
    Load,
    /// The load generator for event streams
    #[command(hide = true)]
    Watch,
}

impl Arguments {
    /// Does what was asked; whether everything could be measured.
    pub(crate) fn run(self) -> Result<bool> {
        match self.part {
            None => return measure::run(&self.measurements),
            Some(Part::ServeHello) => reference::serve_hello()?,
            Some(Part::ServeInsert { database, secret }) => reference::serve_insert(&database, &secret)?,
            Some(Part::Seed { database, stored, queued, similar, detects_language }) => {
                if similar > queued || queued > stored {
                    bail!(
                        "there cannot be more similar messages than queued ones, or more queued than stored"
                    );
                }
                let lists = measure::LISTS;
                seed::fill(&database, &Seed { stored, queued, similar, lists, detects_language })?;
            }
            Some(Part::Load) => {
                let spec = from_input()?;
                report(&one_thread()?.block_on(load::run(spec))?)?;
            }
            Some(Part::Watch) => {
                let spec = from_input()?;
                let runtime = one_thread()?;
                runtime.block_on(watch::run(spec, report, input_ended()))?;
                // A thread still waits for the input's end.
                runtime.shutdown_background();
            }
        }
        Ok(true)
    }
}

/// The generators run on one thread: the other processor is for the server.
fn one_thread() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().context("no runtime")
}

fn from_input<T: DeserializeOwned>() -> Result<T> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    serde_json::from_str(&line).context("the specification cannot be read")
}

fn report<T: Serialize>(report: &T) -> Result<()> {
    let mut output = std::io::stdout().lock();
    writeln!(output, "{}", serde_json::to_string(report)?)?;
    Ok(output.flush()?)
}

async fn input_ended() {
    // An error ends it as well.
    tokio::io::stdin().read_to_end(&mut Vec::new()).await.ok();
}
