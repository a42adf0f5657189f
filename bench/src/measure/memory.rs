//! Memory.

use anyhow::{Result, bail};

use super::{
    bench::{Bench, LISTS, events},
    client::Client,
    streams::EVENTS,
};
use crate::{
    load::{LoadSpec, milliseconds},
    process::{Memory, Server, Watching},
    seed::Seed,
    table::{Row, Verdict},
    watch::WatchSpec,
};

const STREAMS: usize = 1_000;
/// Messages posted by one process of the generator.
const PART: usize = 50_000;
const CONNECTIONS: usize = 64;
/// What comes in while the streams are open: messages a second, and for how long.
const RATE: u32 = 20;
const INTAKE_MS: u64 = 5_000;

/// Memory after many messages, and then with many streams.
pub(super) fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let posted = bench.plan.posted;
    let seed = Seed { stored: 1_000, queued: 1_000, similar: 0, lists: LISTS, detects_language: false };
    let server = bench.programs.product(&bench.database(&seed)?)?;
    let unused = server.memory()?;
    let mut seconds = 0.0;
    for part in 0..posted.div_ceil(PART) {
        seconds += post(bench, &server, part)?;
    }
    // What moderators and readers make the server hold counts as well.
    let mut client = Client::log_in(&server)?;
    for target in ["/api/channel/demo/queue?limit=500", "/rss/demo", "/api/channel/demo/log?limit=100"] {
        client.send("GET", target)?;
    }
    let after = server.memory()?;
    let watching = open_streams(bench, &server, &client)?;
    let with_streams = server.memory()?;
    watching.finish()?;
    server.stop()?;
    let rate = crate::clock::float(u64::try_from(posted)?) / seconds;
    let row = |what: String, asked: &str, limit: u64, memory: Memory, more: String| {
        Row::new("memory", what)
            .asked(asked)
            .measured(format!("{:.1} MB{more}", megabytes(memory.resident)))
            .verdict(Verdict::of(&[(asked, megabytes(memory.resident) <= crate::clock::float(limit))]))
            .memory(memory)
    };
    let start = format!(" ({:.1} MB before; {rate:.0} messages/s over all)", megabytes(unused.resident));
    Ok(vec![
        row(format!("after {} messages posted over HTTP", super::count(posted)), "≤ 40 MB", 40, after, start),
        row(
            format!("then with {} open streams, {RATE}/s coming in", super::count(STREAMS)),
            "≤ 64 MB",
            64,
            with_streams,
            String::new(),
        ),
    ])
}

/// As people count it, and as the issue of 40 MB means it: a million bytes.
fn megabytes(kib: u64) -> f64 {
    crate::clock::float(kib) * 1.024 / 1000.0
}

/// Posts a part of the messages; how many seconds that took.
fn post(bench: &Bench, server: &Server, part: usize) -> Result<f64> {
    let report = bench.generate(&LoadSpec {
        address: server.address,
        connections: CONNECTIONS,
        work: events(PART, 1_000 + u64::try_from(part)?),
        expect: 200,
        warm_up_ms: 0,
        duration_ms: 600_000,
        rate: None,
    })?;
    if report.unexpected > 0 {
        let reason = report.reason.unwrap_or_default();
        bail!(
            "{} of {PART} messages were not answered 200 ({:?}) {reason}",
            report.unexpected,
            report.statuses
        );
    }
    let p99 = milliseconds(report.p99);
    eprintln!("  posted {PART}: {:.0}/s, p99 {p99:.2} ms", report.per_second);
    Ok(report.elapsed)
}

fn open_streams(bench: &Bench, server: &Server, client: &Client) -> Result<Watching> {
    let spec = WatchSpec {
        address: server.address,
        target: EVENTS.to_owned(),
        headers: client.headers.clone(),
        streams: STREAMS,
        decisions: None,
        intake: Some(Bench::steady(server, RATE, INTAKE_MS, 11)),
        hold: true,
    };
    let (watching, report) = Watching::run(&bench.programs.own, &spec)?;
    if report.open != STREAMS {
        bail!("only {} of {STREAMS} streams stayed open: {}", report.open, report.reason.unwrap_or_default());
    }
    Ok(watching)
}
