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
        let first = self
            .by_length
            .partition_point(|(matcher, _)| matcher.text.char_len() + MAX_EDITS < length);
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
