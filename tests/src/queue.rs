//! The moderators' queue, and a model of it that follows deltas as a browser does.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

/// A queued message.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Message {
    /// Its number.
    pub id: i64,
    /// Who sent it, as it is shown.
    pub screen_name: String,
    /// What it says; of a reaction, the symbol.
    pub message: String,
    /// `text`, `emoji` or `qa`.
    pub message_type: String,
    /// When it arrived.
    pub arrived_at: String,
    /// Its language.
    pub detected_language: Option<String>,
    /// The sender's picture.
    pub profile_img: Option<String>,
    /// The source's id of the sender.
    pub sender_id: Option<String>,
    /// The sender's account.
    pub centralauth_id: Option<i64>,
    /// When it last changed.
    pub revision: i64,
    /// Of a reaction, the text that it is about, where that is known.
    pub target_message: Option<String>,
}

impl Message {
    /// What a ban or trust is told of its sender.
    pub fn sender(&self) -> Value {
        json!({
            "screen_name": self.screen_name,
            "sender_id": self.sender_id,
            "centralauth_id": self.centralauth_id,
        })
    }
}

/// Somebody who has the queue open.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Present {
    /// Who.
    pub username: String,
    /// The message they look at.
    pub focus: Option<i64>,
}

/// What changed, or (`reset`) a page of the queue.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Delta {
    /// The revision that this is of.
    pub revision: i64,
    /// Whether this is a page rather than changes.
    pub reset: bool,
    /// New and changed messages, newest first.
    pub messages: Vec<Message>,
    /// Messages that are not queued any more.
    pub gone: Vec<i64>,
    /// How many are queued.
    pub queued: i64,
    /// How many messages stand at each decision.
    pub stats: BTreeMap<String, i64>,
    /// How many messages were dropped, by cause.
    pub drops: BTreeMap<String, i64>,
    /// Who is here.
    pub moderators: Vec<Present>,
}

impl Delta {
    /// The ids of the messages, in the order they came.
    pub fn ids(&self) -> Vec<i64> {
        self.messages.iter().map(|message| message.id).collect()
    }

    /// The texts of the messages, in the order they came.
    pub fn texts(&self) -> Vec<&str> {
        self.messages.iter().map(|message| message.message.as_str()).collect()
    }

    /// How many messages of this cause were dropped.
    pub fn dropped(&self, cause: &str) -> i64 {
        self.drops.get(cause).copied().unwrap_or_default()
    }

    /// How many messages stand at this decision.
    pub fn decided(&self, decision: &str) -> i64 {
        self.stats.get(decision).copied().unwrap_or_default()
    }
}

/// What a client knows that applies one delta after the other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QueueModel {
    /// The revision it has followed to.
    pub revision: i64,
    /// The queued messages.
    pub messages: BTreeMap<i64, Message>,
    /// How many are queued, as last told.
    pub queued: i64,
    /// The counts of decisions, as last told.
    pub stats: BTreeMap<String, i64>,
}

impl QueueModel {
    /// Takes a delta in.
    ///
    /// # Panics
    ///
    /// If the delta leads back in time, or contradicts itself.
    pub fn apply(&mut self, delta: Delta) {
        if delta.reset {
            self.messages.clear();
        } else {
            assert!(delta.revision >= self.revision, "{} after {}", delta.revision, self.revision);
        }
        for message in delta.messages {
            assert!(message.revision <= delta.revision, "a message from the future: {message:?}");
            assert!(!delta.gone.contains(&message.id), "queued and gone: {message:?}");
            self.messages.insert(message.id, message);
        }
        for id in delta.gone {
            self.messages.remove(&id);
        }
        self.revision = delta.revision;
        self.queued = delta.queued;
        self.stats = delta.stats;
    }

    /// Fails unless a whole page says the same.
    ///
    /// With one exception: where a reaction came before its message, a page shows what it is about, but no delta has
    /// told so. A model that was told of the reaction alone is not blamed for that.
    #[track_caller]
    pub fn check_against(&self, page: &Delta, who: &str) {
        assert!(page.reset && page.messages.len() < 500, "the whole queue is needed");
        let as_told = |message: &Message| {
            let told = self.messages.get(&message.id).is_none_or(|it| it.target_message.is_some());
            let target_message = message.target_message.clone().filter(|_| told);
            (message.id, Message { target_message, ..message.clone() })
        };
        let expected: BTreeMap<_, _> = page.messages.iter().map(as_told).collect();
        assert_eq!(self.messages, expected, "{who} at {} and the page of {}", self.revision, page.revision);
        assert_eq!(self.queued, page.queued, "{who}");
        assert_eq!(self.stats, page.stats, "{who}");
        assert_eq!(i64::try_from(self.messages.len()), Ok(page.queued), "{who}");
    }
}
