//! The clock port over WASI's clocks.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::clock::{Clock, Millis};

/// The host's clocks.
#[derive(Debug, Clone, Copy, Default)]
pub struct SpinClock;

impl Clock for SpinClock {
    #[expect(clippy::disallowed_methods, reason = "this is the port's own adapter")]
    fn now(&self) -> Millis {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Millis::try_from(since.as_millis()).unwrap_or(Millis::MAX)
    }

    async fn sleep(&self, duration: Duration) {
        spin_sdk::time::sleep(duration).await;
    }
}
