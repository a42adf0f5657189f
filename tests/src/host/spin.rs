//! The built components, by `spin.toml`: in the tests' own WebAssembly host, or in Spin.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use super::{
    Options, built,
    kind::{CommandLine, Features, HostKind},
    native::{SETTINGS, local_address},
};

/// The variable that names the WebAssembly host's program, for those who built it themselves.
const WASM_PROGRAM: &str = "CHATSTREAM_WASM_HOST";
/// The variable that names Spin's program; without it the `spin` on the path.
const SPIN_PROGRAM: &str = "SPIN";

/// What no host of this kind can do, whatever the product does.
const FEATURES: Features = Features {
    file_limits: cfg!(target_os = "linux"),
    raw_headers: false,
    says_goodbye: false,
    manifest: true,
};

/// Spin's name for the file of the database `default` in its state directory.
const DATABASE_FILE: &str = "sqlite_db.db";

/// The tests' own WebAssembly host.
#[derive(Debug)]
pub(super) struct Wasm;

/// Spin itself.
#[derive(Debug)]
pub(super) struct Spin;

impl HostKind for Wasm {
    fn name(&self) -> &'static str {
        "wasm"
    }

    fn command(&self, folder: &Path, options: &Options) -> CommandLine {
        static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
        let program = PROGRAM.get_or_init(|| match env::var_os(WASM_PROGRAM) {
            Some(path) => path.into(),
            None => built::program("chatstream-wasm-host", &["tests/wasm-host"]),
        });
        up(program, folder, options)
    }

    fn address_finder(&self) -> fn(&str) -> Option<String> {
        local_address
    }

    fn database_file(&self) -> &'static str {
        DATABASE_FILE
    }

    fn features(&self) -> Features {
        FEATURES
    }
}

impl HostKind for Spin {
    fn name(&self) -> &'static str {
        "spin"
    }

    fn command(&self, folder: &Path, options: &Options) -> CommandLine {
        let program = env::var_os(SPIN_PROGRAM).map_or_else(|| "spin".into(), PathBuf::from);
        up(&program, folder, options)
    }

    fn address_finder(&self) -> fn(&str) -> Option<String> {
        local_address
    }

    fn database_file(&self) -> &'static str {
        DATABASE_FILE
    }

    fn features(&self) -> Features {
        FEATURES
    }
}

/// `up`, with the same words for both. What the stories give as environment variables are variables of the manifest.
fn up(program: &Path, folder: &Path, options: &Options) -> CommandLine {
    static MANIFEST: OnceLock<PathBuf> = OnceLock::new();
    let manifest = MANIFEST.get_or_init(built::components);
    let manifest = options.manifest.as_ref().unwrap_or(manifest);
    let mut words: Vec<OsString> =
        [program.as_os_str(), "up".as_ref(), "--from".as_ref(), manifest.as_os_str()]
            .map(OsString::from)
            .into();
    words.extend(["--listen", "127.0.0.1:0", "--state-dir"].map(OsString::from));
    words.push(folder.into());
    let mut environment = Vec::new();
    for (name, value) in &options.environment {
        if SETTINGS.contains(&name.as_str()) && name != "RUST_LOG" {
            words.extend(["--variable".into(), format!("{}={value}", name.to_ascii_lowercase()).into()]);
        } else {
            environment.push((name.into(), value.into()));
        }
    }
    CommandLine { words, environment, hidden: SETTINGS }
}
