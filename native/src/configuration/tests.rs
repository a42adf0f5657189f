//! Which value wins, and what is said of one that cannot be right.

use super::*;

fn sources(
    files: &[(&str, &str)],
    environment: &[(&'static str, &'static str)],
) -> (tempfile::TempDir, Sources) {
    let directory = tempfile::tempdir().unwrap();
    for (name, value) in files {
        std::fs::write(directory.path().join(name), value).unwrap();
    }
    let environment = environment.to_vec();
    let sources = Sources::new(directory.path(), move |name| {
        environment.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
    });
    (directory, sources)
}

fn flags(listen: Option<&str>, database_url: Option<&str>) -> ServeArguments {
    ServeArguments { listen: listen.map(Into::into), database_url: database_url.map(Into::into), dev: false }
}

fn listen(environment: &[(&'static str, &'static str)], flag: Option<&str>) -> Result<String, String> {
    let (_directory, sources) = sources(&[], environment);
    HostConfiguration::read(&sources, &flags(flag, None))
        .map(|host| host.listen.to_string())
        .map_err(|failure| failure.to_string())
}

#[test]
fn a_laptop_needs_no_settings() {
    let (_directory, sources) = sources(&[], &[]);
    let host = HostConfiguration::read(&sources, &flags(None, None)).unwrap();
    assert_eq!(host.listen.to_string(), "127.0.0.1:5000");
    assert_eq!(host.database, Path::new("data/chatstream.db"));
    let settings = read_settings(&sources, false, host.listen).unwrap();
    assert!(settings.dev_mode);
    assert_eq!(settings.public_url, "http://127.0.0.1:5000");
}

#[test]
fn a_secrets_file_wins_over_the_environment_and_a_flag_over_both() {
    let files = [("listen", "127.0.0.1:1\n"), ("superadmins", " 42 \n"), ("port", "")];
    let (_directory, sources) =
        sources(&files, &[("LISTEN", "127.0.0.1:2"), ("SUPERADMINS", "7"), ("PORT", "3")]);
    let read = |flag| HostConfiguration::read(&sources, &flags(flag, None)).unwrap().listen.port();
    assert_eq!(read(None), 1);
    assert_eq!(read(Some("127.0.0.1:4")), 4);
    let settings = read_settings(&sources, false, "127.0.0.1:1".parse().unwrap()).unwrap();
    assert!(settings.is_superadmin(42, "x") && !settings.is_superadmin(7, "x"));
    // An empty file is no value.
    assert_eq!(sources.value("PORT").unwrap().as_deref(), Some("3"));
}

#[test]
fn a_port_alone_means_every_address() {
    assert_eq!(listen(&[("PORT", "8000")], None).unwrap(), "0.0.0.0:8000");
    assert_eq!(listen(&[("PORT", "8000"), ("LISTEN", "[::1]:9")], None).unwrap(), "[::1]:9");
    assert_eq!(listen(&[("LISTEN", "localhost:0")], None).unwrap(), "127.0.0.1:0");
}

#[test]
fn addresses_that_cannot_be_right_are_named() {
    assert!(listen(&[("PORT", "http")], None).unwrap_err().starts_with("PORT "));
    assert!(listen(&[("LISTEN", "5000")], None).unwrap_err().starts_with("LISTEN "));
    assert!(listen(&[], Some("nowhere:5000")).unwrap_err().starts_with("--listen "));
}

#[test]
fn the_database_is_a_file() {
    let database = |url: &'static str| {
        let (_directory, sources) = sources(&[], &[("DATABASE_URL", url)]);
        database_file(&sources, None).map_err(|failure| failure.to_string())
    };
    assert_eq!(database("sqlite:/a/b.db").unwrap(), Path::new("/a/b.db"));
    assert_eq!(database("sqlite:///a/b.db").unwrap(), Path::new("/a/b.db"));
    assert_eq!(database("sqlite:b.db").unwrap(), Path::new("b.db"));
    for url in ["sqlite:", "sqlite::memory:", "b.db", "postgres://x", "sqlite:b.db?mode=ro"] {
        assert!(database(url).unwrap_err().starts_with("DATABASE_URL does not "), "{url}");
    }
    let refused = database("mysql://tool:s3cret@tools.db/x").unwrap_err();
    assert!(refused.contains("not in this version yet") && !refused.contains("s3cret"), "{refused}");
}

#[test]
fn toolforge_s_variables_ask_for_mariadb_unless_a_file_is_named() {
    let (_directory, sources) = sources(&[("db-host", "tools.db")], &[]);
    let refused = database_file(&sources, None).unwrap_err().to_string();
    assert!(refused.starts_with("DB_HOST ") && refused.contains("not in this version yet"), "{refused}");
    assert_eq!(database_file(&sources, Some("sqlite:x.db")).unwrap(), Path::new("x.db"));
}

#[test]
fn development_mode_is_for_loopback() {
    let everywhere = "0.0.0.0:5000".parse().unwrap();
    let loopback = "127.0.0.1:5000".parse().unwrap();
    let (_directory, sources) = sources(&[], &[("DEV_MODE", "off")]);
    let refused = read_settings(&sources, true, everywhere).unwrap_err().to_string();
    assert!(refused.starts_with("DEV_MODE ") && refused.contains(" — listen on 127.0.0.1"), "{refused}");
    assert!(read_settings(&sources, true, loopback).unwrap().dev_mode);
    let refused = read_settings(&sources, false, loopback).unwrap_err().to_string();
    assert!(refused.starts_with("OAUTH_CLIENT_ID is not set — "), "{refused}");
}

#[test]
fn a_value_that_cannot_be_right_is_one_line() {
    for (name, value) in [("RETENTION_DAYS", "soon"), ("DEV_MODE", "perhaps"), ("PUBLIC_URL", "tool")] {
        let (_directory, sources) = sources(&[], &[(name, value)]);
        let line = read_settings(&sources, false, "127.0.0.1:5000".parse().unwrap()).unwrap_err().to_string();
        assert!(line.starts_with(name) && line.contains(" — ") && !line.contains('\n'), "{line}");
    }
}

#[test]
fn a_secrets_file_that_cannot_be_read_stops_the_start() {
    let (directory, sources) = sources(&[], &[("OAUTH_CLIENT_ID", "k")]);
    std::fs::create_dir(directory.path().join("oauth-client-id")).unwrap();
    let line = read_settings(&sources, false, "0.0.0.0:1".parse().unwrap()).unwrap_err().to_string();
    assert!(line.starts_with("OAUTH_CLIENT_ID cannot be read from "), "{line}");
}

#[tokio::test]
async fn the_port_answers_what_was_read() {
    let (_directory, sources) = sources(&[], &[("RETENTION_DAYS", "7")]);
    let settings = read_settings(&sources, false, "127.0.0.1:5000".parse().unwrap()).unwrap();
    let config = NativeConfig::new(settings);
    assert_eq!(config.settings().await.unwrap().retention_days, 7);
}
