//! The machine's own clocks and timers.

use std::{
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use platform::clock::{Clock, Millis};

/// The system's wall clock, and the timer of the runtime that the server runs on.
#[derive(Debug, Clone, Copy, Default)]
pub struct NativeClock;

impl Clock for NativeClock {
    #[expect(clippy::disallowed_methods, reason = "this is the adapter that the Clock port stands for")]
    fn now(&self) -> Millis {
        // A machine whose clock stands before 1970 is answered the epoch: times are never negative here.
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Millis::try_from(since_epoch.as_millis()).unwrap_or(Millis::MAX)
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

/// A point of a clock that nobody sets, for how long something may take.
#[expect(clippy::disallowed_methods, reason = "the threads of an adapter are no users of the Clock port")]
pub(crate) fn monotonic() -> Instant {
    Instant::now()
}

/// Has a thread of the server's own, never one of the runtime's, do nothing for a while.
#[expect(clippy::disallowed_methods, reason = "the threads of an adapter are no users of the Clock port")]
pub(crate) fn block(duration: Duration) {
    thread::sleep(duration);
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use platform::clock::Clock as _;

    use super::NativeClock;

    #[tokio::test]
    async fn time_passes_while_sleeping() {
        let before = NativeClock.now();
        NativeClock.sleep(Duration::from_millis(20)).await;
        assert!(NativeClock.now() >= before + 19);
    }
}
