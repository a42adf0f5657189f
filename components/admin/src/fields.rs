//! Fields that a form writes as text and JSON as what they are.

use serde::{Deserialize, Deserializer, de::Error as _};

/// A whole number, or text that is one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Number(pub(crate) i64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "must be a whole number")]
        enum Either {
            Number(i64),
            Text(String),
        }
        match Either::deserialize(deserializer)? {
            Either::Number(number) => Ok(Self(number)),
            Either::Text(text) => {
                text.trim().parse().map(Self).map_err(|_| D::Error::custom("must be a whole number"))
            }
        }
    }
}

/// A whole number or none, which a form writes as an empty text.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct MaybeNumber(pub(crate) Option<i64>);

impl<'de> Deserialize<'de> for MaybeNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "must be a whole number")]
        enum Either {
            Number(Option<i64>),
            Text(String),
        }
        match Either::deserialize(deserializer)? {
            Either::Number(number) => Ok(Self(number)),
            Either::Text(text) if text.trim().is_empty() => Ok(Self(None)),
            Either::Text(text) => {
                let number = text.trim().parse().map_err(|_| D::Error::custom("must be a whole number"))?;
                Ok(Self(Some(number)))
            }
        }
    }
}

/// Yes or no, or the words that forms have for them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Flag(pub(crate) bool);

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "must be true or false")]
        enum Either {
            Flag(bool),
            Text(String),
        }
        match Either::deserialize(deserializer)? {
            Either::Flag(flag) => Ok(Self(flag)),
            Either::Text(text) => match text.as_str() {
                "true" | "on" | "1" | "yes" => Ok(Self(true)),
                "false" | "off" | "0" | "no" | "" => Ok(Self(false)),
                _ => Err(D::Error::custom("must be true or false")),
            },
        }
    }
}

/// A list, or text with commas between its entries.
#[derive(Debug, Clone)]
pub(crate) struct List(pub(crate) Vec<String>);

impl<'de> Deserialize<'de> for List {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "must be a list of texts")]
        enum Either {
            List(Vec<String>),
            Text(String),
        }
        Ok(Self(match Either::deserialize(deserializer)? {
            Either::List(list) => list,
            Either::Text(text) => {
                text.split(',').map(str::trim).filter(|entry| !entry.is_empty()).map(str::to_owned).collect()
            }
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal<T: for<'de> Deserialize<'de> + std::fmt::Debug>(json: &str) -> String {
        serde_json::from_str::<T>(json).unwrap_err().to_string()
    }

    #[test]
    fn what_is_refused_is_told_what_would_be_right() {
        for json in ["300.5", "1e99", "true", "[7]", "\"soon\""] {
            assert!(refusal::<Number>(json).starts_with("must be a whole number"), "{json}");
        }
        for json in ["7", "[true]", "\"perhaps\""] {
            assert!(refusal::<Flag>(json).starts_with("must be true or false"), "{json}");
        }
        for json in ["7", "[7]", "{}"] {
            assert!(refusal::<List>(json).starts_with("must be a list of texts"), "{json}");
        }
    }
}
