//! What belongs to an instance, and what its component is granted.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::Arc,
};

use wasmtime::component::ResourceTable;
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{
    WasiHttpCtx,
    p3::{WasiHttpCtxView, WasiHttpView},
};

use crate::{
    counts::Counts,
    database::{Connection, Likeness},
    key_value::{Store, StoreFile},
    manifest::DEFAULT_LABEL,
    outbound::{AllowedHost, Outbound},
    output::Lines,
};

/// What a component is granted.
#[derive(Debug)]
pub struct Grants {
    /// Its name in the manifest.
    pub name: Arc<str>,
    /// The values of its variables.
    pub variables: BTreeMap<String, String>,
    /// Its environment variables.
    pub environment: Vec<(String, String)>,
    /// The hosts it may call.
    pub allowed_hosts: Arc<[AllowedHost]>,
    /// The key-value stores it may open.
    pub key_value_stores: BTreeSet<String>,
    /// The SQLite databases it may open.
    pub sqlite_databases: BTreeSet<String>,
    /// Where the stores and databases are.
    pub files: Arc<Files>,
}

/// The files of an application.
#[derive(Debug)]
pub struct Files {
    database: PathBuf,
    key_value: Arc<StoreFile>,
    counts: Arc<Counts>,
    likeness: Likeness,
}

impl Files {
    /// In `folder`, under the names that Spin gives them; the database answers like this.
    #[must_use]
    pub fn new(folder: &Path, likeness: Likeness) -> Self {
        Self {
            database: folder.join("sqlite_db.db"),
            key_value: StoreFile::new(folder.join("sqlite_key_value.db")),
            counts: Arc::default(),
            likeness,
        }
    }

    pub(crate) fn counts(&self) -> Arc<Counts> {
        Arc::clone(&self.counts)
    }

    pub(crate) fn database(&self, label: &str) -> Option<Connection> {
        (label == DEFAULT_LABEL).then(|| Connection::new(self.database.clone(), self.counts(), self.likeness))
    }

    pub(crate) fn key_value(&self, label: &str) -> Option<Store> {
        (label == DEFAULT_LABEL).then(|| self.key_value.store(label))
    }
}

/// An instance's own.
pub struct State {
    pub(crate) component: Arc<Grants>,
    pub(crate) table: ResourceTable,
    /// How many connections it has open.
    pub(crate) connections: usize,
    /// How many stores it has open.
    pub(crate) stores: usize,
    wasi: WasiCtx,
    http: WasiHttpCtx,
    outbound: Outbound,
}

impl State {
    /// For a new instance: no files, no sockets, no arguments.
    #[must_use]
    pub fn new(component: &Arc<Grants>) -> Self {
        let mut wasi = WasiCtx::builder();
        wasi.stdout(Lines::new(Arc::clone(&component.name)));
        wasi.stderr(Lines::new(Arc::clone(&component.name)));
        wasi.envs(&component.environment);
        Self {
            component: Arc::clone(component),
            table: ResourceTable::new(),
            connections: 0,
            stores: 0,
            wasi: wasi.build(),
            http: WasiHttpCtx::new(),
            outbound: Outbound::new(Arc::clone(&component.name), Arc::clone(&component.allowed_hosts)),
        }
    }
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for State {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { ctx: &mut self.http, table: &mut self.table, hooks: &mut self.outbound }
    }
}
