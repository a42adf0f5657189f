//! From an incoming message and a channel's rules to what becomes of it.
//!
//! The order is a promise to moderators, and [`screen`] is its one place. Between ignoring a removed reaction and
//! the bans stands "already seen → ignored", which only the store can tell (by [`Incoming::seen_key`]).

use std::sync::Arc;

use crate::Millis;
use crate::message::{Incoming, ReactionAction};
use crate::sender::SenderList;
use crate::settings::ChannelSettings;
use crate::similarity::Patterns;
use crate::text::normalise;
use crate::words::words;

/// How far in the future a message's time may lie, in seconds: clocks differ.
pub const MAX_FUTURE_SECONDS: i64 = 300;

/// How long ago a reaction's symbol may have been approved for [`Keep::ApproveIfSymbolRecent`], in milliseconds.
pub const SYMBOL_WINDOW_MS: Millis = 10_000;

/// All that a channel screens by, compiled once and kept until its lists or settings change.
#[derive(Debug, Clone)]
pub struct ChannelRules {
    /// The channel's settings.
    pub settings: ChannelSettings,
    /// Who is banned in every channel.
    pub global_bans: Arc<SenderList>,
    /// Who is banned in this channel.
    pub bans: SenderList,
    /// Who is trusted in this channel.
    pub trusted: SenderList,
    /// The texts blocked in this channel.
    pub patterns: Patterns,
}

/// A message that is refused for its time, as malformed input is (400).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It was sent longer ago than the channel accepts.
    #[error("the timestamp is {age_seconds} s old; this channel accepts at most {max_age_seconds} s")]
    TooOld {
        /// Its age in seconds, rounded up.
        age_seconds: i64,
        /// What the channel accepts, in seconds.
        max_age_seconds: i64,
    },
    /// It claims to come from the future.
    #[error("the timestamp is {ahead_seconds} s in the future; at most {MAX_FUTURE_SECONDS} s are accepted")]
    InTheFuture {
        /// How far ahead it is in seconds, rounded up.
        ahead_seconds: i64,
    },
}

/// What becomes of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing, and nobody needs to know.
    Ignore(Ignored),
    /// It is not kept, but counted under its cause.
    Drop(Drop),
    /// It is kept.
    Keep(Keep),
}

/// Why a message is ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ignored {
    /// A reaction was taken back.
    ReactionRemoved,
}

/// Why a message is dropped, with the id of the entry that did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drop {
    /// The sender is banned everywhere.
    GloballyBanned {
        /// The entry of the global list.
        entry: i64,
    },
    /// The sender is banned in the channel.
    Banned {
        /// The entry of the channel's list.
        entry: i64,
    },
    /// The text is like a blocked one.
    BlockedPattern {
        /// The pattern.
        entry: i64,
    },
}

impl Drop {
    /// The cause under which it is counted.
    #[must_use]
    pub const fn cause(self) -> DropCause {
        match self {
            Self::GloballyBanned { .. } => DropCause::GlobalBan,
            Self::Banned { .. } => DropCause::Ban,
            Self::BlockedPattern { .. } => DropCause::Pattern,
        }
    }
}

/// The causes under which dropped messages are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DropCause {
    /// The sender is banned everywhere.
    GlobalBan,
    /// The sender is banned in the channel.
    Ban,
    /// The text is like a blocked one.
    Pattern,
}
words!(DropCause, "a cause", GlobalBan => "global_ban", Ban => "ban", Pattern => "pattern");

/// How a message is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Approved at once: the sender is trusted.
    Trusted {
        /// The entry of the channel's list.
        entry: i64,
    },
    /// Queued for the moderators.
    Queue,
    /// A reaction: approved if its symbol was approved in this channel within [`SYMBOL_WINDOW_MS`], which only the
    /// store can tell; else queued.
    ApproveIfSymbolRecent,
}

/// Refuses a message from further in the future than [`MAX_FUTURE_SECONDS`], or older than the channel accepts.
///
/// One without a time is accepted, and so is every reaction: its time is that of the message reacted to.
pub fn check_age(incoming: &Incoming, max_age_seconds: i64, now: Millis) -> Result<(), Refusal> {
    let Some(sent_at) = incoming.sent_at.filter(|_| !incoming.is_reaction()) else {
        return Ok(());
    };
    let age = now.saturating_sub(sent_at);
    let ahead = sent_at.saturating_sub(now);
    if ahead > MAX_FUTURE_SECONDS * 1000 {
        Err(Refusal::InTheFuture { ahead_seconds: seconds_rounded_up(ahead) })
    } else if age > max_age_seconds.saturating_mul(1000) {
        Err(Refusal::TooOld { age_seconds: seconds_rounded_up(age), max_age_seconds })
    } else {
        Ok(())
    }
}

