//! What the disk can do: no commit is faster than one sync.

use std::{fs::File, io::Write as _, os::unix::fs::FileExt as _, time::Duration};

use anyhow::Result;
use hdrhistogram::Histogram;
use rusqlite::{Connection, params};

use super::bench::Bench;
use crate::{
    clock,
    load::{histogram, milliseconds},
    reference::{INSERT, open},
};

/// What is written before each sync: as much as a commit of a dozen messages.
const PIECE: usize = 16 * 1024;
/// The file that is written over and over, as SQLite's log is.
const FILE: usize = 4 * 1024 * 1024;

/// What the disk can do.
#[derive(Debug)]
pub(crate) struct Limits {
    /// A write of 16 KiB and its sync, in milliseconds.
    pub(crate) sync_p50: f64,
    /// In milliseconds.
    pub(crate) sync_p99: f64,
    /// Commits a second of a single row, one after the other, and without HTTP.
    pub(crate) commits: f64,
    /// Rows a second in commits of 16 rows.
    pub(crate) rows: f64,
}

impl Limits {
    /// Measures them.
    pub(crate) fn measure(bench: &Bench) -> Result<Self> {
        let time = Duration::from_millis(bench.plan.duration_ms);
        let syncs = syncs(bench, time)?;
        Ok(Self {
            sync_p50: milliseconds(syncs.value_at_quantile(0.5)),
            sync_p99: milliseconds(syncs.value_at_quantile(0.99)),
            commits: rows(bench, 1, time)?,
            rows: rows(bench, 16, time)?,
        })
    }
}

fn syncs(bench: &Bench, time: Duration) -> Result<Histogram<u64>> {
    let path = bench.path("sync");
    let mut file = File::create(&path)?;
    file.write_all(&vec![1; FILE])?;
    file.sync_all()?;
    let piece = vec![2; PIECE];
    let mut latencies = histogram()?;
    let end = clock::now() + time;
    for place in (0..FILE).step_by(PIECE).cycle() {
        let started = clock::now();
        if started > end {
            break;
        }
        file.write_all_at(&piece, u64::try_from(place)?)?;
        file.sync_data()?;
        latencies.saturating_record(clock::micros(started.elapsed()));
    }
    std::fs::remove_file(path)?;
    Ok(latencies)
}

/// Rows a second, so many in each commit, in the table of server (b).
fn rows(bench: &Bench, each: u64, time: Duration) -> Result<f64> {
    let connection = open(&bench.reference_database()?)?;
    let started = clock::now();
    let mut count = 0;
    while started.elapsed() < time {
        commit(&connection, each)?;
        count += each;
    }
    Ok(clock::float(count) / started.elapsed().as_secs_f64())
}

fn commit(connection: &Connection, rows: u64) -> Result<()> {
    connection.prepare_cached("BEGIN IMMEDIATE")?.execute(())?;
    let mut insert = connection.prepare_cached(INSERT)?;
    for row in 0..rows {
        let row = i64::try_from(row)?;
        let (at, name) = ("2026-07-21T10:05:00.123456+00:00", "Somebody");
        let (sender, text) =
            ("a1b2c3d4-e5f6-4890-abcd-ef1234567890", "Will the slides be shared after the talk?");
        let none: Option<String> = None;
        insert.execute(params![row, at, name, sender, 24_906, text, "text", none, "en", row])?;
    }
    connection.prepare_cached("COMMIT")?.execute(())?;
    Ok(())
}
