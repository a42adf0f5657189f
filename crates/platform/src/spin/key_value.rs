//! The key-value port over Spin's store, which knows no expiry: each value is kept with its deadline before it.
//!
//! A store may be shared: Spin's on Redis is a whole database with all the keys that anybody has in it. So the names
//! here begin with the product's, and no others are touched.

mod kept;

use std::sync::Arc;

use async_lock::OnceCell;
use spin_sdk::key_value::{Error, Store};

use self::kept::{is_over, is_swept, join, split};
use super::clock::SpinClock;
use crate::{
    clock::{Clock, Millis},
    key_value::{KeyValue, KeyValueError},
};

/// The store that the manifest grants.
const NAME: &str = "default";
/// What the names of values begin with.
const VALUES: &str = "chatstream:value:";
/// Until when nobody has to look for what has expired: kept in the store, as an empty value with that deadline, because
/// instances come and go within seconds.
const SWEPT: &str = "chatstream:swept";
/// How often somebody looks for values that nobody will ask for again, in milliseconds.
const SWEEP_EVERY_MS: Millis = 600_000;
/// The same while there is more to forget than one sweep may.
const SWEEP_ON_AFTER_MS: Millis = 60_000;
/// How many values a sweep looks at: a login is not to wait for a store full of somebody's failed ones.
const LOOKED_AT: usize = 64;
/// How many it forgets. A file store syncs each time, which takes some thirty milliseconds on a slow disk.
const FORGOTTEN: usize = 16;

/// Spin's key-value store.
#[derive(Debug, Clone, Default)]
pub struct SpinKeyValue<C = SpinClock> {
    clock: C,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    store: OnceCell<Store>,
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
        // One that cannot be read is written anew.
        if store.get(SWEPT).await.ok().flatten().is_some_and(|kept| is_swept(&kept, now, SWEEP_EVERY_MS)) {
            return Ok(());
        }
        // Before the work: whoever comes meanwhile need not do it too, nor the next one if it fails.
        store.set(SWEPT, join(b"", now + SWEEP_EVERY_MS)).await.map_err(failure)?;
        let mut names = store.get_keys().await.collect().await.map_err(failure)?;
        names.retain(|name| name.starts_with(VALUES));
        let start = usize::try_from(getrandom::u32().unwrap_or_default()).unwrap_or_default();
        let start = start.checked_rem(names.len()).unwrap_or_default();
        // A failure counts as much: a store that has gone away is not asked 64 times.
        let (mut done, mut failed) = (0, None);
        for name in names.iter().cycle().skip(start).take(LOOKED_AT.min(names.len())) {
            if done == FORGOTTEN {
                store.set(SWEPT, join(b"", now + SWEEP_ON_AFTER_MS)).await.map_err(failure)?;
                break;
            }
            match forget_if_over(store, name, now).await {
                Ok(forgotten) => done += usize::from(forgotten),
                Err(error) => {
                    done += 1;
                    failed = Some(error);
                }
            }
        }
        failed.map_or(Ok(()), |error| Err(failure(error)))
    }
}

/// Whether the value was over, and is gone.
async fn forget_if_over(store: &Store, name: &str, now: Millis) -> Result<bool, Error> {
    let is_over = store.get(name).await?.is_some_and(|kept| is_over(&kept, now));
    if is_over {
        store.delete(name).await?;
    }
    Ok(is_over)
}

impl<C: Clock> KeyValue for SpinKeyValue<C> {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, KeyValueError> {
        let value = self.store().await?.get(name(key)).await.map_err(failure)?;
        Ok(value.and_then(|value| split(value, self.clock.now())))
    }

    async fn set(&self, key: &str, value: Vec<u8>, deadline: Millis) -> Result<(), KeyValueError> {
        let store = self.store().await?;
        store.set(name(key), join(&value, deadline)).await.map_err(failure)?;
        if let Err(error) = self.sweep(store).await {
            tracing::warn!(%error, "not all expired values could be forgotten; trying again later");
        }
        Ok(())
    }

    async fn delete(&self, key: &str) -> Result<(), KeyValueError> {
        self.store().await?.delete(name(key)).await.map_err(failure)
    }
}

fn name(key: &str) -> String {
    [VALUES, key].concat()
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
    fn a_store_that_is_not_granted_is_named() {
        for error in [Error::AccessDenied, Error::NoSuchStore] {
            let KeyValueError::NotSetUp(what) = failure(error) else { panic!("it can be mended") };
            assert!(what.contains("\"default\""), "{what}");
        }
    }
}
