//! The native server on an SQLite file.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
    time::SystemTime,
};

use super::{
    Options,
    kind::{CommandLine, Features, HostKind},
};

/// The variable that names the program, for those who built it themselves.
const PROGRAM: &str = "CHATSTREAM_BIN";

/// Settings of the product that a test run must not take over from whoever started it.
const SETTINGS: &[&str] = &[
    "DATABASE_URL",
    "DB_HOST",
    "DB_NAME",
    "DB_PASSWORD",
    "DB_USER",
    "DEV_MODE",
    "LISTEN",
    "LOG_FORMAT",
    "MEDIAWIKI_URL",
    "METRICS_TOKEN",
    "OAUTH_CLIENT_ID",
    "OAUTH_CLIENT_SECRET",
    "OAUTH_REDIRECT_URI",
    "PORT",
    "PUBLIC_URL",
    "RETENTION_DAYS",
    "RUST_LOG",
    "SECRET_KEY",
    "SUPERADMINS",
];

/// The native server.
#[derive(Debug)]
pub(super) struct Native;

impl HostKind for Native {
    fn name(&self) -> &'static str {
        "native"
    }

    fn command(&self, folder: &Path, options: &Options) -> CommandLine {
        let mut database = OsString::from("sqlite:");
        database.push(folder.join("chatstream.db"));
        let words = [
            program().into(),
            "serve".into(),
            // Any free port: the server says which one it got.
            "--listen".into(),
            "127.0.0.1:0".into(),
            "--database-url".into(),
            database,
        ];
        let own = [("LOG_FORMAT".into(), "json".into())];
        let more = options.environment.iter().map(|(name, value)| (name.into(), value.into()));
        CommandLine {
            words: words.into(),
            environment: own.into_iter().chain(more).collect(),
            hidden: SETTINGS,
        }
    }

    fn address_finder(&self) -> fn(&str) -> Option<String> {
        |line| {
            let at = line.find("http://127.0.0.1:")?;
            let rest = line.get(at..)?;
            let port: String =
                rest.get("http://127.0.0.1:".len()..)?.chars().take_while(char::is_ascii_digit).collect();
            (!port.is_empty() && port != "0").then(|| format!("http://127.0.0.1:{port}"))
        }
    }

    fn features(&self) -> Features {
        Features { file_limits: cfg!(target_os = "linux") }
    }
}

/// The server's program: the one that `CHATSTREAM_BIN` names, else the one Cargo builds next to these tests, built if
/// it is missing or older than its sources.
fn program() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| match env::var_os(PROGRAM) {
        Some(path) => {
            let path = PathBuf::from(path);
            assert!(path.is_file(), "{PROGRAM} names {}, which is no file", path.display());
            path
        }
        None => built_program(),
    })
}

fn built_program() -> PathBuf {
    // target/<profile>/deps/<this test>
    let test = env::current_exe().expect("a test has a path");
    let folder = test.ancestors().nth(2).expect("a test lies in a target folder").to_owned();
    let path = folder.join(format!("chatstream{}", env::consts::EXE_SUFFIX));
    let built_at = path.metadata().and_then(|metadata| metadata.modified()).ok();
    if built_at.is_none_or(|built_at| newest_source() > Some(built_at)) {
        build(&folder);
    }
    assert!(path.is_file(), "cargo built no {}", path.display());
    path
}

fn build(folder: &Path) {
    let profile = match folder.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(name) => name,
    };
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--package", "chatstream", "--bin", "chatstream", "--profile", profile]);
    let target = folder.parent().expect("a profile lies in a target folder");
    let built = cargo.current_dir(root()).env("CARGO_TARGET_DIR", target).status().expect("cargo can be run");
    assert!(built.success(), "the server could not be built");
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the workspace")
}

/// When a file that the server is built from was last written.
fn newest_source() -> Option<SystemTime> {
    let mut folders: Vec<_> =
        ["components", "crates", "native", "sql", "static"].map(|name| root().join(name)).into();
    let mut newest = None;
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir().into_iter().flatten().flatten() {
            match entry.metadata() {
                Ok(metadata) if metadata.is_dir() => folders.push(entry.path()),
                Ok(metadata) => newest = newest.max(metadata.modified().ok()),
                Err(_) => {}
            }
        }
    }
    newest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_found_in_either_banner() {
        let find = Native.address_finder();
        let line = "  Queue    http://127.0.0.1:40123/dev-login?username=Developer";
        assert_eq!(find(line).as_deref(), Some("http://127.0.0.1:40123"));
        assert_eq!(
            find("chatstream 0.1.0 serves on http://127.0.0.1:5").as_deref(),
            Some("http://127.0.0.1:5")
        );
        assert_eq!(find("listening on http://127.0.0.1:0"), None);
        assert_eq!(find("http://"), None);
    }
}
