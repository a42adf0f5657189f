//! The page that a run writes.

use std::fmt;

use super::{Machine, Row, thousands};
use crate::measure::Limits;

/// What the product runs in. Each has a section of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Host {
    /// The product's own server
    Native,
    /// The built components, in the WebAssembly host of the tests
    Wasm,
}

/// What a run found.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) host: Host,
    pub(crate) machine: Machine,
    pub(crate) limits: Limits,
    pub(crate) quick: bool,
    pub(crate) rows: Vec<Row>,
}

const INTRODUCTION: &str = "\
# Benchmarks

This page is written by `cargo xtask bench --write docs/benchmarks.md`, its second section by the same with
`--host wasm`, each in one run. It says what a release build does on the machine named there; on another one, run it
again.
";

const NATIVE: &str = "## In the server of its own\n";
const WASM: &str = "## In the WebAssembly host\n";

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
- The WebAssembly host is the one of the tests, in a release build: wasmtime as Spin uses it, with Spin's limits (an instance
  serves 128 requests, 16 of them at once, and goes after a second without any). The components are those that are
  released. There, (a) is a component that answers hello and does nothing else. The load generator, its loads and its
  statistics are the same, and so are the databases, which lie in files on the same disk.
- `cold`: the host makes an instance for each request. The time is what the client sees, from sending to the whole answer.
  Both the median and the p99 are judged.
- `statements`: the host counts what components give it to run, each request alone. A read or a write is a batch: a
  transaction, or a statement outside of any. Statements are all there are, `BEGIN`, `COMMIT` and settings included.
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

    /// The whole page, in which the other host's section stays what it is in `before`.
    pub(crate) fn document(&self, before: &str) -> String {
        let heading = if self.host == Host::Native { NATIVE } else { WASM };
        let own = format!("{heading}\n{}\n{self}\n", self.header());
        let (native, wasm) = match self.host {
            Host::Native => (own.as_str(), section(before, WASM)),
            Host::Wasm => (section(before, NATIVE), own.as_str()),
        };
        format!("{INTRODUCTION}\n{native}{wasm}{EXPLANATION}")
    }
}

impl fmt::Display for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", Row::HEAD)?;
        self.rows.iter().try_for_each(|row| writeln!(f, "{row}"))
    }
}

/// The part of `page` below `heading`, itself included; nothing if there is none.
fn section<'a>(page: &'a str, heading: &str) -> &'a str {
    let Some(start) = page.find(heading) else { return "" };
    let rest = &page[start..];
    let end = rest[heading.len()..].find("\n## ").map_or(rest.len(), |end| heading.len() + end + 1);
    &rest[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_ends_where_the_next_begins() {
        let page = format!("{INTRODUCTION}\n{NATIVE}\n1\n\n{WASM}\n2\n\n{EXPLANATION}");
        assert_eq!(section(&page, NATIVE), format!("{NATIVE}\n1\n\n"));
        assert_eq!(section(&page, WASM), format!("{WASM}\n2\n\n"));
        assert_eq!(section("", WASM), "");
    }
}