/// Up, so that the text never says "300 s old, at most 300 s accepted".
const fn seconds_rounded_up(millis: Millis) -> i64 {
    millis.saturating_add(999) / 1000
}

/// What becomes of a message that has not been seen before, or why it is refused.
///
/// In this order, and the first that applies decides: its time refused · a removed reaction ignored · a globally
/// banned sender dropped · a sender banned in the channel dropped · a blocked text dropped · a trusted sender
/// approved · a reaction perhaps approved · queued.
pub fn screen(incoming: &Incoming, rules: &ChannelRules, now: Millis) -> Result<Verdict, Refusal> {
    check_age(incoming, rules.settings.max_age_seconds, now)?;
    let removed = |reaction: &crate::Reaction| reaction.action == ReactionAction::Remove;
    if incoming.reaction.as_ref().is_some_and(removed) {
        return Ok(Verdict::Ignore(Ignored::ReactionRemoved));
    }
    if let Some(drop) = find_drop(incoming, rules) {
        return Ok(Verdict::Drop(drop));
    }
    // Never by name, whatever an earlier list holds.
    if let Some(entry) = rules.trusted.find_by_id(&incoming.sender) {
        return Ok(Verdict::Keep(Keep::Trusted { entry }));
    }
    if incoming.is_reaction() && rules.settings.emoji_auto_approve {
        return Ok(Verdict::Keep(Keep::ApproveIfSymbolRecent));
    }
    Ok(Verdict::Keep(Keep::Queue))
}

