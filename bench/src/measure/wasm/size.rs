//! The components' files.

use std::fs;

use anyhow::{Context as _, Result};

use super::WasmBench;
use crate::{
    clock,
    table::{Row, Verdict},
};

/// The most that a component may be, in MiB.
const MOST: f64 = 2.0;

/// Each component's size, as it is released.
pub(super) fn measure(bench: &WasmBench) -> Result<Vec<Row>> {
    let components = bench.host.components.iter();
    components
        .map(|(name, path)| {
            let bytes = fs::metadata(path).with_context(|| format!("Cargo built no {name}"))?.len();
            let size = clock::float(bytes) / 1_048_576.0;
            Ok(Row::new("size", name)
                .asked("≤ 2 MiB")
                .measured(format!("{size:.2} MiB"))
                .verdict(Verdict::of(&[("2 MiB", size <= MOST)])))
        })
        .collect()
}
