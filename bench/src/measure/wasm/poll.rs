//! Moderators who ask whether anything is new.

use anyhow::Result;

use super::WasmBench;
use crate::{
    http::request,
    measure::{
        LISTS, Series,
        poll::{CONNECTIONS, poll},
    },
    reference::HELLO,
    seed::Seed,
    table::{Row, Verdict},
};

/// Polls with nothing new, in turns with hello.
pub(super) fn measure(bench: &WasmBench) -> Result<Vec<Row>> {
    let plan = bench.bench.plan;
    let seed = Seed { stored: plan.many, queued: 100, similar: 0, lists: LISTS, detects_language: false };
    let hello = bench.hello(&[])?;
    let product = bench.product(&seed, &[])?;
    let load = poll(&bench.bench, &product)?;
    let (mut a, mut c) = (Series::default(), Series::default());
    for _ in 0..plan.rounds {
        a.add(&bench.bench, &hello, &bench.bench.same(&hello, CONNECTIONS, 200, request("GET", HELLO, ""))?)?;
        c.add(&bench.bench, &product, &load)?;
    }
    let share = c.per_second() / a.per_second();
    let checks = [("50 % of (a)", share >= 0.5), ("answers", c.unexpected() == 0)];
    Ok(vec![
        Row::new("poll", format!("(a) hello, {CONNECTIONS} connections")).series(&a).measured(a.rate()),
        Row::new("poll", format!("poll, nothing new, 100 queued, {CONNECTIONS} connections"))
            .series(&c)
            .asked("≥ 50 % of (a)")
            .measured(c.rate())
            .ratio(share, "(a)")
            .verdict(Verdict::of(&checks)),
    ])
}