fn find_drop(incoming: &Incoming, rules: &ChannelRules) -> Option<Drop> {
    if let Some(entry) = rules.global_bans.find(&incoming.sender) {
        return Some(Drop::GloballyBanned { entry });
    }
    if let Some(entry) = rules.bans.find(&incoming.sender) {
        return Some(Drop::Banned { entry });
    }
    if rules.patterns.is_empty() {
        return None;
    }
    let entry = rules.patterns.find(&normalise(&incoming.text))?;
    Some(Drop::BlockedPattern { entry })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::MessageType;
    use crate::message::tests::{reaction, text_message};
    use crate::sender::tests::sender;

    const NOW: Millis = 1_784_628_300_123;

    fn no_rules() -> ChannelRules {
        ChannelRules {
            settings: ChannelSettings::new("Main stage"),
            global_bans: Arc::default(),
            bans: SenderList::default(),
            trusted: SenderList::default(),
            patterns: Patterns::default(),
        }
    }

    /// Makes a row of the order apply.
    type Applies = fn(&mut ChannelRules, &mut Incoming);

    /// Each row of the order: what makes it decide about [`the_reaction`], and what it decides.
    ///
    /// All rows concern one reaction, so that they can all apply at once; age, which never concerns one, is apart.
    fn rows() -> Vec<(Applies, Verdict)> {
        vec![
            (
                |_, incoming| incoming.reaction.as_mut().unwrap().action = ReactionAction::Remove,
                Verdict::Ignore(Ignored::ReactionRemoved),
            ),
            (
                |rules, _| rules.global_bans = Arc::new(SenderList::new([(1, sender(7, "", ""))])),
                Verdict::Drop(Drop::GloballyBanned { entry: 1 }),
            ),
            (
                |rules, _| rules.bans = SenderList::new([(2, sender(7, "", ""))]),
                Verdict::Drop(Drop::Banned { entry: 2 }),
            ),
            (
                |rules, _| rules.patterns = Patterns::new([(3, normalise("👍"))]),
                Verdict::Drop(Drop::BlockedPattern { entry: 3 }),
            ),
            (
                |rules, _| rules.trusted = SenderList::new([(4, sender(7, "", ""))]),
                Verdict::Keep(Keep::Trusted { entry: 4 }),
            ),
            (|rules, _| rules.settings.emoji_auto_approve = true, Verdict::Keep(Keep::ApproveIfSymbolRecent)),
            (|_, _| {}, Verdict::Keep(Keep::Queue)),
        ]
    }

    fn the_reaction() -> Incoming {
        let mut incoming = reaction("4711", "👍", ReactionAction::Add);
        incoming.sender = sender(7, "", "Zoë");
        incoming
    }

    #[test]
    fn each_row_decides_and_the_earlier_row_wins() {
        let rows = rows();
        for first in 0..rows.len() {
            for later in first..rows.len() {
                let (mut rules, mut incoming) = (no_rules(), the_reaction());
                (rows[first].0)(&mut rules, &mut incoming);
                (rows[later].0)(&mut rules, &mut incoming);
                assert_eq!(screen(&incoming, &rules, NOW), Ok(rows[first].1), "{first} before {later}");
            }
            let (mut rules, mut incoming) = (no_rules(), the_reaction());
            for (apply, _) in &rows[first..] {
                apply(&mut rules, &mut incoming);
            }
            assert_eq!(screen(&incoming, &rules, NOW), Ok(rows[first].1), "{first} before all later");
        }
    }

    #[test]
    fn age_is_refused_before_anything_else() {
        let mut rules = no_rules();
        rules.global_bans = Arc::new(SenderList::new([(1, sender(7, "", ""))]));
        let mut incoming = text_message("1", "Hello");
        incoming.sender = sender(7, "", "");
        incoming.sent_at = Some(NOW - 300_001);
        let refusal = Refusal::TooOld { age_seconds: 301, max_age_seconds: 300 };
        assert_eq!(screen(&incoming, &rules, NOW), Err(refusal));
        rules.settings.max_age_seconds = 600;
        assert_eq!(screen(&incoming, &rules, NOW), Ok(Verdict::Drop(Drop::GloballyBanned { entry: 1 })));
    }

    #[test]
    fn ages_at_their_limits() {
        let check = |sent_at| {
            let incoming = Incoming { sent_at, ..text_message("1", "Hello") };
            check_age(&incoming, 300, NOW)
        };
        assert_eq!(check(None), Ok(()));
        assert_eq!(check(Some(NOW - 300_000)), Ok(()));
        assert_eq!(check(Some(NOW + 300_000)), Ok(()));
        assert!(matches!(check(Some(NOW - 300_001)), Err(Refusal::TooOld { age_seconds: 301, .. })));
        assert_eq!(check(Some(NOW + 300_001)), Err(Refusal::InTheFuture { ahead_seconds: 301 }));
        assert!(matches!(check(Some(Millis::MIN)), Err(Refusal::TooOld { .. })));
        assert!(matches!(check(Some(Millis::MAX)), Err(Refusal::InTheFuture { .. })));
    }

    #[test]
    fn a_reaction_is_as_old_as_its_message_and_that_is_no_matter() {
        for sent_at in [NOW - 86_400_000, NOW + 86_400_000] {
            let mut incoming = Incoming { sent_at: Some(sent_at), ..the_reaction() };
            assert_eq!(screen(&incoming, &no_rules(), NOW), Ok(Verdict::Keep(Keep::Queue)));
            incoming.reaction = None;
            assert_eq!(check_age(&incoming, 300, NOW), Ok(()), "its type is enough");
        }
    }

    #[test]
    fn only_reactions_are_approved_for_their_symbol() {
        let mut rules = no_rules();
        rules.settings.emoji_auto_approve = true;
        for kind in [MessageType::Text, MessageType::Question] {
            let incoming = Incoming { kind, ..text_message("1", "👍") };
            assert_eq!(screen(&incoming, &rules, NOW), Ok(Verdict::Keep(Keep::Queue)));
        }
    }

    #[test]
    fn a_name_bans_but_does_not_trust() {
        let mut rules = no_rules();
        rules.trusted = SenderList::new([(1, sender(0, "", "Zoë"))]);
        let mut incoming = text_message("1", "Hello");
        incoming.sender = sender(0, "a1", "zoë");
        assert_eq!(screen(&incoming, &rules, NOW), Ok(Verdict::Keep(Keep::Queue)));
        rules.bans = SenderList::new([(2, sender(0, "", "Zoë"))]);
        assert_eq!(screen(&incoming, &rules, NOW), Ok(Verdict::Drop(Drop::Banned { entry: 2 })));
    }

    #[test]
    fn texts_like_a_pattern_are_dropped() {
        let mut rules = no_rules();
        rules.patterns = Patterns::new([(3, normalise("buy cheap watches"))]);
        let screened = |text| screen(&text_message("1", text), &rules, NOW);
        let dropped = Ok(Verdict::Drop(Drop::BlockedPattern { entry: 3 }));
        assert_eq!(screened("B\u{200b}UY che\u{ad}ap w4tches!"), dropped);
        assert_eq!(screened("cheap watches"), Ok(Verdict::Keep(Keep::Queue)));
    }

    #[test]
    fn drops_have_a_cause_to_be_counted_under() {
        let drops =
            [Drop::GloballyBanned { entry: 1 }, Drop::Banned { entry: 1 }, Drop::BlockedPattern { entry: 1 }];
        assert_eq!(drops.map(Drop::cause), DropCause::ALL);
        assert_eq!(DropCause::ALL.map(DropCause::as_str), ["global_ban", "ban", "pattern"]);
        assert_eq!("pattern".parse(), Ok(DropCause::Pattern));
    }
}
