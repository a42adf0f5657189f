//! `cargo xtask dist`: what is released, in `target/dist`.

use std::fs;

use anyhow::{Context as _, Result, bail};
use cargo_metadata::{Metadata, camino::Utf8Path};
use sha2::{Digest as _, Sha256};

use crate::{
    components, process,
    workspace::{self, WASM},
};

/// Builds the server and the components for release, and lays them out with what a user needs beside them.
pub(crate) fn run() -> Result<()> {
    let metadata = workspace::load()?;
    let folder = metadata.target_directory.join("dist");
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("{folder} cannot be emptied"))?;
    }
    let components = folder.join("components");
    fs::create_dir_all(&components).with_context(|| format!("{components} cannot be made"))?;

    let mut files = vec![server(&metadata, &folder)?];
    files.extend(wasm_components(&metadata, &components)?);
    for name in ["LICENSE", "README.md", "CHANGELOG.md"] {
        copy(&metadata.workspace_root.join(name), &folder.join(name))?;
    }
    files.push(manifest(&metadata, &folder)?);
    let sums: Vec<_> = files.iter().map(|file| format!("{}  {}", file.sha256, file.name)).collect();
    fs::write(folder.join("SHA256SUMS"), sums.join("\n") + "\n")?;

    println!("\n── {folder}");
    for file in files {
        println!("   {:>12} bytes  {}  {}", file.bytes, file.sha256, file.name);
    }
    Ok(())
}

/// Something released.
struct Released {
    /// Its path in `target/dist`.
    name: String,
    bytes: u64,
    sha256: String,
}

fn server(metadata: &Metadata, folder: &Utf8Path) -> Result<Released> {
    process::run(process::cargo(&metadata.workspace_root).args([
        "build",
        "--release",
        "--package",
        "chatstream",
    ]))?;
    let name = format!("chatstream{}", std::env::consts::EXE_SUFFIX);
    release(&metadata.target_directory.join("release").join(&name), folder, &name)
}

fn wasm_components(metadata: &Metadata, folder: &Utf8Path) -> Result<Vec<Released>> {
    let built = components::build(metadata)?;
    components::check_sizes(&built)?;
    let mut released = Vec::new();
    for component in built {
        let mut one =
            release(&component.path, folder, &format!("{}.wasm", component.name.replace('-', "_")))?;
        one.name.insert_str(0, "components/");
        released.push(one);
    }
    Ok(released)
}

/// The manifest, which names the components where they lie here.
fn manifest(metadata: &Metadata, folder: &Utf8Path) -> Result<Released> {
    let path = metadata.workspace_root.join("spin.toml");
    let text = fs::read_to_string(&path).with_context(|| format!("{path} cannot be read"))?;
    let released = folder.join("spin.toml");
    fs::write(&released, text.replace(&format!("target/{WASM}/component/"), "components/"))
        .with_context(|| format!("{released} cannot be written"))?;
    describe(&released, "spin.toml")
}

fn release(built: &Utf8Path, folder: &Utf8Path, name: &str) -> Result<Released> {
    copy(built, &folder.join(name))?;
    describe(built, name)
}

fn describe(file: &Utf8Path, name: &str) -> Result<Released> {
    let content = fs::read(file)?;
    if content.is_empty() {
        bail!("{file} is empty");
    }
    let sha256 = hex::encode(Sha256::digest(&content));
    Ok(Released { name: name.to_owned(), bytes: content.len().try_into()?, sha256 })
}

fn copy(from: &Utf8Path, to: &Utf8Path) -> Result<()> {
    fs::copy(from, to).map(drop).with_context(|| format!("{from} cannot be copied to {to}"))
}
