//! The command line: the part of Spin's that the tests use.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use clap::{Args, Parser, Subcommand};

use crate::instances::Limits;

/// Serves an application's WebAssembly components, as Spin would.
#[derive(Debug, Parser)]
#[command(name = "chatstream-wasm-host", version)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve an application.
    Up(UpArguments),
}

/// How to serve an application.
#[derive(Debug, Args)]
pub struct UpArguments {
    /// The manifest, or the folder it lies in.
    #[arg(short, long, visible_alias = "file", default_value = "spin.toml")]
    pub from: PathBuf,
    /// Where to listen; port 0 is any that is free.
    #[arg(long, env = "SPIN_HTTP_LISTEN_ADDR", default_value = "127.0.0.1:3000")]
    pub listen: SocketAddr,
    /// The folder of its databases and stores; `.spin` beside the manifest unless it is given.
    #[arg(long)]
    pub state_dir: Option<PathBuf>,
    /// A variable's value; more than `SPIN_VARIABLE_<NAME>` in the environment says.
    #[arg(long = "variable", value_name = "NAME=VALUE", value_parser = pair)]
    pub variables: Vec<(String, String)>,
    /// Where compiled components are kept; beside this program unless it is given.
    #[arg(long)]
    pub cache_dir: Option<PathBuf>,
    /// How many requests an instance serves altogether.
    #[arg(long, default_value_t = Limits::default().requests)]
    pub max_instance_reuse_count: usize,
    /// How many requests an instance serves at once.
    #[arg(long, default_value_t = Limits::default().at_once)]
    pub max_instance_concurrent_reuse_count: usize,
    /// How long an instance waits for another request, such as `1s` or `50ms`.
    #[arg(long, default_value = "1s", value_parser = duration)]
    pub idle_instance_timeout: Duration,
    /// Let the database answer as a server of libSQL does: it refuses settings, and does not say how many rows a
    /// statement changed.
    #[arg(long)]
    pub like_libsql: bool,
    /// Say at `/.well-known/spin/statements` how often the database was asked. (Spin has no such page.)
    #[arg(long)]
    pub count_statements: bool,
}

impl UpArguments {
    /// How long instances are used.
    #[must_use]
    pub fn limits(&self) -> Limits {
        Limits {
            requests: self.max_instance_reuse_count,
            at_once: self.max_instance_concurrent_reuse_count,
            idle: self.idle_instance_timeout,
        }
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("it has to be <name>=<value>")?;
    Ok((name.to_owned(), value.to_owned()))
}

fn duration(text: &str) -> Result<Duration, String> {
    let digits = text.trim_end_matches(|character: char| !character.is_ascii_digit());
    let number = digits.parse().map_err(|_| "it has to be a number and `s`, `ms`, `us` or `ns`")?;
    match text.get(digits.len()..) {
        Some("" | "s") => Ok(Duration::from_secs(number)),
        Some("ms") => Ok(Duration::from_millis(number)),
        Some("us") => Ok(Duration::from_micros(number)),
        Some("ns") => Ok(Duration::from_nanos(number)),
        _ => Err("its unit has to be `s`, `ms`, `us` or `ns`".to_owned()),
    }
}
