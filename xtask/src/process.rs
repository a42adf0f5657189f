//! Running other programs, and how long that takes.

use std::{
    ffi::OsStr,
    fmt,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use wait_timeout::ChildExt as _;

/// What `cargo run` sets for this program and no other: build scripts that watch one of these would run
/// again in a plain `cargo build`, and rebuild all that follows.
const OWN_ENVIRONMENT: [&str; 4] = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"];

/// A command of `program`, in the folder `root`.
pub(crate) fn command(program: impl AsRef<OsStr>, root: impl AsRef<Path>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root);
    for (name, _) in std::env::vars_os() {
        if OWN_ENVIRONMENT.iter().any(|prefix| name.to_string_lossy().starts_with(prefix)) {
            command.env_remove(name);
        }
    }
    command
}

/// A command of Cargo.
pub(crate) fn cargo(root: impl AsRef<Path>) -> Command {
    command("cargo", root)
}

/// Prints the command, runs it, and fails if it does.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    println!("   $ {}", Line(command));
    let status = command.status().with_context(|| format!("{} could not be started", program(command)))?;
    if status.success() { Ok(()) } else { bail!("`{}` failed ({status})", Line(command)) }
}

/// As [`run`], but ends the program and fails once it has taken longer than `limit`.
pub(crate) fn run_at_most(limit: Duration, command: &mut Command) -> Result<()> {
    println!("   $ {}", Line(command));
    let mut child = command.spawn().with_context(|| format!("{} could not be started", program(command)))?;
    match child.wait_timeout(limit)? {
        Some(status) if status.success() => Ok(()),
        Some(status) => bail!("`{}` failed ({status})", Line(command)),
        None => {
            child.kill()?;
            child.wait()?;
            bail!("`{}` was ended: it took longer than {} s", Line(command), limit.as_secs())
        }
    }
}

/// What the command prints.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("{} could not be started", program(command)))?;
    if !output.status.success() {
        bail!("`{}` failed ({})", Line(command), output.status);
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{}` printed no text", Line(command)))
}

/// Whether the command can be run and succeeds. Prints nothing.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    let silent = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    silent.status().is_ok_and(|status| status.success())
}

fn program(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}

/// A command as one would type it.
struct Line<'a>(&'a Command);

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.get_program().to_string_lossy())?;
        for argument in self.0.get_args() {
            write!(f, " {}", argument.to_string_lossy())?;
        }
        Ok(())
    }
}

/// How long something takes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts now.
    #[expect(clippy::disallowed_methods, reason = "this program has no host, and so no clock port")]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }
}

impl fmt::Display for Stopwatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let elapsed = self.0.elapsed();
        match elapsed.as_secs() {
            0..60 => write!(f, "{:.1} s", elapsed.as_secs_f64()),
            seconds => write!(f, "{} min {} s", seconds / 60, seconds % 60),
        }
    }
}
