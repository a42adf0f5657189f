//! The program as somebody finds it who types its name.
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use std::{
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    time::Duration,
};

use support::{Server, chatstream, failure, run, signal, texts};

/// Well below the ten seconds that unfinished requests are given.
const PROMPTLY: Duration = Duration::from_secs(8);

fn get(address: &str, path: &str) -> (TcpStream, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {address}\r\n\r\n").unwrap();
    let mut answer = [0; 4096];
    let length = stream.read(&mut answer).unwrap();
    (stream, String::from_utf8_lossy(&answer[..length]).into_owned())
}

#[test]
fn it_tells_its_version_and_its_commands() {
    let (version, _) = texts(&run(&mut chatstream(&["--version"])));
    assert_eq!(version, format!("chatstream {}\n", env!("CARGO_PKG_VERSION")));
    let output = run(&mut chatstream(&["--help"]));
    let (help, _) = texts(&output);
    assert!(output.status.success());
    for word in ["serve", "simulate", "migrate", "--listen", "--database-url", "--dev", "DATABASE_URL"] {
        assert!(help.contains(word), "{word}: {help}");
    }
}

#[test]
fn an_unknown_flag_is_refused() {
    let output = run(&mut chatstream(&["--nonsense"]));
    assert_eq!(output.status.code(), Some(2));
    assert!(texts(&output).1.contains("'--nonsense'"));
}

#[test]
fn a_port_in_use_is_one_line() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let line = failure(&run(&mut chatstream(&["--listen", &address])));
    assert!(line.contains(&format!("something else listens on {address}")), "{line}");
}

#[test]
fn settings_that_cannot_be_right_are_one_line() {
    for (name, value, word) in [
        ("LISTEN", "everywhere", "LISTEN "),
        ("PORT", "99999", "PORT "),
        ("DATABASE_URL", "mysql://tool:s3cret@db/x", "not in this version yet"),
        ("LOG_FORMAT", "xml", "LOG_FORMAT "),
        ("RUST_LOG", "=,=", "RUST_LOG "),
    ] {
        let line = failure(&run(chatstream(&["serve"]).env(name, value)));
        assert!(line.contains(word) && !line.contains("s3cret"), "{line}");
    }
    let line = failure(&run(chatstream(&["--listen", "127.0.0.1:0"]).env("RETENTION_DAYS", "soon")));
    assert!(line.contains("RETENTION_DAYS"), "{line}");
    let line = failure(&run(&mut chatstream(&["--dev", "--listen", "0.0.0.0:0"])));
    assert!(line.contains("DEV_MODE"), "{line}");
    let dev = &["--dev", "--listen", "127.0.0.1:0"];
    let line = failure(&run(chatstream(dev).env("PUBLIC_URL", "https://tool.example")));
    assert!(line.contains("DEV_MODE") && line.contains(" — leave out PUBLIC_URL"), "{line}");
    // With a public address alone there is no way to log in.
    let line = failure(&run(chatstream(&dev[1..]).env("PUBLIC_URL", "https://tool.example")));
    assert!(line.contains("OAUTH_CLIENT_ID is not set"), "{line}");
    let oauth = |redirect: &str| {
        let mut command = chatstream(&dev[1..]);
        command.env("OAUTH_CLIENT_ID", "x").env("OAUTH_CLIENT_SECRET", "s3cret").env("SECRET_KEY", "s3cret");
        failure(&run(command.env("PUBLIC_URL", "https://tool.example").env("OAUTH_REDIRECT_URI", redirect)))
    };
    let line = oauth("https://other.example/oauth-callback");
    assert!(line.contains("OAUTH_REDIRECT_URI must be https://tool.example/oauth-callback"), "{line}");
}

#[test]
fn a_database_that_cannot_be_written_is_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "not a database, and longer than the header of one would be: ".repeat(4)).unwrap();
    for (path, words) in [
        (file.join("below.db"), "below.db"),
        (file.clone(), "is not an SQLite database"),
        (folder.path().to_owned(), "cannot be"),
    ] {
        let url = format!("sqlite:{}", path.display());
        for command in [&["--listen", "127.0.0.1:0"][..], &["migrate"]] {
            let line = failure(&run(chatstream(command).args(["--database-url", &url])));
            assert!(line.contains(words) || line.contains("folder"), "{line}");
        }
    }
}

#[test]
fn a_locked_database_is_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("locked.db");
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.execute_batch("CREATE TABLE t (x); BEGIN EXCLUSIVE").unwrap();
    let url = format!("sqlite:{}", path.display());
    let line = failure(&run(&mut chatstream(&["migrate", "--database-url", &url])));
    assert!(line.contains("is locked"), "{line}");
}

#[test]
fn migrating_says_what_it_did() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}/new/test.db", folder.path().display());
    let migrate = || texts(&run(&mut chatstream(&["migrate", "--database-url", &url]))).0;
    assert!(migrate().contains("test.db: applied initial."));
    assert!(migrate().ends_with("test.db is up to date.\n"));
}

#[test]
fn the_first_start_says_where_to_go() {
    let server = Server::start();
    assert!(server.banner.contains("/dev-login?username=Developer&central_id=1&next=/channel/demo/queue"));
    assert!(!server.banner.contains('\x1b'));
    let (_stream, answer) = get(&server.address, "/nowhere");
    assert!(answer.starts_with("HTTP/1.1 404") && answer.contains("application/problem+json"), "{answer}");
}

#[test]
fn sigterm_ends_it_promptly_with_idle_connections_open() {
    for name in ["TERM", "INT"] {
        let server = Server::start();
        let (mut idle, _) = get(&server.address, "/nowhere");
        signal(name, server.id());
        assert_eq!(server.end(PROMPTLY), Some(0));
        assert_eq!(idle.read(&mut [0; 16]).unwrap_or(0), 0);
    }
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let server = Server::start();
    let mut unfinished = TcpStream::connect(&server.address).unwrap();
    write!(
        unfinished,
        "POST /webhook/channel/demo HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\nexpect: 100-continue\r\n\r\n"
    )
    .unwrap();
    // The server asks for the body once its handler has begun.
    assert!(unfinished.read(&mut [0; 64]).unwrap() > 0);
    signal("TERM", server.id());
    // Nobody else can connect from the moment it has heard the signal.
    while TcpStream::connect(&server.address).is_ok() {}
    signal("TERM", server.id());
    assert_eq!(server.end(PROMPTLY), Some(130));
}
