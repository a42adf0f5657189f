//! Makes a table of the files in `static/`: each as it is and compressed, under a version that their content gives.
//!
//! A page's links to `/static/…` become links to `/static/<version>/…`: what is there never changes, so a browser may
//! keep it for ever. Scripts and style sheets name each other relatively, and so stay within their version.

use std::{
    env,
    fmt::Write as _,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest as _, Sha256};

/// What is served; the rest of the folder is for those who work on it.
const ENDINGS: [&str; 4] = ["css", "html", "js", "svg"];

#[expect(clippy::disallowed_methods, reason = "what Cargo tells a build script is in the environment")]
fn main() -> Result<()> {
    let folder = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../../static").canonicalize()?;
    let output = PathBuf::from(env::var("OUT_DIR")?);
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("{} cannot be read", folder.display()))? {
        let path = entry?.path();
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        if path.is_file() && ENDINGS.contains(&ending) {
            let name = path.file_name().and_then(|name| name.to_str()).context("a name that is not UTF-8")?;
            files.push((name.to_owned(), fs::read(&path)?));
        }
    }
    files.sort();

    let version = version(&files);
    let mut table = format!("static VERSION: &str = {version:?};\nstatic FILES: &[File] = &[\n");
    for (name, content) in files {
        let content = if is_page(&name) { with_versioned_links(&content, &version)? } else { content };
        let compressed = compress(&content)?;
        fs::write(output.join(&name), &content)?;
        fs::write(output.join(format!("{name}.gz")), &compressed)?;
        let etag = hex::encode(&Sha256::digest(&content)[..16]);
        writeln!(
            table,
            "    File {{ name: {name:?}, etag: \"\\\"{etag}\\\"\", plain: include_bytes!({name:?}), \
             gzip: include_bytes!(\"{name}.gz\") }},"
        )?;
    }
    table.push_str("];\n");
    fs::write(output.join("files.rs"), table)?;
    Ok(())
}

fn is_page(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|ending| ending == "html")
}

/// A short name of what pages load, other for other content.
fn version(files: &[(String, Vec<u8>)]) -> String {
    let mut hash = Sha256::new();
    for (name, content) in files.iter().filter(|(name, _)| !is_page(name)) {
        for part in [name.as_bytes(), content] {
            hash.update(part.len().to_be_bytes());
            hash.update(part);
        }
    }
    hex::encode(&hash.finalize()[..6])
}

fn with_versioned_links(page: &[u8], version: &str) -> Result<Vec<u8>> {
    let text = str::from_utf8(page).context("a page that is not UTF-8")?;
    Ok(text.replace("=\"/static/", &format!("=\"/static/{version}/")).into_bytes())
}

fn compress(content: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content)?;
    Ok(encoder.finish()?)
}
