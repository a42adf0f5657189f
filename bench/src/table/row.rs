//! One line of the table.

use std::fmt;

use hdrhistogram::Histogram;

use crate::{load::milliseconds, measure::Series, process::Memory};

/// How a figure stands to what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Nothing was asked.
    None,
    /// It is as asked.
    Meets,
    /// It is not, for these reasons.
    FallsShort(String),
    /// It could not be measured.
    Failed,
}

impl Verdict {
    /// Meets if all checks hold; else names those that do not.
    pub(crate) fn of(checks: &[(&str, bool)]) -> Self {
        let missed: Vec<&str> = checks.iter().filter(|(_, holds)| !holds).map(|(name, _)| *name).collect();
        if missed.is_empty() { Self::Meets } else { Self::FallsShort(missed.join(", ")) }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("–"),
            Self::Meets => f.write_str("meets"),
            Self::FallsShort(reasons) => write!(f, "**falls short** ({reasons})"),
            Self::Failed => f.write_str("**failed**"),
        }
    }
}

/// One line of the table.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    what: String,
    asked: String,
    measured: String,
    ratio: String,
    verdict: Verdict,
    p50: String,
    p99: String,
    processor: String,
    memory: String,
}

const NOTHING: &str = "–";

impl Row {
    /// A row of the measurement `name` about `what`.
    pub(crate) fn new(name: &'static str, what: impl Into<String>) -> Self {
        let nothing = || NOTHING.to_owned();
        Self {
            what: format!("`{name}` {}", what.into()),
            asked: nothing(),
            measured: nothing(),
            ratio: nothing(),
            verdict: Verdict::None,
            p50: nothing(),
            p99: nothing(),
            processor: nothing(),
            memory: nothing(),
        }
    }

    /// A row that says why there is no other.
    pub(crate) fn failed(name: &'static str, error: &anyhow::Error) -> Self {
        let reason = format!("{error:#}").replace('|', "/").split_whitespace().collect::<Vec<_>>().join(" ");
        Self { measured: reason, verdict: Verdict::Failed, ..Self::new(name, "could not be measured") }
    }

    /// What was asked.
    pub(crate) fn asked(self, asked: impl Into<String>) -> Self {
        Self { asked: asked.into(), ..self }
    }

    /// What was measured.
    pub(crate) fn measured(self, measured: impl Into<String>) -> Self {
        Self { measured: measured.into(), ..self }
    }

    /// The share of what a bare server does.
    pub(crate) fn ratio(self, ratio: f64, of: &str) -> Self {
        Self { ratio: format!("{:.0} % of {of}", ratio * 100.0), ..self }
    }

    /// How it stands to what was asked.
    pub(crate) fn verdict(self, verdict: Verdict) -> Self {
        Self { verdict, ..self }
    }

    /// Latencies, processor time and memory of a series of loads.
    pub(crate) fn series(self, series: &Series) -> Self {
        let processor = format!("{:.0} µs", series.processor());
        Self { processor, ..self }.p50(series.p50()).p99(series.p99()).memory(series.memory)
    }

    /// Latencies in microseconds.
    pub(crate) fn latencies(self, latencies: &Histogram<u64>) -> Self {
        let at = |quantile| milliseconds(latencies.value_at_quantile(quantile));
        self.p50(at(0.5)).p99(at(0.99))
    }

    /// In milliseconds.
    pub(crate) fn p50(self, p50: f64) -> Self {
        Self { p50: short(p50), ..self }
    }

    /// In milliseconds.
    pub(crate) fn p99(self, p99: f64) -> Self {
        Self { p99: short(p99), ..self }
    }

    /// The server's memory.
    pub(crate) fn memory(self, memory: Memory) -> Self {
        let mib = |kib: u64| crate::clock::float(kib) / 1024.0;
        let (resident, proportional, peak) =
            (mib(memory.resident), mib(memory.proportional), mib(memory.peak));
        Self { memory: format!("{resident:.1} / {proportional:.1} / {peak:.1}"), ..self }
    }

    /// The names of the columns, and the line below them.
    pub(crate) const HEAD: &str = "\
| what | asked | measured | ratio | verdict | p50 ms | p99 ms | CPU/request | RSS / PSS / peak MiB |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |";
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, asked, measured, ratio, verdict, p50, p99, processor, memory } = self;
        write!(
            f,
            "| {what} | {asked} | {measured} | {ratio} | {verdict} | {p50} | {p99} | {processor} | {memory} |"
        )
    }
}

fn short(milliseconds: f64) -> String {
    if milliseconds < 10.0 { format!("{milliseconds:.2}") } else { format!("{milliseconds:.0}") }
}

/// A number without its fraction, its thousands apart.
pub(crate) fn thousands(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_easy_to_read() {
        for (number, text) in [(0.0, "0"), (999.4, "999"), (1000.0, "1,000"), (1_234_567.0, "1,234,567")] {
            assert_eq!(thousands(number), text);
        }
        assert_eq!((short(0.123).as_str(), short(12.3).as_str()), ("0.12", "12"));
    }

    #[test]
    fn a_verdict_names_what_is_missed() {
        assert_eq!(Verdict::of(&[("p99", true)]), Verdict::Meets);
        let short = Verdict::of(&[("p99", false), ("answers", true), ("rate", false)]);
        assert_eq!(short.to_string(), "**falls short** (p99, rate)");
    }
}
