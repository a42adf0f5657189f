//! The components, built for Spin.

use std::fs;

use anyhow::{Context as _, Result, bail};
use cargo_metadata::{Metadata, camino::Utf8PathBuf};

use crate::{
    process, setup,
    workspace::{self, WASM},
};

/// The largest that a component may be, in bytes: every instance of a host begins with it.
const LARGEST: u64 = 2 * 1024 * 1024;

/// A built component.
pub(crate) struct Built {
    /// Its package's name.
    pub(crate) name: String,
    /// Its file.
    pub(crate) path: Utf8PathBuf,
}

/// Builds them all, where `spin.toml` expects them. The profile `component` is in `.cargo/config.toml`.
pub(crate) fn build(metadata: &Metadata) -> Result<Vec<Built>> {
    setup::wasm_target(metadata)?;
    let components = workspace::components(metadata);
    let mut build = process::cargo(&metadata.workspace_root);
    build.args(["build", "--lib", "--profile", "component", "--target", WASM]);
    process::run(build.args(workspace::selection(&components)))?;
    let output = metadata.target_directory.join(WASM).join("component");
    let files = components.iter().map(|component| {
        let path = output.join(format!("{}.wasm", component.name.replace('-', "_")));
        Built { name: component.name.to_string(), path }
    });
    Ok(files.collect())
}

/// Prints how large each is, and fails if one is larger than it may be.
pub(crate) fn check_sizes(components: &[Built]) -> Result<()> {
    let mut too_large = Vec::new();
    for Built { name, path } in components {
        let bytes = fs::metadata(path).with_context(|| format!("cargo built no {path}"))?.len();
        println!("   {:>5} KiB  {name}", bytes / 1024);
        if bytes > LARGEST {
            too_large.push(name.as_str());
        }
    }
    if too_large.is_empty() {
        return Ok(());
    }
    bail!(
        "larger than {} KiB: {}; `cargo tree` shows what they bring along",
        LARGEST / 1024,
        too_large.join(", ")
    )
}
