//! Why something did not start, for the person who typed the command.

use std::{error::Error, fmt};

/// The exit status of a command that could not start; clap uses the same for arguments it does not know.
pub const EXIT_STATUS: u8 = 2;

/// What is wrong and how to mend it. It prints as one line: `<what> — <how to mend it>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    what: String,
    mend: String,
}

impl Failure {
    /// `what` is wrong, and doing `mend` helps.
    #[must_use]
    pub fn new(what: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { what: what.into(), mend: mend.into() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = format!("{} — {}", self.what, self.mend);
        f.write_str(&line.split_whitespace().collect::<Vec<_>>().join(" "))
    }
}

impl Error for Failure {}

/// `error` and all that led to it, as one text.
pub(crate) fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_one_line() {
        let failure = Failure::new("the file\nis locked", "close  it");
        assert_eq!(failure.to_string(), "the file is locked — close it");
    }
}
