//! A host that runs, and the component it serves.

use std::{
    env,
    ffi::OsStr,
    future::Future,
    io::{BufRead as _, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex, OnceLock},
    thread,
    time::Duration,
};

use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tokio::time::timeout;

/// A bound on a hang, and nothing else.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A host's process, ended with this value.
pub(crate) struct Running {
    child: Child,
    base: String,
    client: Client<HttpConnector, Full<Bytes>>,
    log: Arc<Mutex<Vec<String>>>,
    data: TempDir,
}

impl Running {
    /// Serves the probes with the settings that all tests share.
    pub(crate) async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// The same with more arguments.
    pub(crate) async fn start_with(arguments: &[&str]) -> Self {
        Self::start_on(probes(), arguments).await
    }

    /// Serves what holds the adapters for Spin against the ports' contracts.
    pub(crate) async fn start_ports(arguments: &[&str]) -> Self {
        Self::start_on(&probes().join("ports"), arguments).await
    }

    async fn start_on(manifest: &Path, arguments: &[&str]) -> Self {
        let data = TempDir::new().unwrap();
        let mut child = command(manifest, data.path()).args(arguments).spawn().unwrap();
        let log = Arc::<Mutex<Vec<String>>>::default();
        let (found, base) = tokio::sync::oneshot::channel();
        let mut found = Some(found);
        each_line(child.stdout.take().unwrap(), move |line| {
            if let Some(base) = line.strip_prefix("Serving ") {
                found.take().map(|found| found.send(base.to_owned()));
            }
        });
        let lines = Arc::clone(&log);
        each_line(child.stderr.take().unwrap(), move |line| lines.lock().unwrap().push(line));
        let base = timeout(PATIENCE, base).await.expect("the host starts in time");
        let base = base.unwrap_or_else(|_| panic!("the host ended: {}", log.lock().unwrap().join("\n")));
        let client = Client::builder(TokioExecutor::new()).build_http();
        Self { child, base, client, log, data }
    }

    /// The file of its database.
    pub(crate) fn database(&self) -> PathBuf {
        self.data.path().join("sqlite_db.db")
    }

    /// The file of its key-value store.
    pub(crate) fn key_values(&self) -> PathBuf {
        self.data.path().join("sqlite_key_value.db")
    }

    /// The whole URL of a path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Where it listens, without the scheme.
    pub(crate) fn address(&self) -> &str {
        self.base.trim_start_matches("http://")
    }

    /// The answer to a request.
    pub(crate) async fn send(&self, request: Request<Full<Bytes>>) -> Answer {
        let (head, body) = within(self.client.request(request)).await.unwrap().into_parts();
        Answer { status: head.status, body }
    }

    /// The answer to a GET request.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(self.url(path)).body(Full::default()).unwrap()).await
    }

    /// The text that answers a GET request well.
    pub(crate) async fn ask(&self, path: &str) -> String {
        let answer = self.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}\n{}", self.log());
        answer.text().await
    }

    /// What it wrote to its standard error so far.
    pub(crate) fn log(&self) -> String {
        self.log.lock().unwrap().join("\n")
    }

    /// Waits until it has written a line like this.
    pub(crate) async fn writes(&self, line: &str) {
        let written = async {
            while !self.log.lock().unwrap().iter().any(|written| written == line) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(PATIENCE, written).await.unwrap_or_else(|_| panic!("no {line:?} in\n{}", self.log()));
    }

    /// Asks it to end, and waits until it has.
    pub(crate) fn terminate(&mut self) -> ExitStatus {
        let pid = Pid::from_child(&self.child);
        kill_process(pid, Signal::TERM).unwrap();
        self.child.wait().unwrap()
    }
}

/// An answer whose body has yet to come.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    body: Incoming,
}

impl Answer {
    /// All of its body.
    pub(crate) async fn text(self) -> String {
        let body = within(self.body.collect()).await.unwrap().to_bytes();
        String::from_utf8(body.into()).unwrap()
    }

    /// The next piece of its body; `None` after the last.
    pub(crate) async fn chunk(&mut self) -> Option<Bytes> {
        let frame = within(self.body.frame()).await?;
        Some(frame.unwrap().into_data().unwrap_or_default())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        self.child.kill().unwrap_or_default();
        drop(self.child.wait());
    }
}

/// What comes in time.
pub(crate) async fn within<T>(future: impl Future<Output = T>) -> T {
    timeout(PATIENCE, future).await.expect("an answer in time")
}

/// The host on the manifest at `from`, not started yet.
pub(crate) fn command(from: &Path, state: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chatstream-wasm-host"));
    command.arg("up").arg("--from").arg(from).arg("--state-dir").arg(state);
    command.args(["--listen", "127.0.0.1:0"]);
    command.env("SPIN_VARIABLE_TOKEN", "t0ken").env("SPIN_VARIABLE_NOBODYS", "ignored");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// The folder of the probes' manifest, once all guests are built.
pub(crate) fn probes() -> &'static Path {
    static MANIFEST: OnceLock<PathBuf> = OnceLock::new();
    MANIFEST.get_or_init(|| {
        let package = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(["build", "--package", "chatstream-wasm-probe", "--package", "chatstream-spin-ports"]);
        cargo.args(["--target", "wasm32-wasip2"]);
        // What Cargo says of these tests would make some build scripts run again.
        for (name, _) in env::vars_os().filter(|(name, _)| is_about_this_package(name)) {
            cargo.env_remove(name);
        }
        // Where the manifest expects it.
        cargo.arg("--target-dir").arg(package.join("../../target")).current_dir(package);
        assert!(cargo.status().unwrap().success(), "the guests could not be built");
        package.join("guests")
    })
}

fn is_about_this_package(name: &OsStr) -> bool {
    name.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_"))
}

fn each_line(pipe: impl Read + Send + 'static, mut take: impl FnMut(String) + Send + 'static) {
    thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            take(line);
        }
    });
}
