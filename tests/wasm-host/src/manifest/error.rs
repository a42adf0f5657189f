//! What can be wrong with a manifest.

use std::{io, path::PathBuf};

/// Why a manifest is refused.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// It cannot be read.
    #[error("the manifest {path} cannot be read")]
    Unreadable {
        /// Where it should be.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// It is not TOML, or has keys or types that no manifest has.
    #[error("{path} is not a manifest that this host understands")]
    Syntax {
        /// The manifest.
        path: PathBuf,
        /// Where and what.
        source: Box<toml::de::Error>,
    },
    /// It is well-formed, and means something that cannot be.
    #[error("{place}: {fault}")]
    Meaning {
        /// The table in the manifest.
        place: String,
        /// What is wrong with it.
        fault: String,
    },
    /// A component has not been built.
    #[error("component {component}: {path} is missing; build it first, with `cargo xtask` or `spin build`")]
    NotBuilt {
        /// The component's name.
        component: String,
        /// Its source.
        path: PathBuf,
    },
}

impl ManifestError {
    pub(crate) fn meaning(place: impl Into<String>, fault: impl Into<String>) -> Self {
        Self::Meaning { place: place.into(), fault: fault.into() }
    }
}
