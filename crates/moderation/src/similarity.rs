//! Whether two texts are alike enough to be treated alike.
//!
//! *Similar* is a Levenshtein distance (characters inserted, removed or replaced) of at most 2 between the
//! normalised texts; at most 1 when the shorter has under 8 characters, and 0 when it has under 4: otherwise
//! "ok" would be like every short message.

use crate::text::NormalisedText;

/// The greatest distance at which any two texts are similar.
const MAX_EDITS: usize = 2;

/// Whether two texts are similar. Symmetric; an empty text is similar to an empty text only.
#[must_use]
pub fn is_similar(one: &NormalisedText, other: &NormalisedText) -> bool {
    let edits = allowed_edits(one, other);
    one.char_len().abs_diff(other.char_len()) <= edits && differ_by_at_most(edits, one, other)
}

/// How many edits two texts of these lengths may lie apart.
fn allowed_edits(one: &NormalisedText, other: &NormalisedText) -> usize {
    match one.char_len().min(other.char_len()) {
        0..4 => 0,
        4..8 => 1,
        _ => MAX_EDITS,
    }
}

fn differ_by_at_most(edits: usize, one: &NormalisedText, other: &NormalisedText) -> bool {
    if edits == 0 {
        one == other
    } else if one.is_ascii() && other.is_ascii() {
        within(edits, one.as_str().bytes(), other.as_str().bytes())
    } else {
        within(edits, one.as_str().chars(), other.as_str().chars())
    }
}

/// Whether `one` becomes `other` by at most so many edits.
///
/// A common beginning costs nothing and is skipped; at the first difference the three possible edits are tried,
/// each with one edit less for the rest. With at most two edits that is at most 13 walks, most of which end at
/// once, and needs no table and no memory.
fn within<I>(edits: usize, mut one: I, mut other: I) -> bool
where
    I: Iterator + Clone,
    I::Item: PartialEq,
{
    loop {
        let (one_before, other_before) = (one.clone(), other.clone());
        match (one.next(), other.next()) {
            (None, None) => return true,
            (a, b) if a == b => {}
            _ if edits == 0 => return false,
            (None, Some(_)) => return within(edits - 1, one_before, other),
            (Some(_), None) => return within(edits - 1, one, other_before),
            (Some(_), Some(_)) => {
                return within(edits - 1, one.clone(), other.clone())
                    || within(edits - 1, one, other_before)
                    || within(edits - 1, one_before, other);
            }
        }
    }
}

/// Which characters occur, each hashed to one of 64 bits.
///
/// One edit takes at most one character out of the set and puts at most one in, so texts whose sets differ by
/// more than the allowed edits in either direction are not similar.
fn signature(text: &NormalisedText) -> u64 {
    // Multiplicative hashing (Knuth): the upper six bits of a product with 2^32 divided by the golden ratio.
    let bit = |character: u32| 1_u64 << (character.wrapping_mul(0x9E37_79B1) >> 26);
    if text.is_ascii() {
        text.as_str().bytes().fold(0, |set, byte| set | bit(u32::from(byte)))
    } else {
        text.as_str().chars().fold(0, |set, character| set | bit(u32::from(character)))
    }
}

/// One text, prepared to be compared with many.
#[derive(Debug, Clone)]
pub struct Matcher {
    text: NormalisedText,
    signature: u64,
}

impl Matcher {
    /// Prepares a text.
    #[must_use]
    pub fn new(text: &NormalisedText) -> Self {
        Self { text: text.clone(), signature: signature(text) }
    }

    /// Whether the other text is similar: the same answer as [`is_similar`], sooner.
    #[must_use]
    pub fn matches(&self, other: &NormalisedText) -> bool {
        self.length_is_near(other) && self.matches_signed(other, signature(other))
    }

    fn length_is_near(&self, other: &NormalisedText) -> bool {
        self.text.char_len().abs_diff(other.char_len()) <= allowed_edits(&self.text, other)
    }

    fn matches_signed(&self, other: &NormalisedText, other_signature: u64) -> bool {
        let edits = allowed_edits(&self.text, other);
        let apart = |left: u64, right: u64| (left & !right).count_ones() as usize;
        apart(self.signature, other_signature) <= edits
            && apart(other_signature, self.signature) <= edits
            && differ_by_at_most(edits, &self.text, other)
    }
}

/// A channel's blocked patterns, prepared for many texts.
#[derive(Debug, Clone, Default)]
pub struct Patterns {
    /// By length and then id, so that a text meets only those of nearly its own length.
    by_length: Vec<(Matcher, i64)>,
}

impl Patterns {
    /// Prepares patterns, each with its id. An empty pattern never matches and is left out.
    #[must_use]
    pub fn new(patterns: impl IntoIterator<Item = (i64, NormalisedText)>) -> Self {
        let mut by_length: Vec<(Matcher, i64)> = patterns
            .into_iter()
            .filter(|(_, text)| !text.is_empty())
            .map(|(id, text)| (Matcher::new(&text), id))
            .collect();
        by_length.sort_by_key(|(matcher, id)| (matcher.text.char_len(), *id));
        Self { by_length }
    }

