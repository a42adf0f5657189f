//! The page that a run writes.

use std::fmt;

use super::{Machine, Row, thousands};
use crate::measure::Limits;

/// What a run found.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) machine: Machine,
    pub(crate) limits: Limits,
    pub(crate) quick: bool,
    pub(crate) rows: Vec<Row>,
}

const INTRODUCTION: &str = "\
# Benchmarks

This page is written by `cargo xtask bench -- --write docs/benchmarks.md`, in one run. It says what a release build does
on the machine named below; on another one, run it again.
";

const EXPLANATION: &str = "\
## How it is measured

- Three servers, each a process of its own on the loopback: **(a)** a bare axum server that answers hello; **(b)** a bare
  axum server that checks an event's signature (HMAC-SHA256 of the raw body), parses the JSON, and answers once the
  event is in SQLite (write-ahead log, `synchronous=FULL`): one thread writes, one commit for all that wait, one table
  without a second index, prepared statements; **(c)** the product's release binary. All use tokio with a thread for each
  processor, hyper and no Nagle's delay.
- One load generator for all three: a process of its own on one thread, connections that are kept alive, each
  sending its next request when its answer is there. Requests are written and signed beforehand. Events come from the
  generator behind `chatstream simulate`: texts in two dozen languages, questions, reactions, people without a name. Each is
  new, of somebody on no list, and like no blocked text, so each goes the whole way into the database.
- The servers are measured in turns, after a warm-up. Figures are the median of the rounds; in parentheses
  stand the worst and the best round, which show how noisy the machine was. The generator shares the processors with the
  server, so rates are those of a machine that does both; CPU/request is the server's alone.
- Times without a percentile (pages, feeds) are judged by the median, the others by the percentile they name.
- Intake is measured in a channel with the settings of a new one, and once more in one that has each text's language detected
  among all languages.
- Databases are made by `chatstream migrate` and filled with rows as the product writes them: a channel with 1,000 bans, 500
  trusted senders and 200 blocked texts, and a past in which 60 % of the messages were approved, 10 % highlighted, 20 %
  rejected, 10 % came from trusted senders. They are in the page cache, as those of a running server are.
- Memory is what Linux says of the server's process: resident, proportional, and the most that ever was resident. The asked
  40 and 64 MB are compared with the resident memory in millions of bytes.
- A decision's way to the streams is the time from sending the approval to reading, on each stream, the event that names
  the message as gone.
";

impl Page {
    /// On what it was measured, and what the disk can do.
    pub(crate) fn header(&self) -> String {
        let Limits { sync_p50, sync_p99, commits, rows } = &self.limits;
        let quick = if self.quick {
            "\n\n**A quick run**: smaller databases and shorter loads than the names of the rows ask for."
        } else {
            ""
        };
        format!(
            "{}\n\nDisk: 16 KiB written and synced (`fdatasync`) in {sync_p50:.2} ms (p50), {sync_p99:.2} ms (p99). \
             SQLite alone, without HTTP: {} commits/s of one row, {} rows/s in commits of 16.{quick}\n",
            self.machine,
            thousands(*commits),
            thousands(*rows),
        )
    }

    /// The whole page.
    pub(crate) fn document(&self) -> String {
        format!("{INTRODUCTION}\n{}\n{self}\n{EXPLANATION}", self.header())
    }
}

impl fmt::Display for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", Row::HEAD)?;
        self.rows.iter().try_for_each(|row| writeln!(f, "{row}"))
    }
}
