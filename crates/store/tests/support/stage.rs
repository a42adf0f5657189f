//! A channel with messages in it, and the words of these tests.

use std::sync::LazyLock;

use moderation::{
    CentralId, ChannelSettings, Decision, Drop, DropCause, Incoming, MessageType, Reaction, ReactionAction,
    ScreenName, Sender, SenderId,
};
use platform::{clock::Millis, database::Value};
use store::{
    Channel, ChannelKey, Person,
    audit::Change,
    decisions::{Context, Decided},
    lists::Note,
    messages::{Kept, Start},
    queue::{Delta, Filter},
    rules::Stamp,
};

use super::{Memory, ready};

/// When these stories begin.
pub(crate) const START: Millis = 1_800_000_000_000;

/// A channel called `main` in a database of its own.
pub(crate) struct Stage {
    pub(crate) database: Memory,
    pub(crate) channel: ChannelKey,
    pub(crate) id: String,
}

/// A moderator, or anybody with an account.
pub(crate) fn person(central_id: i64) -> Person {
    Person { central_id, username: format!("Person {central_id}") }
}

/// An entry of a list without a word, and without an end.
pub(crate) static NO_NOTE: Note = Note { reason: String::new(), expires_at: None };

/// A change that an admin makes then.
pub(crate) fn change(now: Millis) -> Change<'static> {
    static ADMIN: LazyLock<Person> = LazyLock::new(|| person(9));
    Change { by: &ADMIN, now }
}

/// A message dropped for this cause, by the entry of this number.
pub(crate) fn dropped(cause: DropCause, entry: i64) -> Drop {
    match cause {
        DropCause::GlobalBan => Drop::GloballyBanned { entry },
        DropCause::Ban => Drop::Banned { entry },
        DropCause::Pattern => Drop::BlockedPattern { entry },
    }
}

/// Somebody who sends messages.
pub(crate) fn sender(central_id: i64, sender_id: &str, name: &str) -> Sender {
    Sender {
        central_id: CentralId::try_from(central_id).ok(),
        sender_id: sender_id.parse::<SenderId>().ok(),
        screen_name: ScreenName::new(name),
    }
}

/// Somebody of whom only a name is known.
pub(crate) fn named(name: &str) -> Sender {
    sender(0, "", name)
}

/// A text.
pub(crate) fn message(source_id: &str, text: &str, sender: Sender) -> Incoming {
    Incoming {
        source_id: source_id.parse().unwrap(),
        kind: MessageType::Text,
        text: text.to_owned(),
        sender,
        sent_at: None,
        reaction: None,
        reactors: Vec::new(),
        user_language: None,
        profile_img: None,
    }
}

/// A reaction to a text.
pub(crate) fn reaction(target: &str, symbol: &str, sender: Sender) -> Incoming {
    let reaction = Reaction { target: target.parse().unwrap(), action: ReactionAction::Add };
    Incoming { kind: MessageType::Emoji, reaction: Some(reaction), ..message(target, symbol, sender) }
}

impl Stage {
    /// A new database with the channel `main`.
    pub(crate) fn new() -> Self {
        Self::in_database(&Memory::migrated(), "main")
    }

    /// A new channel in a database.
    pub(crate) fn in_database(database: &Memory, id: &str) -> Self {
        let settings = ChannelSettings::new(id);
        ready(store::channels::create(database, &id.parse().unwrap(), &settings, change(START))).unwrap();
        let channel = ready(store::channels::find(database, id)).unwrap().unwrap().key;
        database.woken();
        Self { database: database.clone(), channel, id: id.to_owned() }
    }

    /// The channel as it is now.
    pub(crate) fn channel(&self) -> Channel {
        ready(store::channels::find(&self.database, &self.id)).unwrap().unwrap()
    }

    /// The present version of the rules.
    pub(crate) fn stamp(&self) -> Stamp {
        ready(store::rules::stamp(&self.database, &self.id)).unwrap().unwrap()
    }

    /// What a moderator's actions carry with them.
    pub(crate) fn context<'a>(&self, by: &'a Person, now: Millis) -> Context<'a> {
        Context { channel: self.channel, by, now }
    }

    /// Has a message kept under the present rules.
    pub(crate) fn keep(&self, incoming: &Incoming, start: Start, now: Millis) -> Kept {
        ready(store::messages::keep(&self.database, self.stamp(), incoming, None, start, now)).unwrap()
    }

    /// Queues a text and answers its number.
    pub(crate) fn queued(&self, source_id: &str, text: &str, sender: Sender) -> i64 {
        let kept = self.keep(&message(source_id, text, sender), Start::Queued, START);
        assert_eq!(kept, Kept::Stored);
        self.number_of(&format!("m:{source_id}"))
    }

    /// The number of the message with this seen key.
    pub(crate) fn number_of(&self, seen_key: &str) -> i64 {
        let channel = number(self.channel);
        self.database.integer(&format!(
            "SELECT id FROM messages WHERE channel_id = {channel} AND seen_key = '{seen_key}'"
        ))
    }

    /// Queues so many texts and answers their numbers.
    pub(crate) fn queued_many(&self, count: usize, text: &str) -> Vec<i64> {
        (0..count).map(|index| self.queued(&format!("many-{index}"), text, named("Spam"))).collect()
    }

    /// A decision by this person.
    pub(crate) fn decide(&self, message: i64, decision: Decision, by: &Person, now: Millis) -> Decided {
        ready(store::decisions::decide(&self.database, self.context(by, now), message, decision)).unwrap()
    }

    /// What changed in the queue since then.
    pub(crate) fn delta(&self, since: Option<i64>) -> Delta {
        let filter = Filter::default();
        ready(store::queue::delta(&self.database, self.channel, since, &filter, 500, START)).unwrap()
    }

    /// The numbers of the queued messages, newest first.
    pub(crate) fn queue(&self) -> Vec<i64> {
        self.delta(None).messages.iter().map(|message| message.id).collect()
    }

    /// All that is kept of a message, but for the revision of its last change.
    pub(crate) fn row(&self, message: i64) -> Vec<Value> {
        self.database
            .rows(&format!(
                "SELECT status, decided_revision, decided_at, position, arrival, channel_id, seen_key, message, \
                 unnamed_number FROM messages WHERE id = {message}"
            ))
            .concat()
    }

    /// The counters, and the same counted from the messages: queued, highlighted, approved, rejected.
    pub(crate) fn counts(&self) -> ([i64; 4], [i64; 4]) {
        let state = self.channel().state;
        let counted = [0, 1, 2, 3].map(|status| {
            self.database.integer(&format!(
                "SELECT COUNT(*) FROM messages WHERE channel_id = {} AND status = {status}",
                number(self.channel)
            ))
        });
        ([state.queued, state.highlighted, state.approved, state.rejected], counted)
    }
}

/// A channel's number, for SQL of the tests' own.
pub(crate) fn number(channel: ChannelKey) -> i64 {
    channel.topic().0
}
