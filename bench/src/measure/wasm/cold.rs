//! Instances that have just been made.

use anyhow::Result;

use super::WasmBench;
use crate::{
    http::request,
    load::LoadSpec,
    measure::{LISTS, Series, poll::poll},
    reference::{HELLO, INSERT_TARGET},
    seed::Seed,
    table::{Row, Verdict},
};

/// Every request gets an instance of its own.
const FRESH: [&str; 2] = ["--max-instance-reuse-count", "1"];
/// The longest that making an instance and its first answer may take, in milliseconds.
const LONGEST: f64 = 10.0;

/// One request after the other, each answered by a new instance: hello, and what the components do first.
pub(super) fn measure(bench: &WasmBench) -> Result<Vec<Row>> {
    let plan = bench.bench.plan;
    let seed = Seed { stored: plan.many, queued: 1_000, similar: 0, lists: LISTS, detects_language: false };
    let hello = bench.hello(&FRESH)?;
    let product = bench.product(&seed, &FRESH)?;
    let get = |target: &str| bench.bench.same(&product, 1, 200, request("GET", target, ""));
    let polls = LoadSpec { connections: 1, ..poll(&bench.bench, &product)? };
    let answers: [(&str, LoadSpec); 4] = [
        ("GET /version", get("/version")?),
        ("the webhook's challenge", get(&format!("{INSERT_TARGET}?challenge=bench"))?),
        ("poll, nothing new", polls),
        ("a message taken", bench.bench.intake(&product, 1, 0)),
    ];
    let mut limit = Series::default();
    let mut series = [const { None }; 4].map(|none: Option<Series>| none.unwrap_or_default());
    for round in 0..plan.rounds {
        limit.add(&bench.bench, &hello, &bench.bench.same(&hello, 1, 200, request("GET", HELLO, ""))?)?;
        for (series, (_, load)) in series.iter_mut().zip(&answers) {
            series.add(&bench.bench, &product, &another(load, 200 + u64::try_from(round)?))?;
        }
    }
    let mut rows =
        vec![Row::new("cold", "(a) hello, a new instance each").series(&limit).measured(measured(&limit))];
    for (series, (what, _)) in series.iter().zip(&answers) {
        let checks = [
            ("median", series.p50() <= LONGEST),
            ("p99", series.p99() <= LONGEST),
            ("answers", series.unexpected() == 0),
        ];
        rows.push(
            Row::new("cold", format!("{what}, a new instance each"))
                .series(series)
                .asked("≤ 10 ms")
                .measured(measured(series))
                .verdict(Verdict::of(&checks)),
        );
    }
    Ok(rows)
}

fn measured(series: &Series) -> String {
    format!("{:.2} ms, p99 {} ms", series.p50(), series.p99_span())
}

/// The same load again, with other events.
fn another(load: &LoadSpec, seed: u64) -> LoadSpec {
    let mut load = load.clone();
    if let crate::load::Work::Events(events) = &mut load.work {
        events.seed = seed;
    }
    load
}
