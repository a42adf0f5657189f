//! The configuration port over Spin's variables: the names of the settings in lower case.

use std::{collections::HashMap, sync::Arc};

use async_lock::OnceCell;
use spin_sdk::variables::{self, Error};

use crate::config::{Config, ConfigError, NAMES, Settings};

/// Spin's variables, read once for each instance.
#[derive(Debug, Clone, Default)]
pub struct SpinConfig {
    local_url: Option<String>,
    settings: Arc<OnceCell<Arc<Settings>>>,
}

impl SpinConfig {
    /// The settings for requests that came from this machine to `local_url`, or from anywhere.
    #[must_use]
    pub fn new(local_url: Option<String>) -> Self {
        Self { local_url, settings: Arc::default() }
    }
}

impl Config for SpinConfig {
    async fn settings(&self) -> Result<Arc<Settings>, ConfigError> {
        let read = || async {
            let mut values = HashMap::with_capacity(NAMES.len());
            for name in NAMES {
                values.insert(name, variable(&name.to_ascii_lowercase()).await?);
            }
            let value = |name| values.get(name).cloned().flatten();
            Settings::read(value, self.local_url.as_deref()).map(Arc::new)
        };
        self.settings.get_or_try_init(read).await.cloned()
    }
}

/// The variable's value; `None` if the component is not granted it.
pub(super) async fn variable(name: &str) -> Result<Option<String>, ConfigError> {
    match variables::get(name).await {
        Ok(value) => Ok(Some(value)),
        Err(Error::Undefined(_) | Error::InvalidName(_)) => Ok(None),
        // The text is the provider's: it names the variable, and has no value to give away.
        Err(Error::Provider(reason) | Error::Other(reason)) => {
            Err(ConfigError::Unreadable(format!("variable {name}: {reason}")))
        }
    }
}
