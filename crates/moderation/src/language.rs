//! The names of languages.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

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

    /// A tag that is known to be canonical, such as one of a table here.
    pub(crate) fn from_canonical(tag: &str) -> Self {
        Self(tag.to_owned())
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

impl FromStr for LanguageTag {
    type Err = InvalidLanguageTag;

    fn from_str(tag: &str) -> Result<Self, InvalidLanguageTag> {
        let tag = oxilangtag::LanguageTag::parse_and_normalize(tag).map_err(|_| InvalidLanguageTag)?;
        // Counted after normalising, which may replace a tag; tags are ASCII.
        if tag.as_str().len() <= Self::MAX_CHARS {
            Ok(Self(tag.into_inner()))
        } else {
            Err(InvalidLanguageTag)
        }
    }
}

impl AsRef<str> for LanguageTag {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LanguageTag {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

impl Serialize for LanguageTag {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for LanguageTag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let tag = <Cow<'de, str>>::deserialize(deserializer)?;
        tag.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_take_their_canonical_case() {
        for (given, canonical, primary) in [
            ("en", "en", "en"),
            ("PT-br", "pt-BR", "pt"),
            ("zh-hans-CN", "zh-Hans-CN", "zh"),
            ("de-AT-1901", "de-AT-1901", "de"),
            ("be-x-old", "be-x-old", "be"),
        ] {
            let tag: LanguageTag = given.parse().unwrap();
            assert_eq!((tag.as_str(), tag.primary()), (canonical, primary));
        }
        assert_eq!(LanguageTag::english(), "EN".parse().unwrap());
    }

    #[test]
    fn what_is_no_tag_is_refused() {
        let long = format!("en-x-{}", ["abcdefgh"; 4].join("-"));
        for tag in ["", "e", "english language", "en_US", "-en", "en-", "<b>", "ελ", &long] {
            assert_eq!(tag.parse::<LanguageTag>(), Err(InvalidLanguageTag), "{tag}");
        }
    }

    #[test]
    fn json_is_the_tag() {
        let tag: LanguageTag = serde_json::from_str("\"pt-br\"").unwrap();
        assert_eq!(serde_json::to_string(&tag).unwrap(), "\"pt-BR\"");
        assert!(serde_json::from_str::<LanguageTag>("\"not a tag\"").is_err());
    }
}
