//! Components into machine code, once: what was compiled is kept, named by what it was compiled from.

use std::{
    fs::{self, File},
    hash::{DefaultHasher, Hash as _, Hasher as _},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};
use tempfile::NamedTempFile;
use wasmtime::{Config, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, component::Component};

/// The most instances that live at once, of all components together. As there.
const INSTANCES: u32 = 1_000;

/// The largest memory of an instance, in bytes.
const MEMORY: usize = 4 << 30;

/// How much of an instance's memory stays with its slot for the next one, in bytes.
const KEPT_MEMORY: usize = 2 << 20;

/// How many compiled components are kept.
const KEPT_FILES: usize = 200;

/// Why there is no machine code.
#[derive(Debug, thiserror::Error)]
pub enum CompileError {
    /// The engine does not start.
    #[error("no WebAssembly engine: {0:#}")]
    Engine(wasmtime::Error),
    /// The component, or what is kept of it, cannot be read or written.
    #[error("{path}")]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: io::Error,
    },
    /// It is no component, or one that needs more than this host has.
    #[error("{path} is not a component for this host: {error:#}")]
    Component {
        /// The component.
        path: PathBuf,
        /// What is wrong with it.
        error: wasmtime::Error,
    },
}

impl CompileError {
    fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }
}

/// An engine as Spin configures its own. Where there is too little address space for a pool of instances, each gets
/// its memory from the system.
pub fn engine() -> Result<Engine, CompileError> {
    let mut config = Config::new();
    config.wasm_component_model(true).wasm_component_model_async(true);
    let mut pool = PoolingAllocationConfig::default();
    pool.total_component_instances(INSTANCES)
        .total_memories(INSTANCES)
        .total_tables(2 * INSTANCES)
        .total_stacks(INSTANCES)
        .total_core_instances(4 * INSTANCES)
        .table_elements(100_000)
        .max_component_instance_size(10 << 20)
        .max_core_instance_size(10 << 20)
        .max_memory_size(MEMORY)
        .linear_memory_keep_resident(KEPT_MEMORY)
        .table_keep_resident(512 << 10);
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    Engine::new(&config).or_else(|_| {
        config.allocation_strategy(InstanceAllocationStrategy::OnDemand);
        Engine::new(&config).map_err(CompileError::Engine)
    })
}

/// The component at `path`, compiled now or before.
pub fn component(engine: &Engine, path: &Path, cache: &Path) -> Result<Component, CompileError> {
    let wasm = fs::read(path).map_err(CompileError::file(path))?;
    fs::create_dir_all(cache).map_err(CompileError::file(cache))?;
    let compiled = cache.join(format!("{}.cwasm", key(engine, &wasm)));
    if let Some(component) = load(engine, &compiled) {
        return Ok(component);
    }
    // One process compiles, those that started with it wait for what it leaves.
    let lock_path = compiled.with_extension("lock");
    let lock = File::create(&lock_path).map_err(CompileError::file(&lock_path))?;
    lock.lock().map_err(CompileError::file(&lock_path))?;
    if let Some(component) = load(engine, &compiled) {
        return Ok(component);
    }
    let code = engine
        .precompile_component(&wasm)
        .map_err(|error| CompileError::Component { path: path.to_owned(), error })?;
    keep(&compiled, &code).map_err(CompileError::file(&compiled))?;
    // Whoever waits has it open; whoever comes later finds the result.
    fs::remove_file(&lock_path).unwrap_or_default();
    load(engine, &compiled).ok_or_else(|| CompileError::Component {
        path: path.to_owned(),
        error: wasmtime::Error::msg("what was just compiled cannot be loaded"),
    })
}

/// A name for what `wasm` becomes with this engine: its release, its settings and this processor's features included.
fn key(engine: &Engine, wasm: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    engine.precompile_compatibility_hash().hash(&mut hasher);
    format!("{}-{:016x}", hex::encode(&Sha256::digest(wasm)[..16]), hasher.finish())
}

#[expect(unsafe_code, reason = "machine code can only be trusted, not checked")]
fn load(engine: &Engine, path: &Path) -> Option<Component> {
    if !path.is_file() {
        return None;
    }
    // SAFETY: the file lies in the build's own folder, where only `keep` below writes names like this one, whole and in
    // one step, with code that this very engine compiled; who can change it could as well change this program beside
    // it. That it fits this engine is checked by wasmtime; one that does not is compiled anew.
    unsafe { Component::deserialize_file(engine, path) }.ok()
}

fn keep(path: &Path, code: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    forget_oldest(folder)?;
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(code)?;
    file.persist(path)?;
    Ok(())
}

/// Every change of a component leaves its former self behind.
fn forget_oldest(folder: &Path) -> io::Result<()> {
    let mut files = Vec::new();
    for entry in folder.read_dir()? {
        let entry = entry?;
        match entry.metadata() {
            Ok(metadata) => files.push((metadata.modified()?, entry.path())),
            // Another process's lock, or what it was about to keep: gone since the folder was read.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    files.sort();
    for (_, path) in files.iter().rev().skip(KEPT_FILES) {
        // Another process may have been faster.
        fs::remove_file(path).unwrap_or_default();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn what_others_keep_meanwhile_is_no_hindrance() {
        let folder = tempfile::tempdir().unwrap();
        thread::scope(|scope| {
            let others = scope.spawn(|| {
                for round in 0..3_000 {
                    let lock = folder.path().join(format!("{round}.lock"));
                    fs::write(&lock, "").unwrap();
                    fs::remove_file(&lock).unwrap();
                }
            });
            while !others.is_finished() {
                forget_oldest(folder.path()).unwrap();
            }
        });
    }
}
