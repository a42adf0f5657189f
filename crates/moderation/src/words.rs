//! Closed sets of words: one spelling for JSON, forms, the database and the log.

/// A word that is not one of a closed set; the text lists the ones that are.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} must be one of {allowed}")]
pub struct UnknownWord {
    pub(crate) what: &'static str,
    pub(crate) allowed: &'static str,
}

/// Gives an enum without data `ALL`, `as_str`, `Display`, `FromStr` and serde, all by the same words.
macro_rules! words {
    ($type:ident, $what:literal, $first:ident => $first_word:literal $(, $variant:ident => $word:literal)* $(,)?) => {
        impl $type {
            /// Every value, in the order of declaration.
            pub const ALL: [Self; [$first_word $(, $word)*].len()] = [Self::$first $(, Self::$variant)*];

            /// The word for this value, the only one in JSON, forms and the database.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    Self::$first => $first_word,
                    $(Self::$variant => $word,)*
                }
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $type {
            type Err = $crate::UnknownWord;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                match word {
                    $first_word => Ok(Self::$first),
                    $($word => Ok(Self::$variant),)*
                    _ => Err($crate::UnknownWord {
                        what: $what,
                        allowed: concat!($first_word $(, ", ", $word)*),
                    }),
                }
            }
        }

        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                word.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use words;
