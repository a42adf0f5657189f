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
