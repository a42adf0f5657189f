//! The deployment's settings on this host: secrets files, the environment, flags.

mod address;
mod database_url;
mod sources;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use platform::config::{Config, ConfigError, Settings};

pub use self::sources::Sources;
use crate::{
    cli::ServeArguments,
    failure::Failure,
    logging::{self, LogFormat},
};

/// Where Toolforge puts a tool's secrets.
pub const SECRETS_DIRECTORY: &str = "/etc/passwords";

/// The configuration port: read and checked once, before anything else begins.
#[derive(Debug, Clone)]
pub struct NativeConfig {
    settings: Arc<Settings>,
}

impl NativeConfig {
    /// Answers `settings` from now on.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self { settings: Arc::new(settings) }
    }
}

impl Config for NativeConfig {
    async fn settings(&self) -> Result<Arc<Settings>, ConfigError> {
        Ok(Arc::clone(&self.settings))
    }
}

/// What the host itself has to know before it can serve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostConfiguration {
    /// Where to listen; port 0 stands for any free one.
    pub listen: SocketAddr,
    /// The SQLite file.
    pub database: PathBuf,
}

impl HostConfiguration {
    /// Reads and checks it; `flags` win over `sources`.
    pub fn read(sources: &Sources, flags: &ServeArguments) -> Result<Self, Failure> {
        Ok(Self {
            listen: address::read(sources, flags.listen.as_deref())?,
            database: database_file(sources, flags.database_url.as_deref())?,
        })
    }
}

/// The SQLite file that holds the data.
pub fn database_file(sources: &Sources, flag: Option<&str>) -> Result<PathBuf, Failure> {
    database_url::read(sources, flag)
}

/// Reads and checks what the components have to know, for a server that listens on `listening`.
pub fn read_settings(sources: &Sources, dev: bool, listening: SocketAddr) -> Result<Settings, Failure> {
    let local_url = address::local_url(listening);
    // The reader takes values, not errors: the first one is kept aside and comes before its verdict.
    let failure = std::cell::Cell::new(None);
    let value = |name| {
        if dev && name == "DEV_MODE" {
            return Some("on".to_owned());
        }
        sources.value(name).unwrap_or_else(|error| {
            failure.set(Some(error));
            None
        })
    };
    let settings = Settings::read(value, local_url.as_deref())
        .and_then(|settings| settings.check_secrets().map(|()| settings));
    if let Some(failure) = failure.take() {
        return Err(failure);
    }
    settings.map_err(|error| match error {
        ConfigError::Missing { name, hint } => Failure::new(format!("{name} is not set"), hint),
        ConfigError::Invalid { name: name @ "DEV_MODE", reason } => {
            let reason = reason.split_once(": ");
            let (what, mend) = reason.unwrap_or(("cannot be read", "set it to on or off, or leave it out"));
            Failure::new(format!("{name} {what}"), mend)
        }
        ConfigError::Invalid { name, reason } => {
            Failure::new(format!("{name} {reason}"), "correct it, or leave it out for the default")
        }
        error @ ConfigError::Unreadable(_) => Failure::new(error.to_string(), "make it readable"),
    })
}

/// Begins to log as `sources` say.
pub fn start_logging(sources: &Sources) -> Result<(), Failure> {
    let terminal = std::io::IsTerminal::is_terminal(&std::io::stderr());
    let format = LogFormat::read(sources.value("LOG_FORMAT")?.as_deref(), terminal)?;
    logging::start(format, sources.value("RUST_LOG")?.as_deref())
}

/// How whoever started this program would start it again.
#[must_use]
pub fn own_command(sources: &Sources) -> String {
    // Cargo tells the programs it runs about itself.
    if matches!(sources.value("CARGO_MANIFEST_DIR"), Ok(Some(_))) {
        return "cargo run --release --".into();
    }
    let program = std::env::args_os().next().map(PathBuf::from);
    program.as_deref().and_then(Path::to_str).unwrap_or("chatstream").to_owned()
}

#[cfg(test)]
mod tests;
