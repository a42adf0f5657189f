//! When the next message is due.

use std::time::Duration;

/// How far behind its schedule a run may fall before it lets the missed messages go: a laptop that slept,
/// or a server slower than the rate, must not be followed by a burst.
const PATIENCE: Duration = Duration::from_secs(2);

/// An even stream of messages, by count and start rather than by pauses, so nothing adds up to a drift.
#[derive(Debug, Clone)]
pub(super) struct Schedule {
    per_minute: u32,
    /// When message 0 of the present count is due, since the run began.
    begin: Duration,
    count: u64,
}

impl Schedule {
    /// `per_minute` messages a minute, the first one at once.
    pub(super) fn new(per_minute: u32) -> Self {
        Self { per_minute: per_minute.max(1), begin: Duration::ZERO, count: 0 }
    }

    /// When the next message is due, since the run began.
    pub(super) fn due(&self) -> Duration {
        let nanoseconds = u128::from(self.count) * 60_000_000_000 / u128::from(self.per_minute);
        self.begin + Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(u64::MAX))
    }

    /// The message that was due has been sent, `elapsed` after the run began.
    pub(super) fn sent(&mut self, elapsed: Duration) {
        self.count += 1;
        if elapsed.saturating_sub(self.due()) > PATIENCE {
            self.begin = elapsed;
            self.count = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_holds_the_rate_exactly() {
        for rate in [1, 7, 60, 999, 600_000] {
            let mut schedule = Schedule::new(rate);
            for _ in 0..rate {
                assert!(schedule.due() < Duration::from_mins(1), "{rate}");
                schedule.sent(schedule.due());
            }
            assert_eq!(schedule.due(), Duration::from_mins(1), "{rate}");
        }
    }

    #[test]
    fn a_short_delay_is_made_up_for() {
        let mut schedule = Schedule::new(60);
        schedule.sent(Duration::from_millis(1500));
        assert_eq!(schedule.due(), Duration::from_secs(1));
        schedule.sent(Duration::from_millis(1500));
        assert_eq!(schedule.due(), Duration::from_secs(2));
    }

    #[test]
    fn a_long_one_is_not() {
        let mut schedule = Schedule::new(6_000);
        schedule.sent(Duration::from_hours(1));
        assert_eq!(schedule.due(), Duration::from_hours(1));
        schedule.sent(Duration::from_hours(1));
        assert_eq!(schedule.due(), Duration::from_hours(1) + Duration::from_millis(10));
    }
}
