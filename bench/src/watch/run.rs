//! Opening the streams, and what goes on meanwhile.

use std::{sync::Arc, time::Duration};

use anyhow::{Context as _, Result};
use tokio::task::JoinSet;

use super::{WatchReport, WatchSpec, decide, deliveries::Deliveries, stream::Stream};
use crate::{
    clock,
    http::{Connection, request},
    load,
};

/// How long to wait for what was decided last.
const PATIENCE: Duration = Duration::from_secs(10);
/// Between two looks at what has arrived.
const LOOK: Duration = Duration::from_millis(20);

/// Does what `spec` says, hands over the report, and if asked to keeps the streams open until `end` resolves.
pub(crate) async fn run(
    spec: WatchSpec,
    report: impl FnOnce(&WatchReport) -> Result<()> + Send,
    end: impl Future<Output = ()> + Send,
) -> Result<()> {
    let deliveries = Arc::new(Deliveries::new()?);
    let request = request("GET", &spec.target, &format!("accept: text/event-stream\r\n{}", spec.headers));
    let mut streams = JoinSet::new();
    for number in 0..spec.streams {
        let connection = Connection::open(spec.address).await?;
        let stream = Stream::open(connection, &request, Arc::clone(&deliveries)).await;
        let stream = stream.with_context(|| format!("stream {} could not be opened", number + 1))?;
        streams.spawn(stream.follow());
    }
    let intake = spec.intake.map(|intake| tokio::spawn(load::run(intake)));
    if let Some(decisions) = spec.decisions {
        let connection = Connection::open(spec.address).await?;
        decide::run(connection, decisions, spec.headers, Arc::clone(&deliveries)).await?;
        wait(&deliveries, spec.streams).await;
    }
    let intake = match intake {
        Some(task) => Some(task.await.context("the intake's task failed")??),
        None => None,
    };
    let mut reason = None;
    while let Some(ended) = streams.try_join_next() {
        let error = ended.context("a stream's task failed")?;
        reason.get_or_insert_with(|| format!("{error:#}"));
    }
    report(&summary(&deliveries, streams.len(), reason, intake))?;
    if spec.hold {
        end.await;
    }
    Ok(())
}

/// Waits until everything decided has arrived everywhere, or too long.
async fn wait(deliveries: &Deliveries, streams: usize) {
    let streams = u64::try_from(streams).unwrap_or(u64::MAX);
    let deadline = clock::now() + PATIENCE;
    while !deliveries.are_complete(streams) && clock::now() < deadline {
        tokio::time::sleep(LOOK).await;
    }
}

fn summary(
    deliveries: &Deliveries,
    open: usize,
    reason: Option<String>,
    intake: Option<load::LoadReport>,
) -> WatchReport {
    let state = deliveries.lock();
    WatchReport {
        open,
        reason,
        decided: state.decided,
        delivered: state.latencies.len(),
        p50: state.latencies.value_at_quantile(0.5),
        p99: state.latencies.value_at_quantile(0.99),
        max: state.latencies.max(),
        events: state.events,
        bytes: state.bytes,
        intake,
    }
}
