//! What came of the messages, while it runs and at the end.

use std::{collections::BTreeMap, fmt, time::Duration};

use super::latency::{Latencies, Short};

/// What came of the messages.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// How many were sent.
    pub sent: u64,
    /// How many were answered, by status.
    pub answers: BTreeMap<u16, u64>,
    /// How many were not answered, by cause.
    pub failures: BTreeMap<&'static str, u64>,
    /// How long the answers took.
    pub latencies: Latencies,
}

impl Tally {
    /// How many were answered with another status than 200, or not at all.
    #[must_use]
    pub fn refused(&self) -> u64 {
        let answers = self.answers.iter().filter(|(status, _)| **status != 200).map(|(_, count)| count);
        answers.chain(self.failures.values()).sum()
    }
}

/// The line that is refreshed in place.
pub(super) struct Progress<'a> {
    pub(super) tally: &'a Tally,
    /// Messages a minute, just now.
    pub(super) rate: f64,
}

impl fmt::Display for Progress<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { tally, rate } = self;
        write!(
            f,
            "{rate:.0}/min · sent {} · refused {} · p50 {} · p99 {}",
            tally.sent,
            tally.refused(),
            Short(tally.latencies.percentile(50)),
            Short(tally.latencies.percentile(99))
        )
    }
}

/// The last words.
pub(super) struct Summary<'a> {
    pub(super) tally: &'a Tally,
    pub(super) elapsed: Duration,
    pub(super) seed: u64,
}

impl fmt::Display for Summary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { tally, elapsed, seed } = self;
        let latencies = &tally.latencies;
        let seconds = elapsed.as_secs_f64();
        let messages = if tally.sent == 1 { "message" } else { "messages" };
        writeln!(f, "Sent {} {messages} in {seconds:.1} s.", tally.sent)?;
        for (status, count) in &tally.answers {
            let meaning = http::StatusCode::from_u16(*status).ok().and_then(|it| it.canonical_reason());
            writeln!(f, "  {count:>9}  answered {status} {}", meaning.unwrap_or_default())?;
        }
        for (cause, count) in &tally.failures {
            writeln!(f, "  {count:>9}  not answered: {cause}")?;
        }
        if latencies.count() > 0 {
            let [half, most, longest] =
                [latencies.percentile(50), latencies.percentile(99), latencies.longest()].map(Short);
            writeln!(f, "Answers took {half} (p50), {most} (p99), {longest} at most.")?;
        }
        writeln!(f, "The same again: --seed {seed}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally() -> Tally {
        let mut tally = Tally { sent: 7, ..Tally::default() };
        tally.answers.extend([(200, 4), (403, 2)]);
        tally.failures.insert("no connection", 1);
        for _ in 0..6 {
            tally.latencies.record(Duration::from_micros(1_500));
        }
        tally
    }

    #[test]
    fn everything_but_200_is_refused() {
        assert_eq!(tally().refused(), 3);
        assert_eq!(Tally::default().refused(), 0);
    }

    #[test]
    fn the_progress_is_one_line() {
        let line = Progress { tally: &tally(), rate: 59.7 }.to_string();
        assert_eq!(line, "60/min · sent 7 · refused 3 · p50 1.5 ms · p99 1.5 ms");
    }

    #[test]
    fn the_summary_counts_answers_by_status() {
        let text = Summary { tally: &tally(), elapsed: Duration::from_secs(7), seed: 9 }.to_string();
        assert_eq!(
            text,
            "Sent 7 messages in 7.0 s.
          4  answered 200 OK
          2  answered 403 Forbidden
          1  not answered: no connection
Answers took 1.5 ms (p50), 1.5 ms (p99), 1.5 ms at most.
The same again: --seed 9
"
        );
    }
}
