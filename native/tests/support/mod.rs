//! The program as a process.

#![allow(dead_code, clippy::panic, reason = "tests, each of which uses its share of these")]

use std::{
    io::{BufRead as _, BufReader, Read as _},
    process::{Child, ChildStdout, Command, Output, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

/// How long anything may take here before it counts as hanging.
pub(crate) const LIMIT: Duration = Duration::from_secs(30);

/// The program with `arguments`, without this process's environment.
pub(crate) fn chatstream(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chatstream"));
    command.args(arguments).env_clear().stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs `command` to its end.
pub(crate) fn run(command: &mut Command) -> Output {
    end(command.spawn().unwrap(), LIMIT)
}

/// What `child` leaves when it ends, which has to be within `limit`.
pub(crate) fn end(child: Child, limit: Duration) -> Output {
    let id = child.id();
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || sender.send(child.wait_with_output()));
    let Ok(output) = receiver.recv_timeout(limit) else {
        signal("KILL", id);
        panic!("still running after {limit:?}");
    };
    output.unwrap()
}

/// Sends the signal `name` to the process `id`.
pub(crate) fn signal(name: &str, id: u32) {
    let status = Command::new("kill").args([&format!("-{name}"), &id.to_string()]).status().unwrap();
    assert!(status.success());
}

/// Standard output and error as text.
pub(crate) fn texts(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&output.stdout), text(&output.stderr))
}

/// Asserts that the program ended with status 2 and one line on standard error, and answers it.
pub(crate) fn failure(output: &Output) -> String {
    let (stdout, stderr) = texts(output);
    assert_eq!(output.status.code(), Some(2), "{stdout}{stderr}");
    assert_eq!(stdout, "");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    assert!(stderr.starts_with("chatstream: ") && stderr.contains(" — "), "{stderr}");
    stderr
}

/// A server that listens on a free port of loopback, and keeps its data in a folder of its own.
pub(crate) struct Server {
    child: Option<Child>,
    stdout: BufReader<ChildStdout>,
    /// What it printed before and with its address.
    pub(crate) banner: String,
    /// Its host and port.
    pub(crate) address: String,
    _folder: tempfile::TempDir,
}

impl Server {
    /// Starts it and waits for its address.
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = format!("sqlite:{}/data/test.db", folder.path().display());
        let mut command = chatstream(&["serve", "--listen", "127.0.0.1:0", "--database-url", &database]);
        let mut child = command.stderr(Stdio::null()).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut banner = String::new();
        // The line is there once the server is; if it fails, the output ends.
        while !banner.contains("http://") {
            assert!(stdout.read_line(&mut banner).unwrap() > 0, "no address: {banner}");
        }
        let address = banner.split("http://").nth(1).unwrap().split(['/', '\n']).next().unwrap().to_owned();
        Self { child: Some(child), stdout, banner, address, _folder: folder }
    }

    /// The process's id.
    pub(crate) fn id(&self) -> u32 {
        self.child.as_ref().unwrap().id()
    }

    /// Waits for its end; answers its exit status.
    pub(crate) fn end(mut self, limit: Duration) -> Option<i32> {
        let status = end(self.child.take().unwrap(), limit).status.code();
        self.stdout.read_to_string(&mut self.banner).unwrap();
        status
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            child.kill().unwrap_or_default();
            child.wait().map(drop).unwrap_or_default();
        }
    }
}
