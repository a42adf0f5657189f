//! Setting up what a step needs, if it is not there yet.

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use cargo_metadata::Metadata;

use crate::{
    process::{self, command},
    workspace::WASM,
};

/// Makes sure that Cargo's `subcommand` is there, which the toolchain's `component` brings.
pub(crate) fn component(metadata: &Metadata, component: &str, subcommand: &str) -> Result<()> {
    let root = &metadata.workspace_root;
    if process::succeeds(process::cargo(root).args([subcommand, "--version"])) {
        return Ok(());
    }
    process::run(command("rustup", root).args(["component", "add", component])).with_context(|| {
        format!("`cargo {subcommand}` is missing; where Rust does not come from rustup, install {component}")
    })
}

/// Makes sure that the toolchain can build for WebAssembly.
pub(crate) fn wasm_target(metadata: &Metadata) -> Result<()> {
    let root = &metadata.workspace_root;
    let libraries =
        process::output(command("rustc", root).args(["--print", "target-libdir", "--target", WASM]))?;
    if Path::new(libraries.trim()).is_dir() {
        return Ok(());
    }
    process::run(command("rustup", root).args(["target", "add", WASM])).with_context(|| {
        format!(
            "the standard library for {WASM} is missing; where Rust does not come from rustup, install it"
        )
    })
}

/// Makes sure that Node is there: it runs the tests of the pages' scripts, and nothing of the product.
pub(crate) fn node(metadata: &Metadata) -> Result<()> {
    let root = &metadata.workspace_root;
    let is_there = || process::succeeds(command("node", root).arg("--version"));
    if is_there() {
        return Ok(());
    }
    if process::succeeds(command("apt-get", root).arg("--version")) {
        // Without the rights to install, this fails and says so; the sentence below follows.
        let installed = process::run(command("apt-get", root).args([
            "install",
            "--yes",
            "--no-install-recommends",
            "nodejs",
        ]));
        if installed.is_ok() && is_there() {
            return Ok(());
        }
    }
    bail!("node is missing: install Node.js 20 or newer (on Debian: `apt-get install nodejs`)")
}
