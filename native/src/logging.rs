//! Where log lines go and what they look like. What is in them is up to whoever writes them: never a
//! secret, a token, a session or somebody's words.

use std::io::IsTerminal as _;

use tracing_subscriber::{EnvFilter, filter::LevelFilter};

use crate::failure::Failure;

/// The shape of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For a person at a terminal.
    Text,
    /// One JSON object a line, for a machine.
    Json,
}

impl LogFormat {
    /// Reads `LOG_FORMAT`; without it, what suits standard error.
    pub fn read(value: Option<&str>, terminal: bool) -> Result<Self, Failure> {
        match value {
            None if terminal => Ok(Self::Text),
            None => Ok(Self::Json),
            Some(text) if text.eq_ignore_ascii_case("text") => Ok(Self::Text),
            Some(text) if text.eq_ignore_ascii_case("json") => Ok(Self::Json),
            Some(_) => Err(Failure::new("LOG_FORMAT cannot be read", "set it to text or json")),
        }
    }
}

/// Begins to write log lines to standard error, down to what `filter` (the syntax of `RUST_LOG`) says, or
/// to `info`. Only the first call of a process has an effect.
pub fn start(format: LogFormat, filter: Option<&str>) -> Result<(), Failure> {
    let filter = EnvFilter::builder()
        .with_default_directive(LevelFilter::INFO.into())
        .parse(filter.unwrap_or_default())
        .map_err(|error| {
            Failure::new(
                format!("RUST_LOG cannot be read: {error}"),
                "set it to a level such as info or debug, or to target=level pairs",
            )
        })?;
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second call finds the first one's lines going where they should: nothing to mend.
    match format {
        LogFormat::Text => lines.with_ansi(std::io::stderr().is_terminal()).with_target(false).try_init(),
        LogFormat::Json => lines.json().flatten_event(true).with_span_list(false).try_init(),
    }
    .unwrap_or_default();
    report_panics();
    Ok(())
}

/// A panic's text may hold somebody's words (slicing a string puts the string into it): only its place is logged.
fn report_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a defect: something panicked");
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_follows_the_setting_and_then_the_terminal() {
        assert_eq!(LogFormat::read(Some("JSON"), true), Ok(LogFormat::Json));
        assert_eq!(LogFormat::read(Some("text"), false), Ok(LogFormat::Text));
        assert_eq!(LogFormat::read(None, true), Ok(LogFormat::Text));
        assert_eq!(LogFormat::read(None, false), Ok(LogFormat::Json));
        assert!(LogFormat::read(Some("xml"), true).unwrap_err().to_string().starts_with("LOG_FORMAT "));
    }
}
