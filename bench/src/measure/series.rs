//! Rounds of one load, and the middle of them: on a machine with other work, one round says little.

use std::time::Duration;

use anyhow::Result;

use super::bench::Bench;
use crate::{
    clock,
    load::{LoadReport, LoadSpec, milliseconds},
    process::{Memory, Server},
    table::thousands,
};

/// The rounds of one load on one server.
#[derive(Debug, Default)]
pub(crate) struct Series {
    rounds: Vec<LoadReport>,
    /// The server's processor time for each request, in microseconds.
    processor: Vec<f64>,
    /// The server's memory after the last round.
    pub(crate) memory: Memory,
}

impl Series {
    /// Measures one more round.
    pub(crate) fn add(&mut self, bench: &Bench, server: &Server, spec: &LoadSpec) -> Result<()> {
        let before = server.processor_time()?;
        let report = bench.generate(spec)?;
        let used = server.processor_time()?.saturating_sub(before);
        let answered: u64 = report.statuses.values().sum();
        self.processor.push(micros_each(used, answered));
        self.memory = server.memory()?;
        self.rounds.push(report);
        Ok(())
    }

    /// Answers a second.
    pub(crate) fn per_second(&self) -> f64 {
        median(self.rounds.iter().map(|round| round.per_second))
    }

    /// Half of the latencies are below this, in milliseconds.
    pub(crate) fn p50(&self) -> f64 {
        median(self.rounds.iter().map(|round| milliseconds(round.p50)))
    }

    /// All but one in a hundred latencies are below this, in milliseconds.
    pub(crate) fn p99(&self) -> f64 {
        median(self.rounds.iter().map(|round| milliseconds(round.p99)))
    }

    /// The server's processor time for each request, in microseconds.
    pub(crate) fn processor(&self) -> f64 {
        median(self.processor.iter().copied())
    }

    /// Answers of another status than expected, in all rounds.
    pub(crate) fn unexpected(&self) -> u64 {
        self.rounds.iter().map(|round| round.unexpected).sum()
    }

    /// `12,345/s (11,000–13,000)`: the median, and from the worst round to the best.
    pub(crate) fn rate(&self) -> String {
        let (least, most) = span(self.rounds.iter().map(|round| round.per_second));
        format!("{}/s ({}–{})", thousands(self.per_second()), thousands(least), thousands(most))
    }

    /// From the best round's p99 to the worst's, in milliseconds.
    pub(crate) fn p99_span(&self) -> String {
        let (least, most) = span(self.rounds.iter().map(|round| milliseconds(round.p99)));
        format!("{least:.2}–{most:.2}")
    }
}

fn micros_each(time: Duration, count: u64) -> f64 {
    clock::float(clock::micros(time)) / clock::float(count.max(1))
}

/// The one in the middle; 0 of none.
pub(crate) fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// The least and the greatest; 0 of none.
pub(crate) fn span(values: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    (
        values.clone().min_by(f64::total_cmp).unwrap_or_default(),
        values.max_by(f64::total_cmp).unwrap_or_default(),
    )
}
