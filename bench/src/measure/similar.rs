//! A spammer's messages rejected all at once, while others come in.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use super::{
    bench::{Bench, LISTS},
    client::Client,
    series::{median, span},
};
use crate::{
    clock,
    load::LoadReport,
    process::Generating,
    seed::Seed,
    table::{Row, Verdict},
};

/// Messages a second meanwhile.
const RATE: u32 = 500;
/// How long they come in, and when in that time the moderator acts, in milliseconds.
const INTAKE_MS: u64 = 2_500;
const ACTS_AFTER: Duration = Duration::from_millis(1_500);

/// Reject-similar and block-similar with 10,000 queued, of which a few or all are similar.
pub(super) fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for similar in [500, 10_000] {
        for action in [Action::Reject, Action::Block] {
            let mut times = Vec::new();
            let mut reports = Vec::new();
            for _ in 0..bench.plan.rounds {
                let (time, report) = once(bench, similar, action)?;
                times.push(time);
                reports.push(report);
            }
            rows.push(row(similar, action, &times, &reports));
        }
    }
    Ok(rows)
}

#[derive(Debug, Clone, Copy)]
enum Action {
    Reject,
    Block,
}

fn once(bench: &Bench, similar: usize, action: Action) -> Result<(f64, LoadReport)> {
    let seed =
        Seed { stored: bench.plan.many, queued: 10_000, similar, lists: LISTS, detects_language: false };
    let server = bench.programs.product(&bench.database(&seed)?)?;
    let mut client = Client::log_in(&server)?;
    let intake = Generating::start(&bench.programs.own, &Bench::steady(&server, RATE, INTAKE_MS, 7))?;
    clock::pause(ACTS_AFTER);
    let message = seed.spam();
    let (status, time) = match action {
        Action::Reject => {
            client.send("POST", &format!("/api/channel/demo/message/{message}/reject-similar"))?
        }
        Action::Block => {
            client.post_json("/api/channel/demo/block-similar", &format!("{{\"message_id\":{message}}}"))?
        }
    };
    if status != 200 {
        bail!("it was answered {status}: {}", client.text());
    }
    let rejected = client.json()?["rejected"].as_u64().context("no count of rejected messages")?;
    if rejected != u64::try_from(similar)? {
        bail!("{rejected} messages were rejected instead of {similar}");
    }
    let report = intake.finish()?;
    server.stop()?;
    Ok((time.as_secs_f64() * 1000.0, report))
}

fn row(similar: usize, action: Action, times: &[f64], reports: &[LoadReport]) -> Row {
    let (name, time) = match action {
        Action::Reject => ("reject-similar", median(times.iter().copied())),
        Action::Block => ("block-similar", median(times.iter().copied())),
    };
    let (least, most) = span(times.iter().copied());
    let unexpected: u64 = reports.iter().map(|report| report.unexpected).sum();
    let worst = reports.iter().map(|report| report.max).max().unwrap_or_default();
    let p99 = median(reports.iter().map(|report| crate::load::milliseconds(report.p99)));
    let intake = format!(
        "intake meanwhile: p99 {p99:.1} ms, max {:.0} ms, {unexpected} not 200",
        crate::load::milliseconds(worst)
    );
    Row::new(
        "similar",
        format!("{name}, 10,000 queued, {} similar, {RATE}/s coming in", super::count(similar)),
    )
    .asked("≤ 50 ms, intake going on")
    .measured(format!("{time:.0} ms ({least:.0}–{most:.0}); {intake}"))
    .verdict(Verdict::of(&[("50 ms", time <= 50.0), ("intake", unexpected == 0)]))
    .p50(time)
}
