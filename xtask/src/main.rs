//! What a person types while working on chatstream: `cargo xtask test`, `bench` and `dist`.
//!
//! **Invariant:** nothing of the product is in here, and nothing of this is in the product. Every command
//! sets up what it needs, says what it runs, and stops at the first failure with what to do about it.

mod bench;
mod components;
mod dist;
mod process;
mod setup;
mod test;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Checks, measures and packs chatstream.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Set up what is missing, then check and test everything
    Test(test::Arguments),
    /// Measure a release build
    Bench(bench::Arguments),
    /// Build what is released into target/dist
    Dist,
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().task {
        Task::Test(arguments) => test::run(&arguments),
        Task::Bench(arguments) => bench::run(&arguments),
        Task::Dist => dist::run(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}
