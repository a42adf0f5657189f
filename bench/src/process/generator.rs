//! The load generators, from the side of whoever starts them.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};

use anyhow::{Context as _, Result, bail};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    load::{LoadReport, LoadSpec},
    watch::{WatchReport, WatchSpec},
};

/// Runs a load to its end.
pub(crate) fn generate(own: &Path, spec: &LoadSpec) -> Result<LoadReport> {
    Generating::start(own, spec)?.finish()
}

/// A load that goes on.
#[derive(Debug)]
pub(crate) struct Generating(Process);

impl Generating {
    /// Starts it.
    pub(crate) fn start(own: &Path, spec: &LoadSpec) -> Result<Self> {
        Process::start(own, "load", spec).map(Self)
    }

    /// Waits for its end.
    pub(crate) fn finish(mut self) -> Result<LoadReport> {
        self.0.report()
    }
}

/// Streams that are open, as long as this is not dropped.
#[derive(Debug)]
pub(crate) struct Watching(Process);

impl Watching {
    /// Opens them, and waits until everything in `spec` is done.
    pub(crate) fn run(own: &Path, spec: &WatchSpec) -> Result<(Self, WatchReport)> {
        let mut process = Process::start(own, "watch", spec)?;
        let report = process.report()?;
        Ok((Self(process), report))
    }

    /// Closes them.
    pub(crate) fn finish(mut self) -> Result<()> {
        drop(self.0.child.stdin.take());
        self.0.child.wait().map(drop).context("the generator did not end")
    }
}

#[derive(Debug)]
struct Process {
    child: Child,
    output: BufReader<ChildStdout>,
}

impl Process {
    fn start<T: Serialize>(own: &Path, name: &str, spec: &T) -> Result<Self> {
        let mut child = Command::new(own).arg(name).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let input = child.stdin.as_mut().context("no standard input")?;
        writeln!(input, "{}", serde_json::to_string(spec)?)?;
        input.flush()?;
        let output = BufReader::new(child.stdout.take().context("no standard output")?);
        Ok(Self { child, output })
    }

    fn report<T: DeserializeOwned>(&mut self) -> Result<T> {
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        if line.is_empty() {
            bail!("the load generator failed ({}); it has said why", self.child.wait()?);
        }
        serde_json::from_str(&line).context("the load generator's report cannot be read")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
