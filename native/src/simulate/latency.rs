//! How long answers take, in a fixed few kilobytes however many there are.

use std::{fmt, time::Duration};

/// Within each power of two, this many steps: a percentile is right to 1 part in 32.
const STEPS: u64 = 32;
const STEP_BITS: u32 = STEPS.trailing_zeros();

/// A histogram of durations from 1 µs up.
#[derive(Debug, Clone, Default)]
pub struct Latencies {
    counts: Vec<u64>,
    total: u64,
    longest: Duration,
}

impl Latencies {
    /// Adds one.
    pub fn record(&mut self, latency: Duration) {
        let index = index(u64::try_from(latency.as_micros()).unwrap_or(u64::MAX));
        if index >= self.counts.len() {
            self.counts.resize(index + 1, 0);
        }
        self.counts[index] += 1;
        self.total += 1;
        self.longest = self.longest.max(latency);
    }

    /// The duration that `percent` of all do not exceed; zero when there are none.
    #[must_use]
    pub fn percentile(&self, percent: u64) -> Duration {
        let wanted = (self.total * percent).div_ceil(100).max(1);
        let mut seen = 0;
        for (index, count) in self.counts.iter().enumerate() {
            seen += count;
            if seen >= wanted {
                return Duration::from_micros(upper_bound(index)).min(self.longest);
            }
        }
        self.longest
    }

    /// The longest of all; zero when there are none.
    #[must_use]
    pub fn longest(&self) -> Duration {
        self.longest
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.total
    }
}

/// Small values stand for themselves; from there on, the place of the highest bit and the bits after it.
fn index(microseconds: u64) -> usize {
    let group = (u64::BITS - microseconds.leading_zeros()).saturating_sub(STEP_BITS + 1);
    let step = microseconds >> group;
    usize::try_from(u64::from(group) * STEPS + step).unwrap_or(usize::MAX)
}

/// The largest value that [`index`] puts there.
fn upper_bound(index: usize) -> u64 {
    let index = u64::try_from(index).unwrap_or(u64::MAX);
    if index < 2 * STEPS {
        return index;
    }
    let group = index / STEPS - 1;
    let step = index % STEPS + STEPS;
    ((step + 1) << group) - 1
}

/// A duration in the unit that people compare latencies in: `0.8 ms`, `12 ms`, `2.1 s`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Short(pub(super) Duration);

impl fmt::Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let milliseconds = self.0.as_secs_f64() * 1000.0;
        if milliseconds < 10.0 {
            write!(f, "{milliseconds:.1} ms")
        } else if milliseconds < 1000.0 {
            write!(f, "{milliseconds:.0} ms")
        } else {
            write!(f, "{:.1} s", milliseconds / 1000.0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_within_its_bucket_and_close_to_its_end() {
        for value in (0..100_000).chain([1 << 30, (1 << 40) + 12_345, (1 << 50) - 1]) {
            let end = upper_bound(index(value));
            assert!(value <= end && end - value <= value / STEPS, "{value} {end}");
        }
    }

    #[test]
    fn percentiles_of_a_known_distribution() {
        let mut latencies = Latencies::default();
        assert_eq!(latencies.percentile(50), Duration::ZERO);
        for milliseconds in 1..=100 {
            latencies.record(Duration::from_millis(milliseconds));
        }
        let near = |percent, milliseconds: u64| {
            let found = latencies.percentile(percent).as_micros();
            let wanted = u128::from(milliseconds) * 1000;
            assert!(found >= wanted && found <= wanted + wanted / 32 + 1, "p{percent} {found}");
        };
        near(50, 50);
        near(99, 99);
        assert_eq!(latencies.percentile(100), Duration::from_millis(100));
        assert_eq!(latencies.count(), 100);
    }

    #[test]
    fn short_durations_print_in_a_fitting_unit() {
        let print = |microseconds| Short(Duration::from_micros(microseconds)).to_string();
        assert_eq!(print(830), "0.8 ms");
        assert_eq!(print(12_300), "12 ms");
        assert_eq!(print(2_100_000), "2.1 s");
    }
}
