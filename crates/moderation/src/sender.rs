//! Who sent a message, and how bans, trust and anonymous names find them again.
//!
//! A sender is known by up to three things, strongest first: the Wikimedia account, the source's own id, the screen
//! name. Anybody can take any screen name, so a list entry matches by **its own strongest identifier only**, and
//! a name never overrules an account.

use std::collections::BTreeMap;

use crate::ids::{CentralId, ScreenName, SenderId};
use crate::keys;
use crate::text::{NormalisedText, normalise};

/// A sender as a message, or an entry of a list, knows them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Sender {
    /// The Wikimedia account, where the sender is logged in.
    pub central_id: Option<CentralId>,
    /// The source's own id; always `None` for one who reacted (see [`Incoming`](crate::Incoming)).
    pub sender_id: Option<SenderId>,
    /// The name shown; may be empty.
    pub screen_name: ScreenName,
}

/// What a sender is found by.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Identifier {
    /// The Wikimedia account.
    Central(CentralId),
    /// The source's own id.
    Sender(SenderId),
    /// The screen name as it is compared; never empty.
    Name(NormalisedText),
}

impl Identifier {
    /// A key for the database, at most 255 characters: `c:` and the central id, `s:` and the sender id, or `n:` and
    /// the normalised name. One that would be longer ends in a hash of the whole, so two long ones stay apart.
    #[must_use]
    pub fn key(&self) -> String {
        keys::bounded(match self {
            Self::Central(id) => format!("c:{id}"),
            Self::Sender(id) => format!("s:{id}"),
            Self::Name(name) => format!("n:{name}"),
        })
    }
}

impl Sender {
    /// The strongest identifier there is; `None` for a sender of whom nothing is known.
    #[must_use]
    pub fn strongest(&self) -> Option<Identifier> {
        if let Some(id) = self.central_id {
            return Some(Identifier::Central(id));
        }
        if let Some(id) = &self.sender_id {
            return Some(Identifier::Sender(id.clone()));
        }
        let name = normalise(self.screen_name.as_str());
        (!name.is_empty()).then_some(Identifier::Name(name))
    }

    /// The [key](Identifier::key) of the strongest identifier: the same for the same one, at most 255 characters.
    #[must_use]
    pub fn key(&self) -> Option<String> {
        self.strongest().map(|identifier| identifier.key())
    }

    /// The key under which a channel numbers senders without a name (see [`anonymous_name`]), at most 255 characters:
    /// [`Sender::key`], or `m:` and the message's [seen key](crate::Incoming::seen_key) where nothing is known of them.
    #[must_use]
    pub fn anonymous_key(&self, seen_key: &str) -> String {
        self.key().unwrap_or_else(|| keys::bounded(format!("m:{seen_key}")))
    }
}

/// What is shown for a sender without a screen name: `<label> #<n>`.
///
/// `n` is the same for the same sender in a channel (the same [`Sender::anonymous_key`]). A sender of whom nothing is
/// known gets a new number with each message: two strangers must not look like one.
#[must_use]
pub fn anonymous_name(label: &str, n: i64) -> String {
    format!("{label} #{n}")
}

/// Trusting by name alone is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "this sender is known by screen name only, and anybody can take that name, so they cannot be trusted; \
     somebody who is logged in can"
)]
pub struct NameOnly;

/// What a sender may be trusted by: an account or a sender id, never a name.
pub fn trustable(sender: &Sender) -> Result<Identifier, NameOnly> {
    match sender.strongest() {
        Some(identifier @ (Identifier::Central(_) | Identifier::Sender(_))) => Ok(identifier),
        Some(Identifier::Name(_)) | None => Err(NameOnly),
    }
}

/// A list of senders (banned, or trusted), prepared for many messages.
///
/// Of entries with the same identifier the one of the lowest id answers.
#[derive(Debug, Clone, Default)]
pub struct SenderList {
    by_central_id: BTreeMap<CentralId, i64>,
    by_sender_id: BTreeMap<SenderId, i64>,
    by_name: BTreeMap<NormalisedText, i64>,
}

impl SenderList {
    /// Prepares entries, each with its id. One without any identifier matches nobody and is left out.
    #[must_use]
    pub fn new(entries: impl IntoIterator<Item = (i64, Sender)>) -> Self {
        let mut list = Self::default();
        for (id, sender) in entries {
            let slot = match sender.strongest() {
                Some(Identifier::Central(central)) => list.by_central_id.entry(central).or_insert(id),
                Some(Identifier::Sender(sender_id)) => list.by_sender_id.entry(sender_id).or_insert(id),
                Some(Identifier::Name(name)) => list.by_name.entry(name).or_insert(id),
                None => continue,
            };
            *slot = id.min(*slot);
        }
        list
    }

    /// The id of the entry that matches this sender.
    ///
    /// An entry matches by its own strongest identifier only. One that has nothing but a name matches the
    /// normalised name, though never a sender with a Wikimedia account: who holds an account is not banned because a
    /// stranger took their name.
    #[must_use]
    pub fn find(&self, sender: &Sender) -> Option<i64> {
        self.find_by_id(sender).or_else(|| {
            if sender.central_id.is_some() || self.by_name.is_empty() {
                return None;
            }
            self.by_name.get(&normalise(sender.screen_name.as_str())).copied()
        })
    }

    /// As [`SenderList::find`], without the entries that have nothing but a name. For trust: an earlier list may
    /// hold names, and nobody gets trusted by taking one.
    #[must_use]
    pub fn find_by_id(&self, sender: &Sender) -> Option<i64> {
        let by_central_id = sender.central_id.and_then(|id| self.by_central_id.get(&id));
        let by_sender_id = || self.by_sender_id.get(sender.sender_id.as_ref()?);
        by_central_id.or_else(by_sender_id).copied()
    }

    /// How many different identifiers the list holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_central_id.len() + self.by_sender_id.len() + self.by_name.len()
    }

    /// Whether it matches nobody.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
