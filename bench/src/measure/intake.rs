//! Messages in.

use anyhow::Result;

use super::{
    bench::{Bench, LISTS},
    series::Series,
};
use crate::{
    http::request,
    reference::HELLO,
    seed::{SECRET, Seed},
    table::{Row, Verdict},
};

/// Intake at 16 and 64 connections, in turns with the two bare servers; then in a channel that wants every text's
/// language to be detected among all languages, which costs more than all the rest.
pub(super) fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for (connections, detects_language) in [(16, false), (64, false), (16, true)] {
        rows.extend(at(bench, connections, detects_language)?);
    }
    Ok(rows)
}

fn at(bench: &Bench, connections: usize, detects_language: bool) -> Result<Vec<Row>> {
    let stored = bench.plan.many;
    let seed = Seed { stored, queued: 1_000, similar: 0, lists: LISTS, detects_language };
    let hello = bench.programs.hello()?;
    let insert = bench.programs.insert(&bench.reference_database()?, SECRET)?;
    let product = bench.programs.product(&bench.database(&seed)?)?;
    let (mut a, mut b, mut c) = (Series::default(), Series::default(), Series::default());
    for round in 0..bench.plan.rounds {
        let traffic = 100 + u64::try_from(round)?;
        a.add(bench, &hello, &bench.same(&hello, connections, 200, request("GET", HELLO, ""))?)?;
        b.add(bench, &insert, &bench.intake(&insert, connections, traffic))?;
        c.add(bench, &product, &bench.intake(&product, connections, traffic))?;
    }
    product.stop()?;
    let share = c.per_second() / b.per_second();
    let mut checks =
        vec![("60 % of (b)", share >= 0.6), ("p99", c.p99() <= 10.0), ("answers", c.unexpected() == 0)];
    let mut asked = "≥ 60 % of (b), p99 ≤ 10 ms".to_owned();
    if connections == 16 {
        checks.push(("15,000/s", c.per_second() >= 15_000.0));
        asked.push_str(", ≥ 15,000/s");
    }
    let language = if detects_language { ", languages detected" } else { "" };
    let reference = |what: &str, series: &Series| {
        Row::new("intake", format!("{what}, {connections} connections"))
            .series(series)
            .measured(series.rate())
    };
    Ok(vec![
        reference("(a) hello", &a),
        reference("(b) signature, JSON, durable insert", &b),
        Row::new(
            "intake",
            format!("intake, {connections} connections, {} stored{language}", super::count(stored)),
        )
        .series(&c)
        .asked(asked)
        .measured(format!("{}, p99 {} ms", c.rate(), c.p99_span()))
        .ratio(share, "(b)")
        .verdict(Verdict::of(&checks)),
    ])
}
