//! Where values come from.

use std::{
    fmt,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use super::SECRETS_DIRECTORY;
use crate::failure::Failure;

/// Answers the value of a variable of the environment.
type Environment = dyn Fn(&str) -> Option<String> + Send + Sync;

/// Secrets files, and the environment for what is in none of them.
pub struct Sources {
    directory: PathBuf,
    environment: Box<Environment>,
}

impl Sources {
    /// This machine's files and this process's environment.
    #[must_use]
    pub fn of_this_process() -> Self {
        #[expect(clippy::disallowed_methods, reason = "this is the adapter that the Config port stands for")]
        let environment = |name: &str| std::env::var(name).ok();
        Self::new(Path::new(SECRETS_DIRECTORY), environment)
    }

    /// The files of `directory`, then `environment`.
    #[must_use]
    pub fn new(
        directory: &Path,
        environment: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        Self { directory: directory.to_owned(), environment: Box::new(environment) }
    }

    /// The value of `name` (upper case, underscores), without white space around it. A file or variable
    /// that holds nothing counts as not there.
    pub fn value(&self, name: &str) -> Result<Option<String>, Failure> {
        let value = match self.file(name)? {
            Some(value) => Some(value),
            None => (self.environment)(name).and_then(|value| meant(&value)),
        };
        Ok(value)
    }

    fn file(&self, name: &str) -> Result<Option<String>, Failure> {
        let path = self.directory.join(name.to_ascii_lowercase().replace('_', "-"));
        match std::fs::read_to_string(&path) {
            Ok(value) => Ok(meant(&value)),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
            Err(error) => Err(Failure::new(
                format!("{name} cannot be read from {} ({error})", path.display()),
                "make the file readable for this user, or remove it",
            )),
        }
    }
}

impl fmt::Debug for Sources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sources").field("directory", &self.directory).finish_non_exhaustive()
    }
}

fn meant(value: &str) -> Option<String> {
    let value = value.trim();
    (!value.is_empty()).then(|| value.to_owned())
}
