//! `cargo xtask bench`: runs the measuring program, in a release build.

use anyhow::Result;

use crate::{process, setup, workspace};

/// What `cargo xtask bench` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// What the measuring program takes: `--quick`, `--host wasm`, `--only intake,poll`,
    /// `--write docs/benchmarks.md`, `--help`
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

/// Builds the measuring program and hands it the arguments.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let metadata = workspace::load()?;
    if arguments.arguments.iter().any(|argument| argument.ends_with("wasm")) {
        setup::wasm_target(&metadata)?;
    }
    let mut command = process::cargo(&metadata.workspace_root);
    command.args(["run", "--release", "-p", "chatstream-bench", "--"]);
    process::run(command.args(&arguments.arguments))
}
