//! What time it is, and waiting.

use std::{future::Future, time::Duration};

/// A point in time: milliseconds since 1970-01-01T00:00:00Z.
pub type Millis = i64;

/// The host's clock. Rules take the time as an argument; only handlers ask for it.
pub trait Clock: Clone + Send + Sync + 'static {
    /// The wall clock's time.
    fn now(&self) -> Millis;
    /// Waits for `duration`, give or take the host's timer.
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send;
}

/// `at` as RFC 3339 in UTC with milliseconds, e.g. `2026-07-21T10:05:00.123Z`. A time no calendar holds
/// prints as the epoch.
#[must_use]
pub fn rfc3339(at: Millis) -> String {
    let timestamp = jiff::Timestamp::from_millisecond(at).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    format!("{timestamp:.3}")
}

#[cfg(test)]
mod tests {
    use super::rfc3339;

    #[test]
    fn times_print_in_utc_with_milliseconds() {
        assert_eq!(rfc3339(1_784_628_300_123), "2026-07-21T10:05:00.123Z");
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(rfc3339(i64::MAX), "1970-01-01T00:00:00.000Z");
    }
}
