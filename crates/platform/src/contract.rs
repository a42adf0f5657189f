//! The suites that every adapter of a port has to pass.
//!
//! An adapter's own tests call these functions with a way to open it; a suite panics where the adapter breaks
//! the port's promise. They need no runtime: whatever polls them drives the adapter, too. Each suite makes the
//! tables it needs, and works on a database that is used for other suites as well.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    clippy::future_not_send,
    reason = "tests, though in a library: a panic is how they report, and one task drives them"
)]

mod database;
mod key_value;
mod wakeups;

use std::{
    future::poll_fn,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    task::Poll,
    time::Duration,
};

pub use self::{
    database::database_contract,
    key_value::key_value_contract,
    wakeups::{wakeups_closing_contract, wakeups_contract},
};
use crate::clock::{Clock, Millis};

/// A clock that stands still until it is told otherwise. Clones show the same time.
#[derive(Debug, Clone, Default)]
pub struct ManualClock(Arc<AtomicI64>);

impl ManualClock {
    /// Starts at `now`.
    #[must_use]
    pub fn at(now: Millis) -> Self {
        Self(Arc::new(AtomicI64::new(now)))
    }

    /// Lets `duration` pass at once.
    pub fn advance(&self, duration: Duration) {
        let millis = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Millis {
        self.0.load(Ordering::SeqCst)
    }

    /// Lets `duration` pass at once: whoever sleeps by this clock wakes when it is over.
    async fn sleep(&self, duration: Duration) {
        self.advance(duration);
    }
}

/// Lets the other futures of the same task have their turn: a read may be answered without any waiting.
async fn turn() {
    let mut had_it = false;
    poll_fn(|context| {
        if std::mem::replace(&mut had_it, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
