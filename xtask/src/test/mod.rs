//! `cargo xtask test`: every check there is, one step after the other.

mod edges;
mod hosts;
mod licences;
mod pages;
mod rooms;

use anyhow::{Result, bail};
use cargo_metadata::Metadata;
use clap::ValueEnum;

use crate::{
    components,
    process::{self, Stopwatch},
    setup, workspace,
};

/// What `cargo xtask test` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Run this step alone; may be given several times
    #[arg(long, value_name = "STEP")]
    only: Vec<Step>,
    /// Tell the stories to this host alone; may be given several times
    #[arg(long, value_name = "HOST")]
    host: Vec<Host>,
    /// Mend the formatting instead of complaining about it
    #[arg(long)]
    fix: bool,
}

/// What the stories can be told to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Host {
    /// The native server
    Native,
    /// The built components, in the tests' own WebAssembly host
    Wasm,
    /// The built components, in Spin: the program that SPIN names, or the one on the path
    Spin,
}

impl Host {
    /// The hosts that every change has to pass on.
    const ALWAYS: [Self; 2] = [Self::Native, Self::Wasm];
}

/// The steps, in the order they are run: what is quick and fails often comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Step {
    /// Crates depend only on the rooms below them
    Edges,
    /// The code is formatted
    Format,
    /// Clippy has nothing to say
    Clippy,
    /// The documentation builds without a warning
    Docs,
    /// Licences, sources and advisories of all dependencies
    Licences,
    /// The pages' scripts parse, and their tests pass
    Static,
    /// Every component builds for WebAssembly, and none is larger than it may be
    Wasm,
    /// Everything builds, the tests too
    Build,
    /// Every test passes
    Tests,
}

impl Step {
    /// What to do when the step fails.
    const fn advice(self) -> &'static str {
        match self {
            Self::Edges => {
                "move the code to the room it belongs to; a new room gets a row in xtask/src/test/rooms.rs"
            }
            Self::Format => "`cargo xtask test --only format --fix` mends it",
            Self::Clippy => "mend what clippy names above; `cargo clippy --fix` helps with some of it",
            Self::Docs => "mend the documentation named above",
            Self::Licences => "replace the dependency, or allow it in deny.toml with a comment that says why",
            Self::Static => "mend the script or test named above",
            Self::Wasm => {
                "use a port of crates/platform instead of what WebAssembly lacks (threads, tokio, C libraries)"
            }
            Self::Build => "mend the errors above",
            Self::Tests => "mend what failed above; `cargo test -p <package> <name>` runs one test again",
        }
    }

    fn run(self, metadata: &Metadata, arguments: &Arguments) -> Result<()> {
        let root = &metadata.workspace_root;
        match self {
            Self::Edges => edges::check(metadata),
            Self::Format => {
                setup::component(metadata, "rustfmt", "fmt")?;
                let check: &[&str] = if arguments.fix { &[] } else { &["--", "--check"] };
                process::run(process::cargo(root).args(["fmt", "--all"]).args(check))
            }
            Self::Clippy => {
                setup::component(metadata, "clippy", "clippy")?;
                let deny = ["--", "--deny", "warnings"];
                process::run(
                    process::cargo(root).args(["clippy", "--workspace", "--all-targets"]).args(deny),
                )?;
                setup::wasm_target(metadata)?;
                let packages = workspace::selection(&workspace::portable(metadata));
                let mut wasm = process::cargo(root);
                wasm.args(["clippy", "--lib", "--target", workspace::WASM]).args(packages);
                process::run(wasm.args(deny))
            }
            Self::Docs => process::run(
                process::cargo(root)
                    .args(["doc", "--workspace", "--all-features", "--no-deps"])
                    .env("RUSTDOCFLAGS", "-D warnings"),
            ),
            Self::Licences => licences::check(metadata),
            Self::Static => pages::check(metadata),
            Self::Wasm => components::build(metadata).and_then(|files| components::check_sizes(&files)),
            // All targets and the whole workspace, so that the next step finds everything built: a
            // narrower choice has other features, and would build the same crates twice.
            Self::Build => process::run(process::cargo(root).args(["build", "--workspace", "--all-targets"])),
            Self::Tests => {
                // Nothing to do after the steps before. The tests start the programs that they left: built on their
                // own those would have other features, and so be built once more.
                Self::Build.run(metadata, arguments)?;
                let hosts: &[Host] = if arguments.host.is_empty() { &Host::ALWAYS } else { &arguments.host };
                if hosts.contains(&Host::Native) {
                    process::run(hosts::tests(metadata).args(["test", "--workspace", "--no-fail-fast"]))?;
                }
                let other = hosts.iter().filter(|host| **host != Host::Native);
                other.copied().try_for_each(|host| hosts::stories(metadata, host))
            }
        }
    }

    fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    fn about(self) -> String {
        let value = self.to_possible_value();
        value.and_then(|value| value.get_help().map(ToString::to_string)).unwrap_or_default()
    }
}

/// Runs the steps asked for, and stops at the first that fails.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let all = Stopwatch::start();
    let metadata = workspace::load()?;
    let mut steps = Step::value_variants().to_vec();
    steps.retain(|step| arguments.only.is_empty() || arguments.only.contains(step));
    let mut done = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        println!("\n── {} of {} · {} · {}", index + 1, steps.len(), step.name(), step.about());
        let watch = Stopwatch::start();
        if let Err(error) = step.run(&metadata, arguments) {
            bail!("{} failed after {watch}: {error:#}\nwhat to do: {}", step.name(), step.advice());
        }
        let took = watch.to_string();
        println!("   ok, {took}");
        done.push((step.name(), took));
    }
    println!("\n── all is well");
    for (name, took) in done {
        println!("   {name:<10}{took:>14}");
    }
    println!("   {:<10}{:>14}", "together", all.to_string());
    Ok(())
}
