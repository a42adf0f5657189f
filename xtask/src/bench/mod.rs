//! `cargo xtask bench`: runs the measuring program, in a release build.

use anyhow::Result;

use crate::{process, workspace};

/// What `cargo xtask bench` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Fewer rows and shorter runs: shows that everything works, not how fast it is
    #[arg(long)]
    quick: bool,
    /// Only these measurements
    names: Vec<String>,
}

/// Builds the measuring program and hands it the arguments.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let metadata = workspace::load()?;
    let mut command = process::cargo(&metadata.workspace_root);
    command.args(["run", "--release", "-p", "chatstream-bench", "--"]);
    if arguments.quick {
        command.arg("--quick");
    }
    process::run(command.args(&arguments.names))
}
