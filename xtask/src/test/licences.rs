//! The licences, sources and advisories of all dependencies, by `cargo deny` and `deny.toml`.

use std::{path::PathBuf, process::Command, time::Duration};

use anyhow::{Context as _, Result};
use cargo_metadata::Metadata;

use crate::process;

/// The version that is installed where none is there.
const VERSION: &str = "0.20.2";

/// Longer than this, and installing has gone wrong: two cores take a minute or two.
const INSTALL_LIMIT: Duration = Duration::from_mins(10);

/// Longer than this, and the advisories count as out of reach.
const FETCH_LIMIT: Duration = Duration::from_mins(1);

/// Runs the checks. The advisories come from a network that is not there everywhere; all else is here.
pub(super) fn check(metadata: &Metadata) -> Result<()> {
    let program = find_or_install(metadata)?;
    process::run(deny(metadata, &program).args([
        "check",
        "--hide-inclusion-graph",
        "licenses",
        "bans",
        "sources",
    ]))?;
    if fetch_advisories(&mut deny(metadata, &program)) {
        process::run(deny(metadata, &program).args(["--offline", "check", "advisories"]))
    } else {
        println!("   ADVISORIES WERE NOT CHECKED: their database cannot be reached from here.");
        Ok(())
    }
}

fn deny(metadata: &Metadata, program: &PathBuf) -> Command {
    process::command(program, &metadata.workspace_root)
}

/// Brings the advisory database up to date. Whether it could.
fn fetch_advisories(deny: &mut Command) -> bool {
    let quiet = deny.env("GIT_TERMINAL_PROMPT", "0").args(["--log-level", "off", "fetch", "db"]);
    process::run_at_most(FETCH_LIMIT, quiet).is_ok()
}

/// The program on the path, or the one in `target/tools`, where it is installed the first time.
fn find_or_install(metadata: &Metadata) -> Result<PathBuf> {
    let root = &metadata.workspace_root;
    let tools = metadata.target_directory.join("tools");
    let installed = tools.join("bin").join(format!("cargo-deny{}", std::env::consts::EXE_SUFFIX));
    for program in [PathBuf::from("cargo-deny"), installed.clone().into()] {
        if process::succeeds(process::command(&program, root).arg("--version")) {
            return Ok(program);
        }
    }
    println!("   cargo-deny is missing and is now installed into {tools}, once; this takes a minute or two");
    // Without optimisation and debug information: it checks in a second either way, and installs in an eighth
    // of the time.
    let mut install = process::cargo(root);
    install.args(["install", "--locked", "--debug", "--config", "profile.dev.debug=false"]);
    install.args(["cargo-deny", "--version", VERSION]);
    install.arg("--root").arg(&tools);
    process::run_at_most(INSTALL_LIMIT, &mut install)
        .context("cargo-deny could not be installed; once it is on the path, that one is used")?;
    Ok(installed.into())
}
