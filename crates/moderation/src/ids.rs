//! The names of things: one type each, and parsing the only door into it.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::text;

/// An id that cannot be one; the text says what is allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} must be {allowed}")]
pub struct InvalidId {
    what: &'static str,
    allowed: &'static str,
}

/// What every id that is a text shares: reading it, printing it, and serde as that text.
macro_rules! text_id {
    ($type:ident) => {
        impl $type {
            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl AsRef<str> for $type {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.pad(&self.0)
            }
        }

        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(de::Error::custom)
            }
        }
    };
}

/// An id that is a whole number above 0, everywhere written as an integer.
macro_rules! number_id {
    ($type:ident, $what:literal) => {
        impl $type {
            /// The id as a number, always above 0.
            #[must_use]
            pub const fn get(self) -> i64 {
                self.0
            }
        }

        impl TryFrom<i64> for $type {
            type Error = InvalidId;

            fn try_from(number: i64) -> Result<Self, InvalidId> {
                if number > 0 {
                    Ok(Self(number))
                } else {
                    Err(InvalidId { what: $what, allowed: "a whole number above 0" })
                }
            }
        }

        impl FromStr for $type {
            type Err = InvalidId;

            /// Takes decimal digits only: no sign, no white space.
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let digits = text.bytes().all(|byte| byte.is_ascii_digit());
                // What is no number, or too large for one, is refused as 0 would be.
                let number = if digits { text.parse().unwrap_or(0) } else { 0 };
                Self::try_from(number)
            }
        }

        impl From<$type> for i64 {
            fn from(id: $type) -> Self {
                id.0
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(formatter)
            }
        }
    };
}

/// One of our channels, as it stands in URLs.
///
/// Ids carried over from the earlier tool are not always slugs, so parsing takes 1 to 64 of `[A-Za-z0-9._-]`;
/// a channel that is created takes the narrower [`ChannelId::new_slug`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ChannelId(String);
text_id!(ChannelId);

impl ChannelId {
    /// The id of a channel about to be created: 1 to 64 of `[a-z0-9-]`.
    pub fn new_slug(slug: &str) -> Result<Self, InvalidId> {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if (1..=64).contains(&slug.len()) && slug.bytes().all(fits) {
            Ok(Self(slug.to_owned()))
        } else {
            Err(InvalidId { what: "a channel's id", allowed: "1 to 64 of the characters a-z, 0-9 and -" })
        }
    }
}

impl FromStr for ChannelId {
    type Err = InvalidId;

    fn from_str(id: &str) -> Result<Self, InvalidId> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        if (1..=64).contains(&id.len()) && id.bytes().all(fits) {
            Ok(Self(id.to_owned()))
        } else {
            Err(InvalidId {
                what: "a channel's id",
                allowed: "1 to 64 of the characters A-Z, a-z, 0-9, '.', '_' and '-'",
            })
        }
    }
}

/// A message as we number it, above 0; unique over all channels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct MessageId(i64);
number_id!(MessageId, "a message's id");

/// A Wikimedia account: the CentralAuth global user id, above 0.
///
/// 0 is what Wikimedia's OAuth profile gives for an account that is not attached, and is no id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct CentralId(i64);
number_id!(CentralId, "a central id");

/// The source's own id of a sender, 1 to 255 characters (Eventyay sends a UUID).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SenderId(String);
text_id!(SenderId);

impl FromStr for SenderId {
    type Err = InvalidId;

    fn from_str(id: &str) -> Result<Self, InvalidId> {
        if (1..=255).contains(&id.chars().count()) {
            Ok(Self(id.to_owned()))
        } else {
            Err(InvalidId { what: "a sender's id", allowed: "1 to 255 characters" })
        }
    }
}

/// The source's own id of a message, 1 to 200 visible characters (Eventyay sends a number; older senders a UUID).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(String);
text_id!(SourceId);

impl FromStr for SourceId {
    type Err = InvalidId;

    fn from_str(id: &str) -> Result<Self, InvalidId> {
        if (1..=200).contains(&id.chars().count()) && id.chars().all(text::is_visible) {
            Ok(Self(id.to_owned()))
        } else {
            Err(InvalidId {
                what: "a source's message id",
                allowed: "1 to 200 visible characters without white space",
            })
        }
    }
}

impl From<i64> for SourceId {
    fn from(number: i64) -> Self {
        Self(number.to_string())
    }
}

impl From<u64> for SourceId {
    fn from(number: u64) -> Self {
        Self(number.to_string())
    }
}