    /// The id of a pattern similar to the text; of several, the shortest, then the one of the lowest id.
    #[must_use]
    pub fn find(&self, text: &NormalisedText) -> Option<i64> {
        let length = text.char_len();
        let first =
            self.by_length.partition_point(|(matcher, _)| matcher.text.char_len() + MAX_EDITS < length);
        let near = self.by_length[first..]
            .iter()
            .take_while(|(matcher, _)| matcher.text.char_len() <= length + MAX_EDITS);
        let mut text_signature = None;
        for (matcher, id) in near {
            let text_signature = *text_signature.get_or_insert_with(|| signature(text));
            if matcher.length_is_near(text) && matcher.matches_signed(text, text_signature) {
                return Some(*id);
            }
        }
        None
    }

    /// How many patterns there are, without empty ones.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_length.len()
    }

    /// Whether there is nothing to compare with.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_length.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::normalise;

    fn stored(text: &str) -> NormalisedText {
        NormalisedText::from_stored(text.to_owned())
    }

    /// The definition, word by word.
    fn similar_by_definition(one: &NormalisedText, other: &NormalisedText) -> bool {
        let distance = strsim::levenshtein(one.as_str(), other.as_str());
        let shorter = one.char_len().min(other.char_len());
        distance
            <= if shorter < 4 {
                0
            } else if shorter < 8 {
                1
            } else {
                2
            }
    }

    #[test]
    fn short_texts_must_be_closer() {
        for (one, other, expected) in [
            ("", "", true),
            ("", "a", false),
            ("ok", "ok", true),
            ("ok", "no", false),
            ("yes", "yes!", false),
            ("spam", "spam!", true),
            ("spam", "spat!", false),
            ("hello w", "hallo w", true),
            ("hello w", "hello wo", true),
            ("hello w", "hallo wo", false),
            ("buy cheap watches", "buy cheep watchs", true),
            ("buy cheap watches", "buy cheep watchs!", false),
            ("буду завтра", "будy завтpа", true),
            ("abcdefgh", "badcefgh", false),
            ("abcdefgh", "bacdefgh", true),
        ] {
            assert_eq!(is_similar(&stored(one), &stored(other)), expected, "{one:?} {other:?}");
        }
    }

    #[test]
    fn patterns_find_the_near_one_and_never_by_an_empty_one() {
        let patterns = Patterns::new([
            (1, normalise("")),
            (2, normalise("Buy cheap watches")),
            (3, normalise("ok")),
            (4, normalise("buy cheap watches!")),
        ]);
        assert_eq!(patterns.len(), 3);
        assert_eq!(patterns.find(&normalise("buy CHEAP watchess")), Some(2));
        assert_eq!(patterns.find(&normalise("OK")), Some(3));
        assert_eq!(patterns.find(&normalise("no")), None);
        assert_eq!(patterns.find(&normalise("")), None);
        assert!(Patterns::new([(1, normalise(" "))]).is_empty());
        assert_eq!(Patterns::default().find(&normalise("ok")), None);
    }

    /// A text and another up to four edits away from it, over few letters so that chance likeness is common.
    fn neighbours() -> impl Strategy<Value = (String, String)> {
        let alphabet =
            prop_oneof![Just("ab"), Just("abc d"), Just("aäß👋"), Just("abcdefghijklmnopqrstuvwxyz")];
        let letters = alphabet.prop_map(|letters| letters.chars().collect::<Vec<char>>());
        letters.prop_flat_map(|letters| {
            let letter = proptest::sample::select(letters);
            let text = proptest::collection::vec(letter.clone(), 0..24);
            let edits = proptest::collection::vec((0_u8..3, any::<proptest::sample::Index>(), letter), 0..4);
            (text, edits).prop_map(|(text, edits)| {
                let mut other = text.clone();
                for (edit, place, letter) in edits {
                    let place = place.index(other.len() + 1);
                    match edit {
                        0 => other.insert(place, letter),
                        1 if place < other.len() => other[place] = letter,
                        _ if place < other.len() => drop(other.remove(place)),
                        _ => {}
                    }
                }
                (text.into_iter().collect(), other.into_iter().collect())
            })
        })
    }

    fn agrees(one: &str, other: &str) -> Result<(), TestCaseError> {
        let (one, other) = (stored(one), stored(other));
        let expected = similar_by_definition(&one, &other);
        prop_assert_eq!(is_similar(&one, &other), expected);
        prop_assert_eq!(is_similar(&other, &one), expected);
        prop_assert_eq!(Matcher::new(&one).matches(&other), expected);
        let found = Patterns::new([(7, one.clone())]).find(&other);
        prop_assert_eq!(found.is_some(), expected && !one.is_empty());
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn agrees_with_the_definition_on_neighbours((one, other) in neighbours()) {
            agrees(&one, &other)?;
        }

        #[test]
        fn agrees_with_the_definition_on_any_text(one in any::<String>(), other in any::<String>()) {
            agrees(&one, &other)?;
        }

        #[test]
        fn patterns_find_whatever_any_of_them_matches(
            texts in proptest::collection::vec("[ab]{0,12}", 0..12), text in "[ab]{0,12}",
        ) {
            let text = stored(&text);
            let entries: Vec<_> = (1..).zip(texts.iter().map(|text| stored(text))).collect();
            let expected = entries
                .iter()
                .filter(|(_, pattern)| !pattern.is_empty() && is_similar(pattern, &text))
                .min_by_key(|(id, pattern)| (pattern.char_len(), *id))
                .map(|(id, _)| *id);
            prop_assert_eq!(Patterns::new(entries.clone()).find(&text), expected);
        }
    }
}
