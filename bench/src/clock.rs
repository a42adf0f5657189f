//! The clock. Time is what this program is about, so it is read here and nowhere else.

use std::{
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// Now, to measure from.
#[expect(clippy::disallowed_methods, reason = "measuring is what this program is for")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// Now, in milliseconds since 1970: what messages carry.
#[expect(clippy::disallowed_methods, reason = "a message needs a fresh timestamp to be taken")]
pub(crate) fn unix_millis() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// Waits on this thread. What has a condition to wait for waits for that.
#[expect(clippy::disallowed_methods, reason = "between two looks at another process there is nothing to do")]
pub(crate) fn pause(length: Duration) {
    thread::sleep(length);
}

/// A count as a number to divide by.
#[expect(clippy::cast_precision_loss, reason = "no count here is anywhere near 2^52")]
pub(crate) fn float(count: u64) -> f64 {
    count as f64
}

/// A duration in whole microseconds.
pub(crate) fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
