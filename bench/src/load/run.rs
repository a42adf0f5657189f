//! Sending, and taking the time.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use tokio::task::JoinSet;

use super::{LoadReport, LoadSpec, Tally, requests::Requests};
use crate::{clock, http::Connection};

/// A connection that breaks off this often is not opened again.
const MOST_BROKEN: u64 = 20;

/// What the connections share.
#[derive(Debug)]
struct Shared {
    spec: LoadSpec,
    requests: Requests,
    begin: Instant,
    count_from: Instant,
    end: Instant,
}

/// Prepares the requests, opens the connections, sends until the time is over or the requests are, and reports.
pub(crate) async fn run(spec: LoadSpec) -> Result<LoadReport> {
    let requests = Requests::prepare(&spec.work);
    let mut connections = Vec::with_capacity(spec.connections);
    for _ in 0..spec.connections {
        connections.push(Connection::open(spec.address).await?);
    }
    let begin = clock::now();
    let count_from = begin + Duration::from_millis(spec.warm_up_ms);
    let end = count_from + Duration::from_millis(spec.duration_ms);
    let expected = spec.expect;
    let shared = Arc::new(Shared { spec, requests, begin, count_from, end });
    let mut tasks = JoinSet::new();
    for connection in connections {
        tasks.spawn(send(Arc::clone(&shared), connection));
    }
    let mut tally = Tally::new()?;
    while let Some(task) = tasks.join_next().await {
        tally.add(task.context("a connection's task failed")??)?;
    }
    if tally.latencies.is_empty() {
        let reason = tally.reason.as_deref().unwrap_or("all requests were used up before counting began");
        bail!("no answer could be counted: {reason}");
    }
    Ok(LoadReport::new(tally, expected))
}

/// One connection: a request, its answer, the next request.
async fn send(shared: Arc<Shared>, mut connection: Connection) -> Result<Tally> {
    let mut tally = Tally::new()?;
    let mut last = shared.count_from;
    while let Some((number, request)) = shared.requests.take() {
        let from = shared.turn(number).await;
        if from >= shared.end {
            break;
        }
        let answer = connection.exchange(request).await;
        let now = clock::now();
        match answer {
            Ok(status) => {
                let counts = from >= shared.count_from;
                tally.answered(status, counts.then(|| now - from));
                last = now;
            }
            Err(error) => {
                tally.broke(&error);
                if tally.broken >= MOST_BROKEN {
                    break;
                }
                connection = Connection::open(shared.spec.address).await?;
            }
        }
    }
    tally.elapsed = last.saturating_duration_since(shared.count_from);
    Ok(tally)
}

impl Shared {
    /// Waits until it is the turn of request `number`, and answers the time to count its latency from: where all
    /// connections were still busy when its turn came, that is its turn, as its sender would see it.
    async fn turn(&self, number: usize) -> Instant {
        let Some(rate) = self.spec.rate else { return clock::now() };
        let number = clock::float(u64::try_from(number).unwrap_or(u64::MAX));
        let turn = self.begin + Duration::from_secs_f64(number / f64::from(rate));
        if clock::now() > turn {
            return turn;
        }
        tokio::time::sleep_until(turn.into()).await;
        clock::now()
    }
}
