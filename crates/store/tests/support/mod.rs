//! What the tests of the store share.

pub(crate) mod between;
pub(crate) mod database;
pub(crate) mod key_value;
pub(crate) mod stage;

use std::future::Future;

use futures_util::FutureExt as _;

pub(crate) use between::Between;
pub(crate) use database::Memory;
pub(crate) use stage::{NO_NOTE, Stage, change, dropped, message, named, person, reaction, sender};

/// The result of a future that never waits, as those over these adapters do.
pub(crate) fn ready<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().expect("the store waits for nothing but its database")
}