/// The name a sender shows. Anybody can take any name, so it identifies nobody by itself.
///
/// Any text becomes one: what XML 1.0 forbids is removed, white space around it trimmed, and the rest cut to
/// 255 characters. A name in which nothing is visible (zero-width characters alone) is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ScreenName(String);
text_id!(ScreenName);

impl ScreenName {
    /// The longest name kept, in characters.
    pub const MAX_CHARS: usize = 255;

    /// Cleans, trims and cuts a name.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let cleaned = text::clean(name);
        let trimmed = cleaned.trim();
        let end = trimmed.char_indices().nth(Self::MAX_CHARS).map_or(trimmed.len(), |(index, _)| index);
        // The cut may have ended between two words.
        let cut = trimmed[..end].trim_end();
        if cut.chars().any(text::is_visible) { Self(cut.to_owned()) } else { Self::default() }
    }

    /// Whether there is no name to show.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<&str> for ScreenName {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

impl From<String> for ScreenName {
    fn from(name: String) -> Self {
        Self::new(&name)
    }
}

impl FromStr for ScreenName {
    type Err = std::convert::Infallible;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Ok(Self::new(name))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn channel_ids_are_wider_than_new_slugs() {
        for id in ["main", "2026-day-1", "A_b.c", &"x".repeat(64)] {
            assert_eq!(id.parse::<ChannelId>().unwrap().as_str(), id);
        }
        for id in ["", "a b", "a/b", "ä", "a%20", &"x".repeat(65)] {
            assert!(id.parse::<ChannelId>().is_err(), "{id}");
        }
        assert_eq!(ChannelId::new_slug("day-1"), "day-1".parse());
        for slug in ["", "Day-1", "day_1", "day.1", &"x".repeat(65)] {
            assert!(ChannelId::new_slug(slug).is_err(), "{slug}");
        }
        let error = ChannelId::new_slug("Day 1").unwrap_err();
        assert_eq!(error.to_string(), "a channel's id must be 1 to 64 of the characters a-z, 0-9 and -");
    }

    #[test]
    fn numbers_are_above_zero_and_written_as_integers() {
        assert_eq!("24906".parse(), CentralId::try_from(24906));
        assert_eq!(i64::MAX.to_string().parse(), MessageId::try_from(i64::MAX));
        for text in ["", "0", "-1", "+1", " 1", "1.0", "Example", "9223372036854775808"] {
            assert!(text.parse::<CentralId>().is_err(), "{text}");
        }
        assert!(MessageId::try_from(-1).is_err());
        let id: MessageId = serde_json::from_str("7").unwrap();
        assert_eq!(serde_json::to_string(&id).unwrap(), "7");
        assert!(serde_json::from_str::<MessageId>("0").is_err());
        assert!(serde_json::from_str::<MessageId>("\"7\"").is_err());
    }

    #[test]
    fn source_ids_are_visible() {
        assert_eq!(SourceId::from(4711_i64).as_str(), "4711");
        assert_eq!(SourceId::from(u64::MAX).as_str(), "18446744073709551615");
        for id in ["", "a b", "a\u{1f}b", "a\u{200b}", "\n", &"x".repeat(201)] {
            assert!(id.parse::<SourceId>().is_err(), "{id:?}");
        }
        assert!("é".repeat(200).parse::<SourceId>().is_ok());
    }

    #[test]
    fn sender_ids_count_characters() {
        assert!("".parse::<SenderId>().is_err());
        assert!("é".repeat(255).parse::<SenderId>().is_ok());
        assert!("é".repeat(256).parse::<SenderId>().is_err());
        let json = serde_json::to_string(&"a1\"".parse::<SenderId>().unwrap()).unwrap();
        assert_eq!(json, r#""a1\"""#);
        assert!(serde_json::from_str::<SenderId>("\"\"").is_err());
    }

    #[test]
    fn any_text_becomes_a_screen_name() {
        assert_eq!(ScreenName::new("  Zoë\u{0}\n").as_str(), "Zoë");
        assert_eq!(ScreenName::new(&format!("{} b", "a".repeat(254))).as_str().len(), 254);
        for nothing in ["", " \t", "\u{200b}\u{feff}", "\u{0}"] {
            assert!(ScreenName::new(nothing).is_empty(), "{nothing:?}");
        }
        let name: ScreenName = serde_json::from_str("\" <b> \"").unwrap();
        assert_eq!(name.as_str(), "<b>");
    }

    proptest! {
        #[test]
        fn screen_names_fit_and_stay(name in any::<String>(), times in 1_usize..50) {
            let once = ScreenName::new(&name.repeat(times));
            prop_assert!(once.as_str().chars().count() <= ScreenName::MAX_CHARS);
            prop_assert_eq!(&ScreenName::new(once.as_str()), &once);
        }
    }
}
