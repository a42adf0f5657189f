//! Feeds.

use anyhow::{Result, bail};
use hdrhistogram::Histogram;

use super::{
    bench::{Bench, LISTS},
    client::Client,
    series::Series,
};
use crate::{
    clock,
    http::request,
    load::{histogram, milliseconds},
    process::Server,
    reference::HELLO,
    seed::Seed,
    table::{Row, Verdict},
};

const CONNECTIONS: usize = 16;
const FEED: &str = "/rss/demo";
/// Approvals, each followed by the feed that shows it first.
const CHANGES: usize = 200;

/// Unchanged feeds beside server (a), whole ones with few and very many messages stored.
pub(super) fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let (few, very_many) = (1_000, bench.plan.very_many);
    let seed = |stored| Seed { stored, queued: 400, similar: 0, lists: LISTS, detects_language: false };
    let hello = bench.programs.hello()?;
    let small = bench.programs.product(&bench.database_named(&seed(few), "few.db")?)?;
    let large = bench.programs.product(&bench.database_named(&seed(very_many), "many.db")?)?;
    let mut rows = unchanged(bench, &hello, &large)?;
    let (mut small_feed, mut large_feed) = (Series::default(), Series::default());
    let whole = request("GET", FEED, "");
    for _ in 0..bench.plan.rounds {
        small_feed.add(bench, &small, &bench.same(&small, 1, 200, whole.clone())?)?;
        large_feed.add(bench, &large, &bench.same(&large, 1, 200, whole.clone())?)?;
    }
    let unexpected = small_feed.unexpected() + large_feed.unexpected();
    rows.push(
        compare("full feed, again", very_many, (small_feed.p50(), large_feed.p50()), unexpected)
            .series(&large_feed),
    );
    let small_changes = changes(&small, &seed(few))?;
    let large_changes = changes(&large, &seed(very_many))?;
    let p50 = |latencies: &Histogram<u64>| milliseconds(latencies.value_at_quantile(0.5));
    rows.push(
        compare("full feed, first after a change", very_many, (p50(&small_changes), p50(&large_changes)), 0)
            .latencies(&large_changes),
    );
    Ok(rows)
}

fn unchanged(bench: &Bench, hello: &Server, product: &Server) -> Result<Vec<Row>> {
    let mut client = Client::log_in(product)?;
    let (status, _) = client.send("GET", FEED)?;
    if status != 200 {
        bail!("the feed was answered {status}");
    }
    let known = request("GET", FEED, &format!("if-none-match: {}\r\n", client.header("etag")?));
    let (mut a, mut c) = (Series::default(), Series::default());
    for _ in 0..bench.plan.rounds {
        a.add(bench, hello, &bench.same(hello, CONNECTIONS, 200, request("GET", HELLO, ""))?)?;
        c.add(bench, product, &bench.same(product, CONNECTIONS, 304, known.clone())?)?;
    }
    let share = c.per_second() / a.per_second();
    let checks = [("50 % of (a)", share >= 0.5), ("answers", c.unexpected() == 0)];
    Ok(vec![
        Row::new("rss", format!("(a) hello, {CONNECTIONS} connections")).series(&a).measured(a.rate()),
        Row::new("rss", format!("feed unchanged (304), {} stored", super::count(bench.plan.very_many)))
            .series(&c)
            .asked("≥ 50 % of (a)")
            .measured(c.rate())
            .ratio(share, "(a)")
            .verdict(Verdict::of(&checks)),
    ])
}

fn compare(what: &str, stored: usize, (small, large): (f64, f64), unexpected: u64) -> Row {
    let growth = large / small;
    let checks = [("1 ms", large <= 1.0), ("1.2×", growth <= 1.2), ("answers", unexpected == 0)];
    Row::new("rss", format!("{what}, {} stored", super::count(stored)))
        .asked("≤ 1 ms, ≤ 1.2× of 1,000 stored")
        .measured(format!("{large:.3} ms, {growth:.2}× ({small:.3} ms with 1,000)"))
        .verdict(Verdict::of(&checks))
}

/// Approves one message after the other and gets the feed each time.
fn changes(server: &Server, seed: &Seed) -> Result<Histogram<u64>> {
    let mut client = Client::log_in(server)?;
    let mut latencies = histogram()?;
    for message in seed.queued_messages().take(CHANGES) {
        let (status, _) = client.send("POST", &format!("/api/channel/demo/message/{message}/approve"))?;
        if status != 200 {
            bail!("an approval was answered {status}: {}", client.text());
        }
        let (status, time) = client.send("GET", FEED)?;
        if status != 200 || !client.text().contains(&format!(">{message}</guid>")) {
            bail!("the feed ({status}) does not show message {message}, which was approved before");
        }
        latencies.saturating_record(clock::micros(time));
    }
    Ok(latencies)
}
