//! A message as a source sends it.

use crate::ids::SourceId;
use crate::language::LanguageTag;
use crate::sender::Sender;
use crate::words::words;
use crate::{Millis, keys, text};

/// What kind of message it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MessageType {
    /// Something said in the chat.
    Text = 0,
    /// A reaction to somebody's message: a symbol.
    Emoji = 1,
    /// A question to the stage.
    Question = 2,
}
words!(MessageType, "a message's type", Text => "text", Emoji => "emoji", Question => "qa");

impl MessageType {
    /// The number the database keeps: 0 text, 1 emoji, 2 question.
    #[must_use]
    pub const fn code(self) -> i64 {
        self as i64
    }

    /// The type of a number; `None` if no type has it.
    #[must_use]
    pub const fn from_code(code: i64) -> Option<Self> {
        match code {
            0 => Some(Self::Text),
            1 => Some(Self::Emoji),
            2 => Some(Self::Question),
            _ => None,
        }
    }

    /// The type by any of the names that sources have used for it; `None` for one that is unknown, which is stored
    /// as [`MessageType::Text`] and never as it came.
    #[must_use]
    pub fn from_source(name: &str) -> Option<Self> {
        match name {
            "text" | "channel.message" | "message" => Some(Self::Text),
            "emoji" | "event.reaction" | "reaction" => Some(Self::Emoji),
            "qa" | "question" => Some(Self::Question),
            _ => None,
        }
    }
}

/// Whether a reaction was given or taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReactionAction {
    /// Given.
    Add,
    /// Taken back.
    Remove,
}
words!(ReactionAction, "a reaction's action", Add => "add", Remove => "remove");

/// What a reaction is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reaction {
    /// The message reacted to, by the source's id.
    pub target: SourceId,
    /// Given or taken back.
    pub action: ReactionAction,
}

/// A message on its way in, in our words.
///
/// Reactions are a trap. For `emoji`, Eventyay's `message_id`, `timestamp`, `message` and `sender_id` are those of the
/// message *reacted to*; `screen_name`, `centralauth_id` and `user_language` are those of the person who reacted;
/// the symbol and the action are in `meta`. So for a reaction [`text`](Self::text) is the symbol,
/// [`sender`](Self::sender) is the reactor and has no sender id, [`sent_at`](Self::sent_at) says nothing about the
/// reaction's age, and [`source_id`](Self::source_id) is no sign of having been seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    /// The source's id of the message; of a reaction, the id of the message reacted to.
    pub source_id: SourceId,
    /// What kind it is.
    pub kind: MessageType,
    /// What it says, [cleaned](crate::clean); of a reaction, the symbol.
    pub text: String,
    /// Who sent it; of a reaction, who reacted.
    pub sender: Sender,
    /// When it was sent, if the source says; of a reaction, when the message reacted to was sent.
    pub sent_at: Option<Millis>,
    /// Of a reaction, what it is about.
    pub reaction: Option<Reaction>,
    /// Of a reaction, all who reacted to the message with this symbol, as the source lists them.
    pub reactors: Vec<String>,
    /// The language the sender uses, if the source says.
    pub user_language: Option<LanguageTag>,
    /// The URL of the sender's picture, as it came.
    pub profile_img: Option<String>,
}

impl Incoming {
    /// Whether it is a reaction.
    #[must_use]
    pub fn is_reaction(&self) -> bool {
        self.target().is_some()
    }

    /// The key, at most 255 characters, under which the message counts as already seen in its channel.
    ///
    /// `m:` and the source id; for a reaction `e:` and the target, the symbol and the reactor, with U+001F (which
    /// no text holds) between them. The reactor is the sender's [key](Sender::key); of one of whom nothing is known,
    /// the sorted list of all reactors, so the reactions of two such people are two and a repeated delivery is one.
    /// A key that would be longer ends in a hash of the whole.
    #[must_use]
    pub fn seen_key(&self) -> String {
        let Some(target) = self.target() else {
            return format!("m:{}", self.source_id);
        };
        let reactor = self.sender.key().unwrap_or_else(|| self.reactor_list());
        keys::bounded(format!("e:{target}\u{1f}{}\u{1f}{reactor}", text::clean(&self.text)))
    }

    /// The message reacted to. A reaction whose source did not say more than its type has the id of it as its own.
    fn target(&self) -> Option<&SourceId> {
        match &self.reaction {
            Some(reaction) => Some(&reaction.target),
            None => (self.kind == MessageType::Emoji).then_some(&self.source_id),
        }
    }

