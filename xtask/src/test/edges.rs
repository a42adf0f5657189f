//! The boundaries between the rooms, held against what Cargo says of the workspace.

use std::{collections::BTreeSet, fs};

use anyhow::{Context as _, Result, bail};
use cargo_metadata::{DependencyKind, Metadata, Package};

use super::rooms::{NATIVE_ONLY, library_fault, room_fault};
use crate::{
    process,
    workspace::{self, WASM},
};

/// Checks every boundary, and names all that is crossed.
pub(super) fn check(metadata: &Metadata) -> Result<()> {
    let mut faults = BTreeSet::new();
    for package in metadata.workspace_packages() {
        faults.extend(dependency_faults(metadata, package));
        faults.extend(lint_fault(metadata, package)?);
    }
    faults.extend(duplicate_fault(metadata, "libsqlite3-sys"));
    faults.extend(wasm_faults(metadata)?);
    for fault in &faults {
        eprintln!("   {fault}");
    }
    match faults.len() {
        0 => Ok(()),
        1 => bail!("a boundary is crossed, see above"),
        count => bail!("{count} boundaries are crossed, see above"),
    }
}

/// The dependencies a package's manifest declares, and the room it lives in.
fn dependency_faults(metadata: &Metadata, package: &Package) -> Vec<String> {
    let room = workspace::room(metadata, package);
    // A room without dependencies has to be in the table too.
    let mut faults: Vec<String> = room_fault(&room, &room).into_iter().collect();
    for dependency in &package.dependencies {
        faults.extend(match &dependency.path {
            Some(folder) => room_fault(&room, &workspace::room_of(metadata, folder.as_str())),
            None => library_fault(&room, &dependency.name, dependency.kind == DependencyKind::Development),
        });
    }
    faults
}

/// A package that does not take over the workspace's lints.
fn lint_fault(metadata: &Metadata, package: &Package) -> Result<Option<String>> {
    let path = &package.manifest_path;
    let text = fs::read_to_string(path).with_context(|| format!("{path} cannot be read"))?;
    let manifest: toml::Table = text.parse().with_context(|| format!("{path} is not TOML"))?;
    Ok((!inherits_lints(&manifest))
        .then(|| format!("{} does not say `[lints] workspace = true`", workspace::room(metadata, package))))
}

fn inherits_lints(manifest: &toml::Table) -> bool {
    let lints = manifest.get("lints").and_then(|lints| lints.get("workspace"));
    lints.and_then(toml::Value::as_bool) == Some(true)
}

/// A library that is there in two versions: two copies of SQLite in one process
/// corrupt a database they both open.
fn duplicate_fault(metadata: &Metadata, library: &str) -> Option<String> {
    let found = metadata.packages.iter().filter(|package| package.name == library);
    let versions: Vec<_> = found.map(|package| package.version.to_string()).collect();
    (versions.len() > 1).then(|| format!("{library} is there more than once: {}", versions.join(", ")))
}

/// What a library built for WebAssembly must not bring along, even by way of others.
fn wasm_faults(metadata: &Metadata) -> Result<Vec<String>> {
    let mut tree = process::cargo(&metadata.workspace_root);
    tree.args([
        "tree",
        "--target",
        WASM,
        "--edges",
        "normal,no-proc-macro",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ]);
    tree.args(workspace::selection(&workspace::portable(metadata)));
    Ok(native_only(&process::output(&mut tree)?))
}

fn native_only(tree: &str) -> Vec<String> {
    let names: BTreeSet<&str> = tree.lines().filter_map(|line| line.split_whitespace().next()).collect();
    let found = NATIVE_ONLY.iter().filter(|library| names.contains(**library));
    found
        .map(|library| {
            format!(
                "{library} is built into WebAssembly components; \
                 `cargo tree --target {WASM} --invert {library} -p <component>` shows by whom"
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_workspace_keeps_its_own_boundaries() {
        let metadata = workspace::load().unwrap();
        check(&metadata).unwrap();
        assert!(workspace::components(&metadata).len() >= 7);
    }

    #[test]
    fn lints_are_inherited_only_when_the_manifest_says_so() {
        let inherits = |text: &str| inherits_lints(&text.parse().unwrap());
        assert!(inherits("[lints]\nworkspace = true"));
        assert!(inherits("lints.workspace = true"));
        assert!(!inherits("[lints]\nworkspace = false"));
        assert!(!inherits("[lints.clippy]\nall = \"deny\""));
        assert!(!inherits("[package]\nname = \"x\""));
    }

    #[test]
    fn native_libraries_are_found_in_a_tree() {
        let tree = "chatstream-queue v0.1.0 (components/queue)\ntokio v1.48.0\ntokio-util v0.7.17\n";
        let faults = native_only(tree);
        assert_eq!(faults.len(), 1);
        assert!(faults[0].starts_with("tokio is built into"));
    }
}
