//! Languages: their tags, which one a text is in, and which one it is shown under.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use whatlang::{Detector, Lang};

use crate::message::{Incoming, MessageType};
use crate::settings::ChannelSettings;

/// The confidence from which a detected language is believed.
pub const MIN_CONFIDENCE: f64 = 0.75;

/// How much of a text is looked at, in bytes. More would cost time and tell no more.
const MAX_DETECTED_BYTES: usize = 4096;

/// A text that is no language tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a language must be a BCP 47 tag of at most 35 characters, such as en or pt-BR")]
pub struct InvalidLanguageTag;

/// A language by its BCP 47 tag (RFC 5646), well-formed, in canonical case, at most 35 characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LanguageTag(String);

impl LanguageTag {
    /// The longest tag, in characters: what RFC 5646, section 4.4.1, has every implementation hold.
    pub const MAX_CHARS: usize = 35;

    /// English.
    #[must_use]
    pub fn english() -> Self {
        Self("en".to_owned())
    }

    /// The tag.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The language without script, region and variants: `pt` of `pt-BR`.
    #[must_use]
    pub fn primary(&self) -> &str {
        self.0.split_once('-').map_or(&*self.0, |(primary, _)| primary)
    }
}
