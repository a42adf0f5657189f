//! What all measurements share: the programs, the databases, how long to measure.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, bail};

use crate::{
    load::{Events, LoadReport, LoadSpec, Work},
    process::{Programs, Server, generate},
    reference::INSERT_TARGET,
    seed::{self, SECRET, Seed},
};

/// How much to measure.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    /// How often everything that is compared is measured, in turns.
    pub(crate) rounds: usize,
    /// How long each time, in milliseconds, and how long before that without counting.
    pub(crate) duration_ms: u64,
    pub(crate) warm_up_ms: u64,
    /// How many messages "200,000 stored" and "1,000,000 stored" are.
    pub(crate) many: usize,
    pub(crate) very_many: usize,
    /// How many messages are posted over HTTP before memory is looked at.
    pub(crate) posted: usize,
    /// How many decisions are followed to the streams.
    pub(crate) decisions: usize,
}

impl Plan {
    /// What the page is written from.
    pub(crate) fn full() -> Self {
        Self {
            rounds: 5,
            duration_ms: 4_000,
            warm_up_ms: 1_000,
            many: 200_000,
            very_many: 1_000_000,
            posted: 1_000_000,
            decisions: 300,
        }
    }

    /// To see that everything works.
    pub(crate) fn quick() -> Self {
        Self {
            rounds: 3,
            duration_ms: 1_000,
            warm_up_ms: 300,
            many: 50_000,
            very_many: 200_000,
            posted: 50_000,
            decisions: 60,
        }
    }
}

/// The lists of every database that is measured with: bans, trusted, patterns.
pub(crate) const LISTS: [usize; 3] = [1_000, 500, 200];

/// More than any server here answers in a second.
const MOST_A_SECOND: u64 = 40_000;

/// What all measurements share.
#[derive(Debug)]
pub(crate) struct Bench {
    pub(crate) plan: Plan,
    pub(crate) programs: Programs,
    folder: PathBuf,
}

impl Bench {
    /// Builds the product unless it is given, and makes an empty folder.
    pub(crate) fn prepare(plan: Plan, product: Option<PathBuf>, folder: Option<PathBuf>) -> Result<Self> {
        let own = env::current_exe().context("this program cannot be found")?;
        let beside = own.parent().context("this program is in no folder")?;
        let product = match product {
            Some(product) => product,
            None => build(beside)?,
        };
        let folder = folder.unwrap_or_else(|| beside.join("chatstream-bench-data"));
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        let log = folder.join("product.log");
        Ok(Self { plan, programs: Programs { own, product, log }, folder })
    }

    /// A path in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// A database for the product with this past, which nobody else uses: a copy of one that is made once.
    pub(crate) fn database(&self, seed: &Seed) -> Result<PathBuf> {
        let original = self.path(&format!("seed-{}.db", seed.name()));
        if !original.exists() {
            self.programs.migrate(&original)?;
            seed::fill(&original, seed)?;
        }
        let copy = self.path("product.db");
        remove_database(&copy)?;
        fs::copy(&original, &copy)?;
        // What was copied is on the disk before anything is measured.
        fs::File::open(&copy)?.sync_all()?;
        Ok(copy)
    }

    /// The same under another name, for two products at a time.
    pub(crate) fn database_named(&self, seed: &Seed, name: &str) -> Result<PathBuf> {
        let (from, to) = (self.database(seed)?, self.path(name));
        remove_database(&to)?;
        fs::rename(from, &to)?;
        Ok(to)
    }

    /// An empty database for server (b).
    pub(crate) fn reference_database(&self) -> Result<PathBuf> {
        let path = self.path("reference.db");
        remove_database(&path)?;
        Ok(path)
    }

    /// A load of one request for the plan's time.
    pub(crate) fn same(
        &self,
        server: &Server,
        connections: usize,
        expect: u16,
        request: Vec<u8>,
    ) -> Result<LoadSpec> {
        Ok(LoadSpec {
            address: server.address,
            connections,
            work: Work::Same(String::from_utf8(request)?),
            expect,
            warm_up_ms: self.plan.warm_up_ms,
            duration_ms: self.plan.duration_ms,
            rate: None,
        })
    }

    /// A load of events for the plan's time, as fast as they are taken.
    pub(crate) fn intake(&self, server: &Server, connections: usize, seed: u64) -> LoadSpec {
        let time = self.plan.warm_up_ms + self.plan.duration_ms;
        let count = usize::try_from(MOST_A_SECOND * time / 1_000).unwrap_or(usize::MAX);
        LoadSpec {
            address: server.address,
            connections,
            work: events(count, seed),
            expect: 200,
            warm_up_ms: self.plan.warm_up_ms,
            duration_ms: self.plan.duration_ms,
            rate: None,
        }
    }

    /// A load of events at a steady rate.
    pub(crate) fn steady(server: &Server, rate: u32, duration_ms: u64, seed: u64) -> LoadSpec {
        let count = usize::try_from(u64::from(rate) * (duration_ms + 1_000) / 1_000).unwrap_or(usize::MAX);
        LoadSpec {
            address: server.address,
            connections: 16,
            work: events(count, seed),
            expect: 200,
            warm_up_ms: 200,
            duration_ms,
            rate: Some(rate),
        }
    }

    /// Runs a load to its end in a process of its own.
    pub(crate) fn generate(&self, spec: &LoadSpec) -> Result<LoadReport> {
        generate(&self.programs.own, spec)
    }

    /// Removes the databases.
    pub(crate) fn clean_up(self) -> Result<()> {
        fs::remove_dir_all(&self.folder).context("the databases cannot be removed")
    }
}

/// Events for the channel that every database has.
pub(crate) fn events(count: usize, seed: u64) -> Work {
    Work::Events(Events { target: INSERT_TARGET.to_owned(), secret: SECRET.to_owned(), count, seed })
}

/// Builds the product's release binary, which Cargo puts beside this one.
fn build(beside: &Path) -> Result<PathBuf> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["build", "--release", "--package", "chatstream", "--bin", "chatstream"]);
    if !command.status().context("Cargo cannot be started")?.success() {
        bail!("the product cannot be built");
    }
    let product = beside.join("chatstream").with_extension(env::consts::EXE_EXTENSION);
    if !product.exists() {
        bail!("the product is not at {}: run this by `cargo run --release`", product.display());
    }
    Ok(product)
}

fn remove_database(path: &Path) -> Result<()> {
    for end in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        match fs::remove_file(&name) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(error).context("an old database cannot be removed");
            }
            _ => {}
        }
    }
    Ok(())
}
