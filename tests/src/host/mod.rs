//! The hosts: whatever runs the product and speaks its HTTP contract.
//!
//! `CHATSTREAM_HOST` names the kind (`native` unless it is set; a name nobody knows stops every test). A [`Host`] runs
//! on a port and a data folder of its own, is there once it answers, and ends with the value that stands for it; if the
//! test's process dies first, however it dies, the host ends too.

mod built;
mod keeper;
mod kind;
mod native;
mod spin;

use std::{fmt, path::PathBuf, sync::Arc};

use reqwest::Method;
use tempfile::TempDir;

use self::keeper::Keeper;
use crate::{
    http::{Base, Client, try_send},
    wait::{until, within_patience},
};

pub use self::{
    keeper::{Exit, Log},
    kind::{Features, HostKind, chosen_kind, kind_named},
};

/// How a host is started.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// More environment variables, such as `SUPERADMINS`.
    pub environment: Vec<(String, String)>,
    /// A manifest in place of the project's own; only for hosts with [`Features::manifest`].
    pub manifest: Option<PathBuf>,
}

impl Options {
    /// The same with one more environment variable.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// How a host is ended before it is started again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// It is asked to end (`SIGTERM`), and has to end well.
    Asked,
    /// It is cut off (`SIGKILL`), as by a power failure.
    Killed,
}

/// A running host.
pub struct Host {
    kind: Arc<dyn HostKind>,
    options: Options,
    base: Base,
    keeper: Keeper,
    data: Arc<TempDir>,
}

impl Host {
    /// Starts a host of the chosen kind on new data, and waits until it answers.
    pub async fn start(options: Options) -> Self {
        let kind = chosen_kind();
        let data = tempfile::Builder::new().prefix("chatstream-test-").tempdir().expect("a data folder");
        Self::launch_on(Arc::new(data), kind, options).await
    }

    /// Starts two hosts of the chosen kind at once, on the same new data.
    pub async fn start_two(options: Options) -> (Self, Self) {
        let data = tempfile::Builder::new().prefix("chatstream-test-").tempdir().expect("a data folder");
        let data = Arc::new(data);
        let one = Self::launch_on(Arc::clone(&data), chosen_kind(), options.clone());
        tokio::join!(one, Self::launch_on(data, chosen_kind(), options))
    }

    /// Starts a host that has to refuse to, and waits until it has said `why`.
    pub async fn start_refused(options: Options, why: &str) {
        let data = tempfile::Builder::new().prefix("chatstream-test-").tempdir().expect("a data folder");
        let kind = chosen_kind();
        let command = kind.command(data.path(), &options);
        let mut keeper = Keeper::start(&command, data.path(), kind.address_finder());
        let address = within_patience("the host to refuse its settings", keeper.address()).await;
        let exit = address.expect_err("the host serves with these settings");
        assert!(matches!(exit, Exit::Status(status) if status != 0), "{exit:?}");
        // What it wrote last may still be on its way.
        until(why, || async { keeper.log().mentions(why).then_some(()) }).await;
    }

    async fn launch_on(data: Arc<TempDir>, kind: Arc<dyn HostKind>, options: Options) -> Self {
        let base = Base::default();
        let keeper = launch(&*kind, &options, &data, &base).await;
        Self { kind, options, base, keeper, data }
    }

    /// Its SQLite file.
    pub fn database_file(&self) -> PathBuf {
        self.data.path().join(self.kind.database_file())
    }

    /// Where it is; stays right over restarts.
    pub fn base(&self) -> &Base {
        &self.base
    }

    /// What this kind of host can do beyond the contract.
    pub fn features(&self) -> Features {
        self.kind.features()
    }

    /// What it wrote to its log since it was first started.
    pub fn log(&self) -> Log {
        self.keeper.log()
    }

    /// Ends it and starts it again on the same data. Whatever it was doing is cut off, or finished, as the ending says.
    pub async fn restart(&mut self, ending: Ending) {
        self.end(ending).await;
        self.start_again().await;
    }

    /// Ends it, and waits until it has ended.
    pub async fn end(&mut self, ending: Ending) {
        let exit = self.keeper.end(ending).await;
        if ending == Ending::Asked {
            assert_eq!(exit, Exit::Status(0), "a host that is asked to end ends well\n{}", self.log());
        }
    }

    /// Starts it again on the same data, once it has ended.
    pub async fn start_again(&mut self) {
        assert!(self.keeper.exit().is_some(), "two hosts on one folder");
        let log = self.keeper.log();
        self.keeper = launch(&*self.kind, &self.options, &self.data, &self.base).await;
        self.keeper.prepend(&log);
    }

    /// Lets none of the host's files grow beyond `bytes`: its disk is full. `None` takes the limit away.
    ///
    /// Needs [`Features::file_limits`].
    pub fn limit_files(&self, bytes: Option<u64>) {
        assert!(self.features().file_limits, "this host's files cannot be limited");
        self.keeper.limit_files(bytes);
    }

    /// The size of the largest file in the data folder, in bytes.
    pub fn largest_file(&self) -> u64 {
        let files = self.data.path().read_dir().expect("the data folder");
        let sizes = files.filter_map(|entry| Some(entry.ok()?.metadata().ok()?.len()));
        sizes.max().unwrap_or_default()
    }

    /// Fails if the host has ended by itself, or something in it panicked.
    pub fn check_health(&self) {
        let log = self.log();
        assert!(!log.mentions("panicked"), "something panicked\n{log}");
        if let Some(exit) = self.keeper.exit() {
            panic!("the host ended by itself: {exit:?}\n{log}");
        }
    }
}

async fn launch(kind: &dyn HostKind, options: &Options, data: &TempDir, base: &Base) -> Keeper {
    let command = kind.command(data.path(), options);
    let mut keeper = Keeper::start(&command, data.path(), kind.address_finder());
    let url = within_patience("the host to say where it listens", keeper.address()).await;
    base.moved_to(&url.unwrap_or_else(|exit| panic!("the host did not start: {exit:?}\n{}", keeper.log())));
    let client = Client::new(base);
    until("the host to answer", || async {
        if let Some(exit) = keeper.exit() {
            panic!("the host ended before it answered: {exit:?}\n{}", keeper.log());
        }
        // Any answer will do: it shows that the routes are up.
        try_send(client.request(Method::GET, "/version")).await.ok()
    })
    .await;
    keeper
}

impl Drop for Host {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the end of the host's log:\n{}", self.log());
        }
    }
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host")
            .field("kind", &self.kind.name())
            .field("base", &self.base)
            .finish_non_exhaustive()
    }
}
