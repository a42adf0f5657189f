//! The native server on an SQLite file.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use super::{
    Options, built,
    kind::{CommandLine, Features, HostKind},
};

/// The variable that names the program, for those who built it themselves.
const PROGRAM: &str = "CHATSTREAM_BIN";

/// Settings of the product that a test run must not take over from whoever started it.
pub(super) const SETTINGS: &[&str] = &[
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
        local_address
    }

    fn database_file(&self) -> &'static str {
        "chatstream.db"
    }

    fn features(&self) -> Features {
        Features {
            file_limits: cfg!(target_os = "linux"),
            raw_headers: true,
            says_goodbye: true,
            manifest: false,
        }
    }
}

/// The first address on this machine in `line`, with a port of its own.
pub(super) fn local_address(line: &str) -> Option<String> {
    const START: &str = "http://127.0.0.1:";
    let rest = line.get(line.find(START)? + START.len()..)?;
    let port: String = rest.chars().take_while(char::is_ascii_digit).collect();
    (!port.is_empty() && port != "0").then(|| format!("{START}{port}"))
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
        None => built::program("chatstream", built::SOURCES),
    })
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
