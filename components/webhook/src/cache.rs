//! Compiled rules, kept from message to message.
//!
//! A message is screened with the rules at hand, without a look at the database: its insertion is conditional on
//! their version being the present one, so what was screened with older rules is not stored. Whatever else
//! comes of a message (a refusal, a drop) is first checked with [`RulesCache::present`].

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use platform::{
    clock::Millis,
    database::{Database, DatabaseError},
};
use store::rules::{self, Compiled};

/// How many channels' rules are kept: more than a deployment has live at once.
const MAX_CHANNELS: usize = 64;

#[derive(Debug, Default)]
pub(crate) struct RulesCache(Mutex<HashMap<String, Arc<Compiled>>>);

impl RulesCache {
    /// The rules at hand of the channel with this name: perhaps out of date, but for entries that have ended.
    pub(crate) fn at_hand(&self, channel: &str, now: Millis) -> Option<Arc<Compiled>> {
        self.kept().get(channel).filter(|compiled| now < compiled.valid_until).cloned()
    }

    /// The present rules of the channel with this name; `None` if it is unknown or archived.
    pub(crate) async fn present<D: Database>(
        &self,
        database: &D,
        channel: &str,
        now: Millis,
    ) -> Result<Option<Arc<Compiled>>, DatabaseError> {
        // Whoever has none needs all of them, and asks once.
        if let Some(compiled) = self.at_hand(channel, now)
            && rules::stamp(database, channel).await? == Some(compiled.stamp)
        {
            return Ok(Some(compiled));
        }
        let Some(compiled) = rules::load(database, channel, now).await? else {
            self.kept().remove(channel);
            return Ok(None);
        };
        let compiled = Arc::new(compiled);
        let mut kept = self.kept();
        if kept.len() >= MAX_CHANNELS && !kept.contains_key(channel) {
            kept.clear();
        }
        kept.insert(channel.to_owned(), Arc::clone(&compiled));
        Ok(Some(compiled))
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<String, Arc<Compiled>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
