//! Small values with a deadline: sessions and sign-in state, nothing hot.

use std::future::Future;

use crate::clock::Millis;

/// Why the store could not be asked.
#[derive(Debug, thiserror::Error)]
pub enum KeyValueError {
    /// It failed; the detail goes to the log, never to a client.
    #[error("the key-value store failed: {0}")]
    Failed(String),
    /// There is none: somebody has to mend the set-up. The words say how, and may be shown.
    #[error("{0}")]
    NotSetUp(String),
}

/// A store of small values, each forgotten after its deadline.
///
/// Some hosts' stores know no expiry, so an adapter keeps the deadline with the value, never answers a
/// value past it, and sweeps expired ones now and then.
pub trait KeyValue: Clone + Send + Sync + 'static {
    /// The value under `key`, if there is one and its deadline has not passed.
    fn get(&self, key: &str) -> impl Future<Output = Result<Option<Vec<u8>>, KeyValueError>> + Send;
    /// Puts `value` under `key`, in place of any before, until `deadline`.
    fn set(
        &self,
        key: &str,
        value: Vec<u8>,
        deadline: Millis,
    ) -> impl Future<Output = Result<(), KeyValueError>> + Send;
    /// Forgets `key`; no error if it is not there.
    fn delete(&self, key: &str) -> impl Future<Output = Result<(), KeyValueError>> + Send;
}
