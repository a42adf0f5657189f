//! What can happen in a channel, drawn at random from few senders, texts and numbers, so that it meets itself.

use moderation::{Decision, DropCause, Incoming, LanguageTag, MessageType, Sender};
use platform::clock::Millis;
use proptest::{prelude::*, sample::select};
use store::{lists::List, messages::Start};

use crate::support::{message, named, reaction, sender};

/// One thing that happens. Channels, messages and people are numbers to be taken modulo what there is.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// A message arrives, screened with the present rules or the first that there were.
    Keep { channel: usize, incoming: Incoming, language: Option<LanguageTag>, start: Start, stale: bool },
    /// A message is not kept.
    Drop { channel: usize, incoming: Incoming, cause: DropCause },
    /// A moderator decides.
    Decide { channel: usize, message: usize, by: i64, decision: Decision },
    /// A moderator rejects what is similar, and maybe blocks it from then on.
    Similar { channel: usize, message: usize, by: i64, block: bool },
    /// A moderator bans or trusts somebody.
    ListSender { channel: usize, sender: Sender, by: i64, list: List },
    /// A moderator takes a decision back.
    Undo { channel: usize, message: usize, by: i64, group: bool },
    /// An admin saves the settings.
    Settings { channel: usize },
    /// Somebody is banned everywhere.
    BanGlobally { sender: Sender },
    /// A client asks what is new: since it asked last, or as one that asked longer ago would.
    Poll { channel: usize, client: usize, forgets: usize },
    /// Time passes.
    Wait { by: Millis },
}

/// How many channels there are.
pub(super) const CHANNELS: usize = 2;

fn senders() -> impl Strategy<Value = Sender> {
    select(vec![
        sender(1, "s-1", "Ana"),
        sender(1, "", ""),
        sender(2, "s-2", "ana"),
        sender(0, "s-3", "Ana"),
        sender(0, "s-3", ""),
        sender(0, "s-1", "Zoë"),
        named("Ana"),
        named(" aNA\u{200b} "),
        named("Zoë"),
        named(""),
    ])
}

fn incoming() -> impl Strategy<Value = Incoming> {
    let texts = select(vec!["ok", "OK ", "hello all", "hello  all!", "hello, all", "buy cheap pills now"]);
    let text = (0..24_u8, texts, senders(), any::<bool>()).prop_map(|(id, text, sender, is_question)| {
        let kind = if is_question { MessageType::Question } else { MessageType::Text };
        Incoming { kind, ..message(&id.to_string(), text, sender) }
    });
    let symbol = select(vec!["👍", "🎉"]);
    let reaction = (0..4_u8, symbol, senders(), 0..3_u8).prop_map(|(id, symbol, sender, reactors)| {
        let reactors = (0..=reactors).map(|reactor| reactor.to_string()).collect();
        Incoming { reactors, ..reaction(&id.to_string(), symbol, sender) }
    });
    prop_oneof![2 => text, 1 => reaction]
}

fn languages() -> impl Strategy<Value = Option<LanguageTag>> {
    select(vec![None, Some("en"), Some("pt-BR")]).prop_map(|tag| tag.map(|tag| tag.parse().unwrap()))
}

fn step() -> impl Strategy<Value = Step> {
    let channel = || 0..CHANNELS;
    // Now and then a message of the other channel.
    let message = || any::<usize>();
    let by = || 101..104_i64;
    let starts =
        || select(vec![Start::Queued, Start::Queued, Start::Approved, Start::ApprovedIfSymbolRecent]);
    let stale = prop::bool::weighted(0.1);
    prop_oneof![
        10 => (channel(), incoming(), languages(), starts(), stale).prop_map(
            |(channel, incoming, language, start, stale)| {
                // Intake asks for the symbol's sake for reactions only.
                let start = if incoming.is_reaction() || start != Start::ApprovedIfSymbolRecent {
                    start
                } else {
                    Start::Queued
                };
                Step::Keep { channel, incoming, language, start, stale }
            }
        ),
        1 => (channel(), incoming(), select(DropCause::ALL.to_vec()))
            .prop_map(|(channel, incoming, cause)| Step::Drop { channel, incoming, cause }),
        7 => (channel(), message(), by(), select(Decision::ALL.to_vec()))
            .prop_map(|(channel, message, by, decision)| Step::Decide { channel, message, by, decision }),
        1 => (channel(), message(), by(), any::<bool>())
            .prop_map(|(channel, message, by, block)| Step::Similar { channel, message, by, block }),
        1 => (channel(), senders(), by(), select(vec![List::Ban, List::Trust]))
            .prop_map(|(channel, sender, by, list)| Step::ListSender { channel, sender, by, list }),
        5 => (channel(), message(), by(), any::<bool>())
            .prop_map(|(channel, message, by, group)| Step::Undo { channel, message, by, group }),
        1 => channel().prop_map(|channel| Step::Settings { channel }),
        1 => senders().prop_map(|sender| Step::BanGlobally { sender }),
        3 => (channel(), 0..3_usize, select(vec![0, 0, 1, 2, 100]))
            .prop_map(|(channel, client, forgets)| Step::Poll { channel, client, forgets }),
        2 => select(vec![1, 4_000, 10_000]).prop_map(|by| Step::Wait { by }),
    ]
}

/// What happens in two channels.
pub(super) fn steps() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(step(), 1..70)
}
