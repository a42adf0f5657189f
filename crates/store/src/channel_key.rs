//! What other tables call a channel by.

use platform::{database::Value, wakeups::Topic};

/// A channel's number in the store: short, and never used again once its channel is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ChannelKey(pub(crate) i64);

impl ChannelKey {
    /// What to wait on for a change in this channel.
    #[must_use]
    pub fn topic(self) -> Topic {
        Topic(self.0)
    }
}

impl From<i64> for ChannelKey {
    fn from(number: i64) -> Self {
        Self(number)
    }
}

impl From<ChannelKey> for Value {
    fn from(key: ChannelKey) -> Self {
        Self::Integer(key.0)
    }
}
