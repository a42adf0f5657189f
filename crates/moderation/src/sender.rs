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
    central_ids: BTreeMap<CentralId, i64>,
    sender_ids: BTreeMap<SenderId, i64>,
    names: BTreeMap<NormalisedText, i64>,
}

impl SenderList {
    /// Prepares entries, each with its id. One without any identifier matches nobody and is left out.
    #[must_use]
    pub fn new(entries: impl IntoIterator<Item = (i64, Sender)>) -> Self {
        let mut list = Self::default();
        for (id, sender) in entries {
            let slot = match sender.strongest() {
                Some(Identifier::Central(central)) => list.central_ids.entry(central).or_insert(id),
                Some(Identifier::Sender(sender_id)) => list.sender_ids.entry(sender_id).or_insert(id),
                Some(Identifier::Name(name)) => list.names.entry(name).or_insert(id),
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
            if sender.central_id.is_some() || self.names.is_empty() {
                return None;
            }
            self.names.get(&normalise(sender.screen_name.as_str())).copied()
        })
    }

    /// As [`SenderList::find`], without the entries that have nothing but a name. For trust: an earlier list may
    /// hold names, and nobody gets trusted by taking one.
    #[must_use]
    pub fn find_by_id(&self, sender: &Sender) -> Option<i64> {
        let by_central_id = sender.central_id.and_then(|id| self.central_ids.get(&id));
        let by_sender_id = || self.sender_ids.get(sender.sender_id.as_ref()?);
        by_central_id.or_else(by_sender_id).copied()
    }

    /// How many different identifiers the list holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.central_ids.len() + self.sender_ids.len() + self.names.len()
    }

    /// Whether it matches nobody.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A sender; 0 and "" stand for what is not known.
    pub(crate) fn sender(central_id: i64, sender_id: &str, name: &str) -> Sender {
        Sender {
            central_id: CentralId::try_from(central_id).ok(),
            sender_id: sender_id.parse().ok(),
            screen_name: ScreenName::new(name),
        }
    }

    #[test]
    fn the_strongest_identifier_gives_the_key() {
        for (sender, key) in [
            (sender(24906, "a1", "Zoë"), Some("c:24906")),
            (sender(0, "a1", "Zoë"), Some("s:a1")),
            (sender(0, "", " ZOË "), Some("n:zoë")),
            (sender(0, "", "\u{200b}"), None),
            (sender(0, "", ""), None),
        ] {
            assert_eq!(sender.key().as_deref(), key);
        }
    }

    #[test]
    fn long_keys_fit_and_stay_apart() {
        let key = |last: &str| sender(0, &format!("{}{last}", "x".repeat(254)), "").key().unwrap();
        assert_eq!(key("a").chars().count(), 255);
        assert_ne!(key("a"), key("b"));
        // One character that normalises to eighteen.
        let name = sender(0, "", &"\u{fdfa}".repeat(255)).key().unwrap();
        assert_eq!(name.chars().count(), 255);
    }

    #[test]
    fn anonymous_senders_keep_their_number_by_key() {
        assert_eq!(anonymous_name("Anonymous", 3), "Anonymous #3");
        assert_eq!(sender(0, "a1", "").anonymous_key("m:1"), "s:a1");
        assert_eq!(sender(0, "", "").anonymous_key("m:1"), "m:m:1");
        assert_ne!(sender(0, "", "").anonymous_key("m:1"), sender(0, "", "").anonymous_key("m:2"));
        assert_eq!(sender(0, "", "").anonymous_key(&"x".repeat(255)).chars().count(), 255);
    }

    #[test]
    fn nobody_is_trusted_by_name_alone() {
        assert_eq!(
            trustable(&sender(7, "a1", "Zoë")),
            Ok(Identifier::Central(CentralId::try_from(7).unwrap()))
        );
        assert_eq!(trustable(&sender(0, "a1", "Zoë")), Ok(Identifier::Sender("a1".parse().unwrap())));
        assert_eq!(trustable(&sender(0, "", "Zoë")), Err(NameOnly));
        assert_eq!(trustable(&sender(0, "", "")), Err(NameOnly));
    }

    #[test]
    fn entries_match_by_their_strongest_identifier() {
        let list = SenderList::new([
            (1, sender(7, "a1", "Zoë")),
            (2, sender(0, "b2", "Max")),
            (3, sender(0, "", "Troll")),
            (4, sender(0, "", "")),
        ]);
        assert_eq!(list.len(), 3);
        assert_eq!(list.find(&sender(7, "zz", "Other")), Some(1));
        assert_eq!(list.find(&sender(8, "a1", "Zoë")), None);
        assert_eq!(list.find(&sender(0, "a1", "Zoë")), None);
        assert_eq!(list.find(&sender(0, "b2", "")), Some(2));
        assert_eq!(list.find(&sender(9, "b2", "")), Some(2));
        assert_eq!(list.find(&sender(0, "", "Max")), None);
        assert_eq!(list.find(&sender(0, "", "ＴＲＯＬＬ")), Some(3));
        assert_eq!(list.find(&sender(0, "c3", "troll")), Some(3));
        assert_eq!(list.find(&sender(9, "c3", "troll")), None, "an account is not its name");
        assert_eq!(list.find_by_id(&sender(0, "c3", "troll")), None);
        assert_eq!(list.find(&sender(0, "", "")), None);
    }

    #[test]
    fn of_equal_entries_the_first_answers() {
        let list = SenderList::new([(5, sender(0, "", "Troll")), (2, sender(0, "", "troll "))]);
        assert_eq!((list.len(), list.find(&sender(0, "", "troll"))), (1, Some(2)));
        assert!(SenderList::default().is_empty());
    }

    /// Senders from so small a world that they share ids and names all the time.
    fn senders() -> impl Strategy<Value = Sender> {
        const IDS: &[&str] = &["", "a1", "b2"];
        const NAMES: &[&str] = &["", "Zoë", "ZOË", "Max"];
        (0_i64..3, proptest::sample::select(IDS), proptest::sample::select(NAMES))
            .prop_map(|(central_id, sender_id, name)| sender(central_id, sender_id, name))
    }

    proptest! {
        #[test]
        fn an_entry_never_matches_by_anything_weaker_than_its_strongest(entry in senders(), sender in senders()) {
            let found = SenderList::new([(1, entry.clone())]).find(&sender).is_some();
            let expected = match entry.strongest() {
                Some(Identifier::Central(id)) => sender.central_id == Some(id),
                Some(Identifier::Sender(id)) => sender.sender_id == Some(id),
                Some(Identifier::Name(name)) => {
                    sender.central_id.is_none() && normalise(sender.screen_name.as_str()) == name
                }
                None => false,
            };
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn the_same_strongest_identifier_gives_the_same_key(one in senders(), other in senders()) {
            prop_assert_eq!(one.strongest() == other.strongest(), one.key() == other.key());
        }
    }
}
