//! Moderators who ask whether anything is new, and who open the queue.

use anyhow::{Context as _, Result, bail};

use super::{
    bench::{Bench, LISTS},
    client::Client,
    series::Series,
};
use crate::{
    http::request,
    load::LoadSpec,
    process::Server,
    reference::HELLO,
    seed::Seed,
    table::{Row, Verdict},
};

pub(super) const CONNECTIONS: usize = 16;

/// Polls with nothing new beside server (a), with few and many queued, and the first page.
pub(super) fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let stored = bench.plan.many;
    let seed = |queued| Seed { stored, queued, similar: 0, lists: LISTS, detects_language: false };
    let hello = bench.programs.hello()?;
    let few_queued = bench.programs.product(&bench.database_named(&seed(100), "few.db")?)?;
    let many_queued = bench.programs.product(&bench.database_named(&seed(10_000), "many.db")?)?;
    let few_poll = poll(bench, &few_queued)?;
    let many_poll = poll(bench, &many_queued)?;
    let (mut a, mut few, mut many) = (Series::default(), Series::default(), Series::default());
    for _ in 0..bench.plan.rounds {
        a.add(bench, &hello, &bench.same(&hello, CONNECTIONS, 200, request("GET", HELLO, ""))?)?;
        few.add(bench, &few_queued, &few_poll)?;
        many.add(bench, &many_queued, &many_poll)?;
    }
    let growth = few.per_second() / many.per_second();
    let row = |queued: &str, series: &Series| {
        let share = series.per_second() / a.per_second();
        let checks = [("30 % of (a)", share >= 0.3), ("answers", series.unexpected() == 0)];
        Row::new("poll", format!("poll, nothing new, {queued} queued"))
            .series(series)
            .asked("≥ 30 % of (a)")
            .measured(series.rate())
            .ratio(share, "(a)")
            .verdict(Verdict::of(&checks))
    };
    Ok(vec![
        Row::new("poll", format!("(a) hello, {CONNECTIONS} connections")).series(&a).measured(a.rate()),
        row("100", &few),
        row("10,000", &many),
        Row::new("poll", "poll, nothing new: 10,000 queued beside 100")
            .asked("≤ 1.2× the cost")
            .measured(format!(
                "{growth:.2}× the time, {:.2}× the processor time",
                many.processor() / few.processor()
            ))
            .verdict(Verdict::of(&[("1.2×", growth <= 1.2)])),
        first_page(bench, &many_queued, 100)?,
        first_page(bench, &many_queued, 500)?,
    ])
}

/// A load of polls for what is new after the present revision.
pub(super) fn poll(bench: &Bench, server: &Server) -> Result<LoadSpec> {
    let mut client = Client::log_in(server)?;
    let target = target(&mut client)?;
    bench.same(server, CONNECTIONS, 200, client.request(&target))
}

/// Where to ask for what is new after the present revision.
pub(super) fn target(client: &mut Client) -> Result<String> {
    // The first look makes the moderator known to the others, which is a change.
    client.get_json("/api/channel/demo/queue")?;
    let page = client.get_json("/api/channel/demo/queue")?;
    let revision = page["revision"].as_i64().context("a queue without a revision")?;
    let target = format!("/api/channel/demo/queue?since={revision}");
    let delta = client.get_json(&target)?;
    if delta["messages"].as_array().is_none_or(|messages| !messages.is_empty()) {
        bail!("a poll for what is new answered something: {delta}");
    }
    Ok(target)
}

fn first_page(bench: &Bench, server: &Server, limit: usize) -> Result<Row> {
    let mut client = Client::log_in(server)?;
    let target = format!("/api/channel/demo/queue?limit={limit}");
    let page = client.get_json(&target)?;
    let count = page["messages"].as_array().map_or(0, Vec::len);
    if count != limit {
        bail!("the first page has {count} messages instead of {limit}");
    }
    let size = client.text().len() / 1024;
    let mut series = Series::default();
    let load = bench.same(server, 1, 200, client.request(&target))?;
    for _ in 0..bench.plan.rounds {
        series.add(bench, server, &load)?;
    }
    let (p50, p99) = (series.p50(), series.p99_span());
    Ok(Row::new("poll", format!("first page of {limit} out of 10,000 queued ({size} KiB)"))
        .series(&series)
        .asked("≤ 5 ms")
        .measured(format!("{p50:.2} ms, p99 {p99} ms"))
        .verdict(Verdict::of(&[("5 ms", p50 <= 5.0), ("answers", series.unexpected() == 0)])))
}
