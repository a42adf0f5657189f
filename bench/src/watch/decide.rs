//! Deciding, at a steady pace.

use std::{sync::Arc, time::Duration};

use anyhow::{Result, bail};

use super::{Decisions, deliveries::Deliveries};
use crate::http::{Connection, request};

/// Approves one message after the other.
pub(super) async fn run(
    mut connection: Connection,
    decisions: Decisions,
    headers: String,
    deliveries: Arc<Deliveries>,
) -> Result<()> {
    tokio::time::sleep(Duration::from_millis(decisions.after_ms)).await;
    let mut turns = tokio::time::interval(Duration::from_millis(decisions.every_ms));
    let (before, after) = &decisions.target;
    for message in decisions.messages {
        turns.tick().await;
        let request = request("POST", &format!("{before}{message}{after}"), &headers);
        deliveries.send(message);
        let status = connection.exchange(&request).await?;
        let body = String::from_utf8_lossy(connection.body());
        if status != 200 || !body.contains("\"ok\":true") {
            bail!("the decision on message {message} was answered {status}: {body}");
        }
        deliveries.decided();
    }
    Ok(())
}
