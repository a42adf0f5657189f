//! The rules of moderation: pure functions from values to values.
//!
//! No I/O here: no SQL, no HTTP, no `async`, no clock and no randomness. Time is an argument ([`Millis`]),
//! lists arrive as values, and the same arguments give the same answer on every host.
//!
//! What it offers, one module a subject, everything also at the crate's root:
//!
//! - [`ids`]: [`ChannelId`], [`MessageId`], [`CentralId`], [`SenderId`], [`SourceId`], [`ScreenName`]
//! - [`status`]: [`Status`] and [`Decision`], and why the most restrictive decision wins in any order
//! - [`text`]: [`clean`] what is stored, [`normalise`] what is compared
//! - [`similarity`]: [`is_similar`], [`Matcher`] for one text against many, [`Patterns`] for the reverse
//! - [`sender`]: [`Sender`], its strongest [`Identifier`], [`SenderList`] of bans and trust, anonymous names
//! - [`message`]: [`Incoming`], its [`MessageType`], and when it counts as already seen
//! - [`settings`]: [`ChannelSettings`] and their limits
//! - [`language`]: their names, [`LanguageTag`]
//! - [`detection`]: the language a text is in, and the one [a message is shown under](language_of)
//! - [`screening`]: [`screen`], from a message and a channel's rules to a [`Verdict`]
//! - [`roles`]: [`Role`] and what it [may](Role::may) do

pub mod detection;
pub mod ids;
mod keys;
pub mod language;
pub mod message;
pub mod roles;
pub mod screening;
pub mod sender;
pub mod settings;
pub mod similarity;
pub mod status;
mod style;
pub mod text;
mod words;

pub use detection::{Detected, MIN_CONFIDENCE, choose, detect, language_of};
pub use ids::{CentralId, ChannelId, InvalidId, MessageId, ScreenName, SenderId, SourceId};
pub use language::{InvalidLanguageTag, LanguageTag};
pub use message::{Incoming, MessageType, Reaction, ReactionAction};
pub use roles::{Permission, Role};
pub use screening::{
    ChannelRules, Drop, DropCause, Ignored, Keep, MAX_FUTURE_SECONDS, Refusal, SYMBOL_WINDOW_MS, Verdict,
    check_age, screen,
};
pub use sender::{Identifier, NameOnly, Sender, SenderList, anonymous_name, trustable};
pub use settings::{ChannelSettings, FieldError};
pub use similarity::{Matcher, Patterns, is_similar};
pub use status::{Decision, Outcome, Status};
pub use text::{NormalisedText, clean, normalise};
pub use words::UnknownWord;

/// A moment in milliseconds since 1970-01-01T00:00:00Z, without leap seconds.
pub type Millis = i64;
