//! Programs that Cargo builds next to the tests: built anew where one is missing or older than its sources.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
    time::SystemTime,
};

/// The folders of the product.
pub(super) const SOURCES: &[&str] = &["components", "crates", "native", "sql", "static"];

/// The program of `package`, which is built from `sources`.
pub(super) fn program(package: &str, sources: &[&str]) -> PathBuf {
    let folder = profile_folder();
    let path = folder.join(format!("{package}{}", env::consts::EXE_SUFFIX));
    if is_older(&path, sources) {
        let profile = match folder.file_name().and_then(|name| name.to_str()) {
            Some("debug") | None => "dev",
            Some(name) => name,
        };
        cargo_build(&["--package", package, "--bin", package, "--profile", profile]);
    }
    assert!(path.is_file(), "cargo built no {}", path.display());
    path
}

/// The components for Spin, where `spin.toml` expects them. Answers the manifest.
pub(super) fn components() -> PathBuf {
    let components = root().join("components").read_dir().expect("components/ can be read");
    let names: Vec<_> =
        components.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    let folder = root().join("target/wasm32-wasip2/component");
    let built = |name: &String| folder.join(format!("chatstream_{name}.wasm"));
    if names.iter().any(|name| is_older(&built(name), &["components", "crates", "sql", "static"])) {
        let packages = names.iter().flat_map(|name| ["--package".to_owned(), format!("chatstream-{name}")]);
        let packages: Vec<_> = packages.collect();
        let mut arguments =
            vec!["--lib", "--target", "wasm32-wasip2", "--profile", "component", "--target-dir", "target"];
        arguments.extend(packages.iter().map(String::as_str));
        cargo_build(&arguments);
    }
    root().join("spin.toml")
}

fn cargo_build(arguments: &[&str]) {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    let target = profile_folder().parent().expect("a profile lies in a target folder").to_owned();
    cargo.arg("build").args(arguments).current_dir(root()).env("CARGO_TARGET_DIR", target);
    let built = cargo.status().expect("cargo can be run");
    assert!(built.success(), "`cargo build {}` failed", arguments.join(" "));
}

/// target/<profile>, where these tests lie in deps/.
fn profile_folder() -> PathBuf {
    let test = env::current_exe().expect("a test has a path");
    test.ancestors().nth(2).expect("a test lies in a target folder").to_owned()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the workspace")
}

/// Whether `path` is missing, or a file in the folders `sources` was written after it.
fn is_older(path: &Path, sources: &[&str]) -> bool {
    let built_at = path.metadata().and_then(|metadata| metadata.modified()).ok();
    built_at.is_none_or(|built_at| newest(sources) > Some(built_at))
}

fn newest(sources: &[&str]) -> Option<SystemTime> {
    let mut folders: Vec<_> = sources.iter().map(|name| root().join(name)).collect();
    let mut newest = None;
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir().into_iter().flatten().flatten() {
            match entry.metadata() {
                Ok(metadata) if metadata.is_dir() => folders.push(entry.path()),
                Ok(metadata) => newest = newest.max(metadata.modified().ok()),
                Err(_) => {}
            }
        }
    }
    newest
}
