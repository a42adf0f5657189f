//! The same stories on every host.

use std::{env, process::Command};

use anyhow::{Result, bail};
use cargo_metadata::{Metadata, camino::Utf8PathBuf};

use super::Host;
use crate::{components, process};

/// Cargo, told where the programs are that the tests start.
pub(super) fn tests(metadata: &Metadata) -> Command {
    let mut cargo = process::cargo(&metadata.workspace_root);
    cargo.env("CHATSTREAM_BIN", program(metadata, "chatstream"));
    cargo.env("CHATSTREAM_WASM_HOST", program(metadata, "chatstream-wasm-host"));
    cargo
}

/// Tells the stories to `host`, which serves the built components.
pub(super) fn stories(metadata: &Metadata, host: Host) -> Result<()> {
    components::build(metadata)?;
    let name = match host {
        Host::Native => "native",
        Host::Wasm => "wasm",
        Host::Spin => {
            find_spin(metadata)?;
            "spin"
        }
    };
    // With the whole workspace, though only one of its tests: else it would be built with other features.
    let stories = ["test", "--workspace", "--test", "stories", "--no-fail-fast"];
    process::run(tests(metadata).args(stories).env("CHATSTREAM_HOST", name))
}

fn find_spin(metadata: &Metadata) -> Result<()> {
    let spin = env::var_os("SPIN").unwrap_or_else(|| "spin".into());
    if process::succeeds(process::command(&spin, &metadata.workspace_root).arg("--version")) {
        return Ok(());
    }
    bail!(
        "there is no Spin here: install Spin 4.1 or newer (https://spinframework.dev/install), \
         or name its program in SPIN; `--host wasm` needs none"
    )
}

fn program(metadata: &Metadata, name: &str) -> Utf8PathBuf {
    metadata.target_directory.join(format!("debug/{name}{}", env::consts::EXE_SUFFIX))
}
