//! `DATABASE_URL`, and the variables that stand for it on Toolforge.

use std::path::PathBuf;

use super::Sources;
use crate::failure::Failure;

const DEFAULT: &str = "sqlite:data/chatstream.db";
const FORM: &str = "write it like sqlite:data/chatstream.db or sqlite:/var/lib/chatstream/chatstream.db";

/// The SQLite file: the flag, else `DATABASE_URL`, else `data/chatstream.db`.
pub(super) fn read(sources: &Sources, flag: Option<&str>) -> Result<PathBuf, Failure> {
    if let Some(flag) = flag {
        return parse("--database-url", flag);
    }
    if let Some(value) = sources.value("DATABASE_URL")? {
        return parse("DATABASE_URL", &value);
    }
    for name in ["DB_HOST", "DB_USER", "DB_PASSWORD", "DB_NAME"] {
        if sources.value(name)?.is_some() {
            return Err(no_mariadb(name));
        }
    }
    parse("DATABASE_URL", DEFAULT)
}

/// The file that `url` names. `//` after the scheme is allowed and means nothing.
fn parse(name: &str, url: &str) -> Result<PathBuf, Failure> {
    let Some((scheme, path)) = url.split_once(':') else {
        return Err(Failure::new(format!("{name} does not begin with sqlite:"), FORM));
    };
    match scheme.to_ascii_lowercase().as_str() {
        "sqlite" => {}
        "mysql" | "mariadb" => return Err(no_mariadb(name)),
        // Not the value: an address may hold a password.
        _ => return Err(Failure::new(format!("{name} does not begin with sqlite:"), FORM)),
    }
    let path = path.strip_prefix("//").unwrap_or(path);
    if path.is_empty() || path == ":memory:" || path.contains('?') {
        return Err(Failure::new(format!("{name} does not name a file"), FORM));
    }
    Ok(PathBuf::from(path))
}

fn no_mariadb(name: &str) -> Failure {
    Failure::new(
        format!("{name} asks for MariaDB, which is not in this version yet"),
        "set DATABASE_URL to an SQLite file, such as sqlite:data/chatstream.db",
    )
}
