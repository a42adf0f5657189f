//! The key-value port in memory. It has no clock: who asks says what is past its deadline.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use platform::{
    clock::Millis,
    key_value::{KeyValue, KeyValueError},
};

type Values = BTreeMap<String, (Vec<u8>, Millis)>;

/// A store of its own, gone with its last clone.
#[derive(Clone, Default)]
pub(crate) struct MemoryKeyValue(Arc<Mutex<Values>>, Arc<AtomicBool>);

impl MemoryKeyValue {
    /// Everything that is kept: name, value, deadline.
    pub(crate) fn all(&self) -> Vec<(String, Vec<u8>, Millis)> {
        let values = self.0.lock().unwrap();
        values.iter().map(|(key, (value, deadline))| (key.clone(), value.clone(), *deadline)).collect()
    }

    /// Puts `value` in place of whatever is kept under the only name.
    pub(crate) fn overwrite(&self, value: &[u8]) {
        for kept in self.0.lock().unwrap().values_mut() {
            kept.0 = value.to_vec();
        }
    }

    /// From now on nothing can be put into it, as on a full disk.
    pub(crate) fn fill_up(&self) {
        self.1.store(true, Ordering::SeqCst);
    }
}

impl KeyValue for MemoryKeyValue {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, KeyValueError> {
        Ok(self.0.lock().unwrap().get(key).map(|(value, _)| value.clone()))
    }

    async fn set(&self, key: &str, value: Vec<u8>, deadline: Millis) -> Result<(), KeyValueError> {
        if self.1.load(Ordering::SeqCst) {
            return Err(KeyValueError::Failed("the disk is full".to_owned()));
        }
        self.0.lock().unwrap().insert(key.to_owned(), (value, deadline));
        Ok(())
    }

    async fn delete(&self, key: &str) -> Result<(), KeyValueError> {
        self.0.lock().unwrap().remove(key);
        Ok(())
    }
}