    fn reactor_list(&self) -> String {
        let mut reactors: Vec<_> = self.reactors.iter().map(|name| text::clean(name)).collect();
        reactors.sort_unstable();
        format!("r:{}", reactors.join("\u{1f}"))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::ids::ScreenName;

    /// A text from nobody in particular, for the tests here and elsewhere.
    pub(crate) fn text_message(source_id: &str, text: &str) -> Incoming {
        Incoming {
            source_id: source_id.parse().unwrap(),
            kind: MessageType::Text,
            text: text.to_owned(),
            sender: Sender::default(),
            sent_at: None,
            reaction: None,
            reactors: Vec::new(),
            user_language: None,
            profile_img: None,
        }
    }

    /// A reaction to the message of this id.
    pub(crate) fn reaction(target: &str, symbol: &str, action: ReactionAction) -> Incoming {
        let target: SourceId = target.parse().unwrap();
        Incoming {
            kind: MessageType::Emoji,
            reaction: Some(Reaction { target: target.clone(), action }),
            ..text_message(target.as_str(), symbol)
        }
    }

    fn reaction_by(name: &str, symbol: &str) -> Incoming {
        let mut incoming = reaction("4711", symbol, ReactionAction::Add);
        incoming.sender.screen_name = ScreenName::new(name);
        incoming
    }

    #[test]
    fn sources_have_had_several_names_for_each_type() {
        for (name, expected) in [
            ("text", Some(MessageType::Text)),
            ("channel.message", Some(MessageType::Text)),
            ("message", Some(MessageType::Text)),
            ("emoji", Some(MessageType::Emoji)),
            ("event.reaction", Some(MessageType::Emoji)),
            ("reaction", Some(MessageType::Emoji)),
            ("qa", Some(MessageType::Question)),
            ("question", Some(MessageType::Question)),
            ("poll", None),
            ("Text", None),
            ("", None),
        ] {
            assert_eq!(MessageType::from_source(name), expected, "{name}");
        }
    }

    #[test]
    fn types_and_actions_lead_back() {
        for kind in MessageType::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
            assert_eq!(MessageType::from_code(kind.code()), Some(kind));
        }
        assert_eq!(MessageType::ALL.map(MessageType::code), [0, 1, 2]);
        assert_eq!(MessageType::from_code(3), None);
        assert_eq!("remove".parse(), Ok(ReactionAction::Remove));
    }

    #[test]
    fn a_message_is_seen_by_its_id_whatever_else_it_says() {
        assert_eq!(text_message("4711", "Hello").seen_key(), "m:4711");
        assert_eq!(text_message("4711", "Hello").seen_key(), text_message("4711", "Bye").seen_key());
    }

    #[test]
    fn a_reaction_is_not_its_message() {
        let (bob, carol) = (reaction_by("Bob", "👍"), reaction_by("Carol", "👍"));
        assert_eq!(bob.seen_key(), "e:4711\u{1f}👍\u{1f}n:bob");
        assert_ne!(bob.seen_key(), carol.seen_key());
        assert_ne!(bob.seen_key(), reaction_by("Bob", "🎉").seen_key());
        assert_ne!(bob.seen_key(), text_message("4711", "👍").seen_key());

        let bare = Incoming { reaction: None, ..bob.clone() };
        assert!(bare.is_reaction(), "its type is enough");
        assert_eq!(bare.seen_key(), bob.seen_key());
    }

    #[test]
    fn unnamed_reactors_are_told_apart_by_all_who_reacted() {
        let unnamed = |reactors: &[&str]| Incoming {
            reactors: reactors.iter().map(ToString::to_string).collect(),
            ..reaction_by("", "👍")
        };
        let (first, second) = (unnamed(&["b"]), unnamed(&["b", "a"]));
        assert_ne!(first.seen_key(), second.seen_key());
        assert_eq!(second.seen_key(), unnamed(&["a", "b"]).seen_key(), "delivered again, in any order");
        let named =
            |reactors: &[&str]| Incoming { sender: reaction_by("Bob", "").sender, ..unnamed(reactors) };
        assert_eq!(named(&["b"]).seen_key(), named(&["b", "a"]).seen_key());
    }

    #[test]
    fn seen_keys_fit_their_column_and_stay_apart() {
        let crowd = |last: &str| {
            let mut incoming = reaction_by("", "👍");
            incoming.reactors = (0..100).map(|n| format!("b0b00000-{n:04}")).collect();
            incoming.reactors.push(last.to_owned());
            incoming.seen_key()
        };
        assert_eq!(crowd("x").chars().count(), 255);
        assert_ne!(crowd("x"), crowd("y"));
        assert_eq!(crowd("x"), crowd("x"));
        let longest = text_message(&"9".repeat(200), "").seen_key();
        assert_eq!(longest.chars().count(), 202);
    }
}
