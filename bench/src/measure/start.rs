//! The time from the start to the first answer.

use anyhow::Result;

use super::{
    bench::{Bench, LISTS},
    series::{median, span},
};
use crate::{
    seed::Seed,
    table::{Row, Verdict},
};

/// From the start of the process to the first answer of 200 that needed the database.
pub(super) fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let stored = bench.plan.very_many;
    let seed = Seed { stored, queued: 400, similar: 0, lists: LISTS, detects_language: false };
    let database = bench.database(&seed)?;
    let mut times = Vec::new();
    let mut memory = None;
    for _ in 0..bench.plan.rounds {
        let mut server = bench.programs.start_product(&database)?;
        times.push(server.first_answer()?.as_secs_f64() * 1000.0);
        memory = Some(server.memory()?);
        server.stop()?;
    }
    let time = median(times.iter().copied());
    let (least, most) = span(times.iter().copied());
    let row = Row::new("start", format!("start, {} stored", super::count(stored)))
        .asked("≤ 200 ms")
        .measured(format!("{time:.0} ms ({least:.0}–{most:.0})"))
        .verdict(Verdict::of(&[("200 ms", time <= 200.0)]))
        .p50(time);
    Ok(vec![match memory {
        Some(memory) => row.memory(memory),
        None => row,
    }])
}
