//! Messages in.

use anyhow::Result;

use super::WasmBench;
use crate::{
    http::request,
    measure::{LISTS, Series, count},
    reference::HELLO,
    seed::Seed,
    table::{Row, Verdict},
};

/// Intake at 16 and 64 connections, in turns with hello.
pub(super) fn measure(bench: &WasmBench) -> Result<Vec<Row>> {
    let mut rows = at(bench, 16)?;
    rows.extend(at(bench, 64)?);
    Ok(rows)
}

fn at(bench: &WasmBench, connections: usize) -> Result<Vec<Row>> {
    let plan = bench.bench.plan;
    let seed = Seed { stored: plan.many, queued: 1_000, similar: 0, lists: LISTS, detects_language: false };
    let hello = bench.hello(&[])?;
    let product = bench.product(&seed, &[])?;
    let (mut a, mut c) = (Series::default(), Series::default());
    for round in 0..plan.rounds {
        let traffic = 100 + u64::try_from(round)?;
        a.add(&bench.bench, &hello, &bench.bench.same(&hello, connections, 200, request("GET", HELLO, ""))?)?;
        c.add(&bench.bench, &product, &bench.bench.intake(&product, connections, traffic))?;
    }
    product.stop()?;
    let unexpected = c.unexpected();
    let all_taken = ("answers", unexpected == 0);
    let (asked, checks) = if connections == 16 {
        ("≥ 1,300/s", [("1,300/s", c.per_second() >= 1_300.0), all_taken])
    } else {
        ("p99 ≤ 300 ms, none refused", [("p99", c.p99() <= 300.0), all_taken])
    };
    Ok(vec![
        Row::new("intake", format!("(a) hello, {connections} connections")).series(&a).measured(a.rate()),
        Row::new("intake", format!("intake, {connections} connections, {} stored", count(plan.many)))
            .series(&c)
            .asked(asked)
            .measured(format!("{}, p99 {} ms, {unexpected} not 200", c.rate(), c.p99_span()))
            .ratio(c.per_second() / a.per_second(), "(a)")
            .verdict(Verdict::of(&checks)),
    ])
}
