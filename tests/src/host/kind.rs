//! The registry of hosts.

use std::{env, ffi::OsString, path::Path, sync::Arc};

use super::{
    Options,
    native::Native,
    spin::{Spin, Wasm},
};

/// The variable that chooses a host.
const VARIABLE: &str = "CHATSTREAM_HOST";

/// A kind of host: how one is started, and how it says where it is.
pub trait HostKind: Send + Sync {
    /// Its name in `CHATSTREAM_HOST`.
    fn name(&self) -> &'static str;

    /// The command line and environment that start one on the data in `folder`.
    fn command(&self, folder: &Path, options: &Options) -> CommandLine;

    /// Finds the host's address in a line of its output.
    fn address_finder(&self) -> fn(&str) -> Option<String>;

    /// The name of its SQLite file in the data folder.
    fn database_file(&self) -> &'static str;

    /// What it can do beyond the contract.
    fn features(&self) -> Features;
}

/// What a kind of host can do beyond the contract. A story that needs one of these says so where it cannot run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a thing of its own, and none a state")]
pub struct Features {
    /// Its files are in one process's hands, and can be kept from growing.
    pub file_limits: bool,
    /// Headers that are no text reach the product. Spin answers them itself, with a 500.
    pub raw_headers: bool,
    /// It tells the product that it ends. Spin cuts its instances off.
    pub says_goodbye: bool,
    /// It serves what a manifest grants. A setting that is missing shows with a request; elsewhere it stops the start.
    pub manifest: bool,
}

/// What is run.
#[derive(Debug, Clone)]
pub struct CommandLine {
    /// The program and its arguments.
    pub words: Vec<OsString>,
    /// Environment variables to be set.
    pub environment: Vec<(OsString, OsString)>,
    /// Environment variables of whoever runs the tests that must not reach the host.
    pub hidden: &'static [&'static str],
}

/// The kinds there are.
fn registry() -> Vec<Arc<dyn HostKind>> {
    vec![Arc::new(Native), Arc::new(Wasm), Arc::new(Spin)]
}

/// The kind of this name.
///
/// # Panics
///
/// If there is none: a host that is asked for and skipped would look like one that passed.
pub fn kind_named(name: &str) -> Arc<dyn HostKind> {
    let kinds = registry();
    let known: Vec<_> = kinds.iter().map(|kind| kind.name()).collect();
    let found = kinds.iter().find(|kind| kind.name() == name);
    found.map_or_else(
        || panic!("{VARIABLE} is {name:?}, which is no host; there are: {}", known.join(", ")),
        Arc::clone,
    )
}

/// The kind that `CHATSTREAM_HOST` names, or the native one.
pub fn chosen_kind() -> Arc<dyn HostKind> {
    match env::var_os(VARIABLE) {
        Some(name) => kind_named(&name.to_string_lossy()),
        None => kind_named("native"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "which is no host; there are: native, wasm, spin")]
    fn a_host_nobody_knows_is_not_skipped() {
        drop(kind_named("nativ"));
    }
}
