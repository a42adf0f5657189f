//! Compiled rules, kept from message to message.
//!
//! Each message reads its channel's stamp (one row), so a cached set of rules is never used past the commit
//! that changed it, on whatever host that was.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use platform::database::{Database, DatabaseError};
use store::{
    ChannelKey,
    rules::{self, Compiled},
};

/// How many channels' rules are kept: more than a deployment has live at once.
const MAX_CHANNELS: usize = 64;

#[derive(Debug, Default)]
pub(crate) struct RulesCache(Mutex<HashMap<ChannelKey, Arc<Compiled>>>);

impl RulesCache {
    /// The present rules of the channel with this name; `None` if it is unknown or archived.
    pub(crate) async fn rules<D: Database>(
        &self,
        database: &D,
        channel: &str,
    ) -> Result<Option<Arc<Compiled>>, DatabaseError> {
        let Some(stamp) = rules::stamp(database, channel).await? else { return Ok(None) };
        if let Some(compiled) = self.cached(stamp.channel)
            && compiled.stamp == stamp
        {
            return Ok(Some(compiled));
        }
        let Some(compiled) = rules::load(database, channel, stamp.channel).await? else { return Ok(None) };
        let compiled = Arc::new(compiled);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MAX_CHANNELS && !kept.contains_key(&stamp.channel) {
            kept.clear();
        }
        kept.insert(stamp.channel, Arc::clone(&compiled));
        Ok(Some(compiled))
    }

    fn cached(&self, channel: ChannelKey) -> Option<Arc<Compiled>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&channel).cloned()
    }
}
