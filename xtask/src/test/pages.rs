//! The checks of `static/`: what browsers load, as it is, without a build step.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use cargo_metadata::Metadata;

use crate::{
    process::{self, command},
    setup,
};

/// Parses every script, then runs the tests in `static/tests`.
pub(super) fn check(metadata: &Metadata) -> Result<()> {
    setup::node(metadata)?;
    let folder = metadata.workspace_root.join("static");
    let scripts = scripts(folder.as_std_path())?;
    for script in &scripts {
        if !process::succeeds(node(metadata).arg("--check").arg(script)) {
            process::run(node(metadata).arg("--check").arg(script))?;
        }
    }
    println!("   {} scripts parse", scripts.len());
    // Named one by one: what a folder's name means to `node --test` differs between its versions.
    let tests: Vec<_> = scripts.into_iter().filter(|script| is_test(script)).collect();
    if tests.is_empty() {
        bail!("there is no *.test.js or *.test.mjs in {}", folder.join("tests"));
    }
    process::run(node(metadata).arg("--test").args(tests))
}

fn node(metadata: &Metadata) -> std::process::Command {
    command("node", &metadata.workspace_root)
}

/// All scripts below `folder`, in a fixed order.
fn scripts(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("{} cannot be read", folder.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "js" || it == "mjs") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn is_test(script: &Path) -> bool {
    script.file_stem().is_some_and(|stem| Path::new(stem).extension().is_some_and(|it| it == "test"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_known_by_their_names() {
        assert!(is_test(Path::new("static/tests/queue.test.mjs")));
        assert!(is_test(Path::new("static/tests/queue.test.js")));
        assert!(!is_test(Path::new("static/tests/helpers.mjs")));
        assert!(!is_test(Path::new("static/test.js")));
    }
}
