//! How often a request asks the database: the host counts.

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;

use super::WasmBench;
use crate::{
    load::Events,
    measure::{LISTS, client::Client, poll::target},
    process::Server,
    reference::INSERT_TARGET,
    seed::{SECRET, Seed},
    table::{Row, Verdict},
};

/// Where the host says what it has counted.
const COUNTS: &str = "/.well-known/spin/statements";
/// How many requests of a kind are looked at: messages of all sorts are among so many.
const LOOKS: usize = 100;

/// Messages, decisions and polls, each on an instance that has served before and on a new one.
pub(super) fn measure(bench: &WasmBench) -> Result<Vec<Row>> {
    let stored = bench.bench.plan.many;
    let seed = Seed { stored, queued: 1_000, similar: 0, lists: LISTS, detects_language: false };
    let warm = bench.product(&seed, &["--count-statements"])?;
    let mut rows = of(&warm, &seed, "")?;
    warm.stop()?;
    let cold = bench.product(&seed, &["--count-statements", "--max-instance-reuse-count", "1"])?;
    rows.extend(of(&cold, &seed, ", a new instance each")?);
    Ok(rows)
}

#[derive(Debug, Clone, Copy, Deserialize)]
struct Counts {
    statements: u64,
    reads: u64,
    writes: u64,
}

fn of(server: &Server, seed: &Seed, instance: &str) -> Result<Vec<Row>> {
    let mut client = Client::log_in(server)?;
    let events =
        Events { target: INSERT_TARGET.to_owned(), secret: SECRET.to_owned(), count: LOOKS, seed: 300 };
    let messages = events.requests();
    let decisions = seed.queued_messages().take(LOOKS).map(|message| {
        let target = format!("/api/channel/demo/message/{message}/approve");
        crate::http::request("POST", &target, &client.headers)
    });
    let decisions: Vec<_> = decisions.collect();
    let (intake, decisions) = (count(&mut client, &messages)?, count(&mut client, &decisions)?);
    let target = target(&mut client)?;
    let polls = vec![client.request(&target); LOOKS];
    let polls = count(&mut client, &polls)?;
    Ok(vec![
        row(format!("intake{instance}"), &intake).asked("≤ 1 read, ≤ 1 write").verdict(verdict(&intake)),
        row(format!("decision{instance}"), &decisions)
            .asked("≤ 1 read, ≤ 1 write")
            .verdict(verdict(&decisions)),
        row(format!("poll, nothing new{instance}"), &polls),
    ])
}

/// What each of `requests` costs. The first is left out: before it there may be no instance.
fn count(client: &mut Client, requests: &[Vec<u8>]) -> Result<Vec<Counts>> {
    let mut all = Vec::with_capacity(requests.len());
    let mut before = None;
    for request in requests {
        let (status, _) = client.exchange(request)?;
        if status != 200 {
            bail!("a request was answered {status}: {}", client.text());
        }
        let now: Counts = serde_json::from_value(client.get_json(COUNTS)?).context("the host's counts")?;
        if let Some(Counts { statements, reads, writes }) = before {
            all.push(Counts {
                statements: now.statements - statements,
                reads: now.reads - reads,
                writes: now.writes - writes,
            });
        }
        before = Some(now);
    }
    Ok(all)
}

fn row(what: String, counts: &[Counts]) -> Row {
    let span = |of: fn(&Counts) -> u64| {
        let (least, most) = (counts.iter().map(of).min(), counts.iter().map(of).max());
        match (least.unwrap_or_default(), most.unwrap_or_default()) {
            (least, most) if least == most => most.to_string(),
            (least, most) => format!("{least}–{most}"),
        }
    };
    let (reads, writes) = (span(|counts| counts.reads), span(|counts| counts.writes));
    let statements = span(|counts| counts.statements);
    Row::new("statements", what).measured(format!("reads {reads}, writes {writes}; statements {statements}"))
}

fn verdict(counts: &[Counts]) -> Verdict {
    Verdict::of(&[
        ("reads", counts.iter().all(|counts| counts.reads <= 1)),
        ("writes", counts.iter().all(|counts| counts.writes <= 1)),
    ])
}
