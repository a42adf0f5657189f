//! Starting servers and load generators, each a process of its own, and looking at what they use.

mod generator;
mod usage;
mod wasm;

use std::{
    fs::File,
    io::{BufRead as _, BufReader},
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};

pub(crate) use self::{
    generator::{Generating, Watching, generate},
    usage::{Memory, raise_open_files},
    wasm::{DATABASE, WasmHost},
};
use crate::{
    clock,
    http::{Connection, request},
};

/// How long a server may take to answer for the first time, or to end.
const PATIENCE: Duration = Duration::from_mins(1);
/// Between two looks at whether it does.
const LOOK: Duration = Duration::from_millis(1);

/// A server; it is killed when this is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// When it was started.
    started: Instant,
}

/// The programs.
#[derive(Debug)]
pub(crate) struct Programs {
    /// This one.
    pub(crate) own: PathBuf,
    /// The product's release binary.
    pub(crate) product: PathBuf,
    /// Where what the product logs goes.
    pub(crate) log: PathBuf,
}

impl Programs {
    /// Starts server (a).
    pub(crate) fn hello(&self) -> Result<Server> {
        Server::reference(Command::new(&self.own).arg("serve-hello"))
    }

    /// Starts server (b) over the database at `database`.
    pub(crate) fn insert(&self, database: &Path, secret: &str) -> Result<Server> {
        Server::reference(Command::new(&self.own).arg("serve-insert").arg(database).arg(secret))
    }

    /// Brings the database at `database` up to the product's version.
    pub(crate) fn migrate(&self, database: &Path) -> Result<()> {
        let mut command = Command::new(&self.product);
        command.env_clear().arg("migrate").arg("--database-url").arg(url(database));
        let output = command.stdin(Stdio::null()).output().context("the product cannot be started")?;
        if !output.status.success() {
            bail!("`chatstream migrate` failed: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(())
    }

    /// Starts the product over the database at `database`, and returns at once.
    pub(crate) fn start_product(&self, database: &Path) -> Result<Server> {
        let address = free_address()?;
        let log = File::options().create(true).append(true).open(&self.log)?;
        let mut command = Command::new(&self.product);
        // No setting of whoever runs this.
        command.env_clear();
        command
            .args(["serve", "--dev", "--listen", &address.to_string(), "--database-url"])
            .arg(url(database));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let started = clock::now();
        let child = command.spawn().context("the product cannot be started")?;
        Ok(Server { child, address, started })
    }

    /// Starts the product and waits until it answers.
    pub(crate) fn product(&self, database: &Path) -> Result<Server> {
        let mut server = self.start_product(database)?;
        server.first_answer()?;
        Ok(server)
    }
}

/// A path that the product always has, reads the database for, and answers 200 to anybody.
const FIRST: &str = "/webhook/channel/demo?challenge=bench";

impl Server {
    fn reference(command: &mut Command) -> Result<Self> {
        let started = clock::now();
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let output = child.stdout.take().context("no standard output")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let address = line.trim().parse().context("a reference server did not say where it listens")?;
        Ok(Self { child, address, started })
    }

    /// Waits until the product answers 200; how long that took since it was started.
    pub(crate) fn first_answer(&mut self) -> Result<Duration> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let request = request("GET", FIRST, "");
        loop {
            let status = runtime.block_on(async {
                let mut connection = Connection::open(self.address).await?;
                connection.exchange(&request).await
            });
            match status {
                Ok(200) => return Ok(self.started.elapsed()),
                Ok(status) => bail!("the product's first answer was {status}"),
                Err(_) if self.started.elapsed() < PATIENCE => {}
                Err(error) => return Err(error.context("the product does not answer")),
            }
            if let Some(status) = self.child.try_wait()? {
                bail!("the product ended by itself ({status}); what it logged says why");
            }
            clock::pause(LOOK);
        }
    }

    /// What memory it uses now and used at most.
    pub(crate) fn memory(&self) -> Result<Memory> {
        Memory::of(self.child.id())
    }

    /// The processor time that it has used.
    pub(crate) fn processor_time(&self) -> Result<Duration> {
        usage::processor_time(self.child.id())
    }

    /// Asks it to end, and waits until it has.
    pub(crate) fn stop(mut self) -> Result<()> {
        drop(self.child.stdin.take());
        let pid = i32::try_from(self.child.id()).ok().and_then(rustix::process::Pid::from_raw);
        rustix::process::kill_process(pid.context("no such process")?, rustix::process::Signal::TERM)?;
        let deadline = clock::now() + PATIENCE;
        while self.child.try_wait()?.is_none() {
            if clock::now() > deadline {
                bail!("the server did not end when asked to");
            }
            clock::pause(LOOK);
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // One that has ended already is no error worth a word.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn url(database: &Path) -> String {
    format!("sqlite:{}", database.display())
}

/// An address on which nobody listens.
fn free_address() -> Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").context("nothing can listen on the loopback")?;
    Ok(listener.local_addr()?)
}
