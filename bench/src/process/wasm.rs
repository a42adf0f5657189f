//! The WebAssembly host of the tests, built optimised, and the components as they are released.

use std::{
    env,
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, bail};

use super::{Server, free_address};
use crate::clock;

/// What the components are built for, and the profile that they are released in.
const TARGET: &str = "wasm32-wasip2";
const PROFILE: &str = "component";
/// The name that the host gives to an application's database, in the folder of its state.
pub(crate) const DATABASE: &str = "sqlite_db.db";

/// The component that answers hello, as an application of its own.
const HELLO_MANIFEST: &str = "\
spin_manifest_version = 2

[application]
name = \"hello\"

[[trigger.http]]
route = \"/...\"
component = \"hello\"

[component.hello]
source = ";

/// The host, and what it can serve.
#[derive(Debug)]
pub(crate) struct WasmHost {
    program: PathBuf,
    manifest: PathBuf,
    hello: PathBuf,
    /// Names and files of the product's components.
    pub(crate) components: Vec<(String, PathBuf)>,
    log: PathBuf,
}

impl WasmHost {
    /// Builds all of it. `beside` is the folder of this program, where Cargo puts the host's; `folder` is for the
    /// manifest of hello and for what the host logs.
    pub(crate) fn build(beside: &Path, folder: &Path) -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("this crate is in no workspace")?;
        cargo(root, &["--release", "--package", "chatstream-wasm-host", "--bin", "chatstream-wasm-host"])?;
        let mut names = Vec::new();
        for entry in fs::read_dir(root.join("components"))? {
            names.push(entry?.file_name().to_string_lossy().into_owned());
        }
        names.sort();
        let packages: Vec<String> = names.iter().map(|name| format!("chatstream-{name}")).collect();
        let mut arguments = vec!["--lib", "--target", TARGET, "--profile", PROFILE];
        for package in packages.iter().map(String::as_str).chain(["chatstream-wasm-probe"]) {
            arguments.extend(["--package", package]);
        }
        cargo(root, &arguments)?;
        let target = beside.parent().context("this program is not in a target folder")?;
        let built = |name: &str| target.join(TARGET).join(PROFILE).join(format!("chatstream_{name}.wasm"));
        let hello = folder.join("hello.toml");
        fs::write(&hello, format!("{HELLO_MANIFEST}{:?}\n", built("wasm_probe").display().to_string()))?;
        Ok(Self {
            program: beside.join("chatstream-wasm-host").with_extension(env::consts::EXE_EXTENSION),
            manifest: root.join("spin.toml"),
            hello,
            components: names.iter().map(|name| (name.clone(), built(name))).collect(),
            log: folder.join("wasm-host.log"),
        })
    }

    /// Serves the product over the database in the folder `state`, and waits until it answers.
    pub(crate) fn product(&self, state: &Path, options: &[&str]) -> Result<Server> {
        self.up(&self.manifest, state, &[&["--variable", "dev_mode=1"], options].concat())
    }

    /// Serves the component that answers hello, and waits until it does.
    pub(crate) fn hello(&self, state: &Path, options: &[&str]) -> Result<Server> {
        self.up(&self.hello, state, options)
    }

    fn up(&self, manifest: &Path, state: &Path, options: &[&str]) -> Result<Server> {
        let address = free_address()?;
        let mut command = Command::new(&self.program);
        // No variable of whoever runs this.
        command.env_clear();
        command.args(["up", "--listen", &address.to_string(), "--from"]).arg(manifest);
        command.arg("--state-dir").arg(state).args(options);
        let log = File::options().create(true).append(true).open(&self.log)?;
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let started = clock::now();
        let child = command.spawn().context("the WebAssembly host cannot be started")?;
        let mut server = Server { child, address, started };
        server.first_answer()?;
        Ok(server)
    }
}

fn cargo(root: &Path, arguments: &[&str]) -> Result<()> {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.arg("build").args(arguments).current_dir(root);
    if !command.status().context("Cargo cannot be started")?.success() {
        bail!("`cargo build {}` failed", arguments.join(" "));
    }
    Ok(())
}
