//! What came of a run.

use std::{collections::BTreeMap, time::Duration};

use anyhow::{Context as _, Result};
use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

use crate::clock;

/// The longest latency that is told from longer ones, in microseconds: a minute.
const LONGEST: u64 = 60_000_000;

/// Latencies in microseconds, to three digits.
pub(crate) fn histogram() -> Result<Histogram<u64>> {
    Histogram::new_with_max(LONGEST, 3).context("a histogram could not be made")
}

/// What one connection saw, and then all.
#[derive(Debug)]
pub(crate) struct Tally {
    /// How long the answers took.
    pub(crate) latencies: Histogram<u64>,
    /// How often each status was answered, those of the warm-up included.
    pub(crate) statuses: BTreeMap<u16, u64>,
    /// How often a connection broke off, and the words of the first time.
    pub(crate) broken: u64,
    /// Why a connection broke off.
    pub(crate) reason: Option<String>,
    /// The time from the first counted request to the last counted answer.
    pub(crate) elapsed: Duration,
}

impl Tally {
    /// Nothing yet.
    pub(crate) fn new() -> Result<Self> {
        let statuses = BTreeMap::new();
        Ok(Self { latencies: histogram()?, statuses, broken: 0, reason: None, elapsed: Duration::ZERO })
    }

    /// Counts an answer; with its latency unless it belongs to the warm-up.
    pub(super) fn answered(&mut self, status: u16, latency: Option<Duration>) {
        *self.statuses.entry(status).or_default() += 1;
        if let Some(latency) = latency {
            self.latencies.saturating_record(clock::micros(latency));
        }
    }

    /// Counts a connection that broke off.
    pub(super) fn broke(&mut self, error: &anyhow::Error) {
        self.broken += 1;
        self.reason.get_or_insert_with(|| format!("{error:#}"));
    }

    /// Adds what another connection saw.
    pub(super) fn add(&mut self, other: Self) -> Result<()> {
        self.latencies.add(&other.latencies).context("histograms of different shapes")?;
        for (status, count) in other.statuses {
            *self.statuses.entry(status).or_default() += count;
        }
        self.broken += other.broken;
        self.reason = self.reason.take().or(other.reason);
        self.elapsed = self.elapsed.max(other.elapsed);
        Ok(())
    }
}

/// What came of a run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct LoadReport {
    /// How many answers were counted, and over which time.
    pub(crate) counted: u64,
    /// In seconds.
    pub(crate) elapsed: f64,
    /// Counted answers a second.
    pub(crate) per_second: f64,
    /// Latencies in microseconds.
    pub(crate) p50: u64,
    /// Latencies in microseconds.
    pub(crate) p99: u64,
    /// Latencies in microseconds.
    pub(crate) max: u64,
    /// Answers of another status than expected and connections that broke off, the warm-up included.
    pub(crate) unexpected: u64,
    /// How often each status was answered.
    pub(crate) statuses: BTreeMap<u16, u64>,
    /// Why the first connection broke off, if one did.
    pub(crate) reason: Option<String>,
}

impl LoadReport {
    /// Sums up `tally`.
    pub(super) fn new(tally: Tally, expected: u16) -> Self {
        let elapsed = tally.elapsed.as_secs_f64();
        let counted = tally.latencies.len();
        let others: u64 =
            tally.statuses.iter().filter(|(status, _)| **status != expected).map(|(_, count)| count).sum();
        Self {
            counted,
            elapsed,
            per_second: if elapsed > 0.0 { clock::float(counted) / elapsed } else { 0.0 },
            p50: tally.latencies.value_at_quantile(0.5),
            p99: tally.latencies.value_at_quantile(0.99),
            max: tally.latencies.max(),
            unexpected: others + tally.broken,
            statuses: tally.statuses,
            reason: tally.reason,
        }
    }
}

/// Microseconds as milliseconds.
pub(crate) fn milliseconds(micros: u64) -> f64 {
    clock::float(micros) / 1000.0
}
