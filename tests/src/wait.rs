//! Waiting for a condition. A time is only ever a bound on a hang.

use std::{future::Future, time::Duration};

/// After so long without what was waited for, something hangs. Generous: the machine may be busy.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// How often a condition that nobody announces is looked at.
const GLANCE: Duration = Duration::from_millis(10);

/// The result of `future`, which must come within [`PATIENCE`]; `what` names it if it does not.
pub async fn within_patience<T>(what: &str, future: impl Future<Output = T>) -> T {
    let result = tokio::time::timeout(PATIENCE, future).await;
    result.unwrap_or_else(|error| panic!("waited {} s for {what}: {error}", PATIENCE.as_secs()))
}

/// Asks again and again until the answer is there.
pub async fn until<T, F>(what: &str, mut ask: impl FnMut() -> F) -> T
where
    F: Future<Output = Option<T>>,
{
    let asking = async {
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            tokio::time::sleep(GLANCE).await;
        }
    };
    within_patience(what, asking).await
}

/// The time, in milliseconds since 1970.
pub fn now() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

/// A time of an answer (RFC 3339), in milliseconds since 1970.
pub fn millis(time: &str) -> i64 {
    let parsed: jiff::Timestamp = time.parse().unwrap_or_else(|error| panic!("{time:?}: {error}"));
    assert!(time.ends_with('Z') || time.ends_with("+00:00"), "times are UTC: {time}");
    parsed.as_millisecond()
}
