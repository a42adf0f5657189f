//! The key-value port over Spin's store, which knows no expiry: each value is kept with its deadline before it.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use async_lock::OnceCell;
use spin_sdk::key_value::{Error, Store};

use super::clock::SpinClock;
use crate::{
    clock::{Clock, Millis},
    key_value::{KeyValue, KeyValueError},
};

/// The store that the manifest grants.
const NAME: &str = "default";
/// Bytes of the deadline: milliseconds since 1970, most significant byte first.
const DEADLINE: usize = size_of::<Millis>();
/// How often one instance looks for values that nobody will ask for again, in milliseconds.
const SWEEP_EVERY_MS: Millis = 600_000;
/// How many values a sweep looks at: a login is not to wait for a store full of somebody's failed ones.
const SWEPT: usize = 64;

/// Spin's key-value store.
#[derive(Debug, Clone, Default)]
pub struct SpinKeyValue<C = SpinClock> {
    clock: C,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    store: OnceCell<Store>,
    swept_at: AtomicI64,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

impl<C: Clock> SpinKeyValue<C> {
    /// The same store by another clock.
    #[must_use]
    pub fn by(clock: C) -> Self {
        Self { clock, shared: Arc::default() }
    }

    async fn store(&self) -> Result<&Store, KeyValueError> {
        self.shared.store.get_or_try_init(|| async { Store::open(NAME).await.map_err(failure) }).await
    }

    /// Forgets some of what has expired, beginning anywhere. Expired values are never answered, they only take up room.
    async fn sweep(&self, store: &Store) -> Result<(), KeyValueError> {
        let now = self.clock.now();
        if now - self.shared.swept_at.swap(now, Ordering::Relaxed) < SWEEP_EVERY_MS {
            return Ok(());
        }
        let names = store.get_keys().await.collect().await.map_err(failure)?;
        let start = usize::try_from(getrandom::u32().unwrap_or_default()).unwrap_or_default();
        let start = start.checked_rem(names.len()).unwrap_or_default();
        for name in names.iter().cycle().skip(start).take(SWEPT.min(names.len())) {
            let value = store.get(name).await.map_err(failure)?;
            if value.is_some_and(|value| split(value, now).is_none()) {
                store.delete(name).await.map_err(failure)?;
            }
        }
        Ok(())
    }
}

impl<C: Clock> KeyValue for SpinKeyValue<C> {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, KeyValueError> {
        let value = self.store().await?.get(key).await.map_err(failure)?;
        Ok(value.and_then(|value| split(value, self.clock.now())))
    }

    async fn set(&self, key: &str, value: Vec<u8>, deadline: Millis) -> Result<(), KeyValueError> {
        let store = self.store().await?;
        store.set(key, join(&value, deadline)).await.map_err(failure)?;
        if let Err(error) = self.sweep(store).await {
            tracing::warn!(%error, "expired values could not be forgotten; trying again later");
        }
        Ok(())
    }

    async fn delete(&self, key: &str) -> Result<(), KeyValueError> {
        self.store().await?.delete(key).await.map_err(failure)
    }
}

fn join(value: &[u8], deadline: Millis) -> Vec<u8> {
    [&deadline.to_be_bytes(), value].concat()
}

/// The value alone, unless its deadline has passed, or it is none of ours.
fn split(mut value: Vec<u8>, now: Millis) -> Option<Vec<u8>> {
    let deadline = value.first_chunk::<DEADLINE>().copied().map(Millis::from_be_bytes)?;
    (now < deadline).then(|| value.split_off(DEADLINE))
}

fn failure(error: Error) -> KeyValueError {
    match error {
        Error::NoSuchStore => KeyValueError::NotSetUp(format!(
            "the key-value store \"{NAME}\" is not there; name one in the runtime configuration"
        )),
        Error::AccessDenied => KeyValueError::NotSetUp(format!(
            "this component is not granted the key-value store \"{NAME}\"; its entry in spin.toml needs \
             key_value_stores = [\"{NAME}\"]"
        )),
        Error::StoreTableFull => KeyValueError::Failed("too many stores are open".into()),
        Error::Other(text) => KeyValueError::Failed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_there_until_its_deadline() {
        let kept = join(b"value", 1_000);
        assert_eq!(split(kept.clone(), 999).as_deref(), Some(&b"value"[..]));
        assert_eq!(split(kept, 1_000), None);
        assert_eq!(split(join(b"", 1), 0).as_deref(), Some(&b""[..]));
        assert_eq!(split(b"short".to_vec(), 0), None);
    }

    #[test]
    fn a_store_that_is_not_granted_is_named() {
        for error in [Error::AccessDenied, Error::NoSuchStore] {
            let KeyValueError::NotSetUp(what) = failure(error) else { panic!("it can be mended") };
            assert!(what.contains("\"default\""), "{what}");
        }
    }
}
