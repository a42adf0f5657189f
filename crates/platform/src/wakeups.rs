//! Hearing of a change without asking again and again.
//!
//! Whoever waits subscribes **first**, then reads, then waits: a change that commits between the read
//! and the wait is not missed.

use std::{future::Future, time::Duration};

/// What a change is about: one number per channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Topic(pub i64);

/// How long what is cached by a [generation](Wakeups::generation) may be used without a look at the database, in
/// milliseconds: how late another process's changes may show.
pub const TRUSTED_FOR_MS: crate::clock::Millis = 250;

/// Why a wait ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wake {
    /// Something changed, or may have: read again.
    Changed,
    /// Nothing changed within the limit.
    TimedOut,
    /// The host is closing down: say goodbye and end.
    Closing,
}

/// The source of subscriptions. A host's [`Database`](crate::database::Database) adapter announces the
/// topic of a batch once it has committed, so no handler can forget to.
pub trait Wakeups: Clone + Send + Sync + 'static {
    /// What waits.
    type Subscription: Subscription;
    /// Starts to listen for changes of `topic`.
    fn subscribe(&self, topic: Topic) -> Self::Subscription;

    /// A number that differs once a batch of `topic` has been committed by this process, from before that batch
    /// is answered. `None` on a host that cannot tell: whoever caches has to ask the database there.
    ///
    /// Take it **before** reading what is to be cached. Another process's changes do not show in it, so what is
    /// cached by it is trusted for [`TRUSTED_FOR_MS`] at most.
    fn generation(&self, topic: Topic) -> Option<u64>;
}

/// Waits for changes of one topic.
pub trait Subscription: Send + 'static {
    /// Returns once the topic's revision is past `seen`, or may be, or after `limit`. A host without
    /// in-process wake-ups asks the database; one that has them needs no look at `seen`.
    fn changed(&mut self, seen: i64, limit: Duration) -> impl Future<Output = Wake> + Send;
}
