//! A decision's way to everybody who has the queue open.

use anyhow::{Result, bail};

use super::{
    bench::{Bench, LISTS},
    client::Client,
};
use crate::{
    load::milliseconds,
    process::Watching,
    seed::Seed,
    table::{Row, Verdict},
    watch::{Decisions, WatchSpec},
};

const STREAMS: usize = 200;
/// Messages a second meanwhile.
const RATE: u32 = 500;
/// From one decision to the next, in milliseconds.
const EVERY_MS: u64 = 50;
/// The time before the first, in milliseconds.
const AFTER_MS: u64 = 1_000;
/// Where the queue's events are.
pub(super) const EVENTS: &str = "/api/channel/demo/queue/events";

/// From sending an approval to its arrival on each of 200 streams.
pub(super) fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let seed =
        Seed { stored: bench.plan.many, queued: 1_000, similar: 0, lists: LISTS, detects_language: false };
    let server = bench.programs.product(&bench.database(&seed)?)?;
    let client = Client::log_in(&server)?;
    let count = bench.plan.decisions;
    let intake_ms = AFTER_MS + EVERY_MS * u64::try_from(count)? + 500;
    let spec = WatchSpec {
        address: server.address,
        target: EVENTS.to_owned(),
        headers: client.headers.clone(),
        streams: STREAMS,
        decisions: Some(Decisions {
            target: ("/api/channel/demo/message/".to_owned(), "/approve".to_owned()),
            messages: seed.queued_messages().take(count).collect(),
            every_ms: EVERY_MS,
            after_ms: AFTER_MS,
        }),
        intake: Some(Bench::steady(&server, RATE, intake_ms, 9)),
        hold: false,
    };
    let before = server.processor_time()?;
    let (watching, report) = Watching::run(&bench.programs.own, &spec)?;
    let used = server.processor_time()?.saturating_sub(before);
    let memory = server.memory()?;
    watching.finish()?;
    if report.open != STREAMS {
        bail!("only {} of {STREAMS} streams stayed open: {}", report.open, report.reason.unwrap_or_default());
    }
    let missing = report.decided * u64::try_from(STREAMS)? - report.delivered;
    let (p50, p99, max) = (milliseconds(report.p50), milliseconds(report.p99), milliseconds(report.max));
    let intake = report.intake.as_ref().map_or_else(String::new, |intake| {
        format!(
            "intake {:.0}/s: p99 {:.1} ms, {} not 200; ",
            intake.per_second,
            milliseconds(intake.p99),
            intake.unexpected
        )
    });
    let processor = used.as_secs_f64() * 100_000.0 / crate::clock::float(intake_ms);
    let refused = report.intake.as_ref().map_or(0, |intake| intake.unexpected);
    let checks = [("100 ms", p99 <= 100.0), ("missing", missing == 0), ("intake", refused == 0)];
    Ok(vec![
        Row::new("streams", format!("{count} decisions, each on {STREAMS} streams, {RATE}/s coming in"))
            .asked("p99 ≤ 100 ms")
            .measured(format!(
                "p99 {p99:.1} ms, max {max:.0} ms, {missing} missing; {intake}{} events of {} bytes; \
                 {processor:.0} % of a processor",
                super::count(usize::try_from(report.events)?),
                report.bytes.checked_div(report.events).unwrap_or_default(),
            ))
            .verdict(Verdict::of(&checks))
            .p50(p50)
            .p99(p99)
            .memory(memory),
    ])
}
