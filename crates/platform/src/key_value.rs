//! Small values with a deadline: sessions and sign-in state, nothing hot.

use std::future::Future;

use crate::clock::Millis;

/// The store could not be asked; the detail goes to the log, never to a client.
#[derive(Debug, thiserror::Error)]
#[error("the key-value store failed: {0}")]
pub struct KeyValueError(pub String);

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
