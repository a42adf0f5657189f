//! What Cargo knows of the workspace: its packages, and the room of the house each of them lives in.

use anyhow::{Context as _, Result};
use cargo_metadata::{Metadata, MetadataCommand, Package};

/// The target that the components are built for.
pub(crate) const WASM: &str = "wasm32-wasip2";

/// Asks Cargo.
pub(crate) fn load() -> Result<Metadata> {
    MetadataCommand::new().exec().context("cargo cannot read this workspace")
}

/// Where `package` lives, from the workspace's root on: `crates/store`, `native`, ….
pub(crate) fn room(metadata: &Metadata, package: &Package) -> String {
    let folder = package.manifest_path.parent().unwrap_or(&metadata.workspace_root);
    room_of(metadata, folder.as_str())
}

/// The room of a folder given by its whole path.
pub(crate) fn room_of(metadata: &Metadata, folder: &str) -> String {
    let room = folder.strip_prefix(metadata.workspace_root.as_str()).unwrap_or(folder);
    room.trim_start_matches(['/', '\\']).replace('\\', "/")
}

/// The components, in the order of their names.
pub(crate) fn components(metadata: &Metadata) -> Vec<&Package> {
    packages(metadata, &["components/"])
}

/// All that has to compile for WebAssembly: the components, and the crates below them.
pub(crate) fn portable(metadata: &Metadata) -> Vec<&Package> {
    packages(metadata, &["crates/", "components/"])
}

fn packages<'a>(metadata: &'a Metadata, below: &[&str]) -> Vec<&'a Package> {
    let mut packages = metadata.workspace_packages();
    packages.retain(|package| below.iter().any(|start| room(metadata, package).starts_with(start)));
    packages.sort_by(|a, b| a.name.cmp(&b.name));
    packages
}

/// `-p a -p b …`
pub(crate) fn selection(packages: &[&Package]) -> Vec<String> {
    packages.iter().flat_map(|package| ["-p".to_owned(), package.name.to_string()]).collect()
}
