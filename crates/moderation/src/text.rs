//! Text: what is stored of it, and how it is compared.

use std::borrow::Cow;
use std::fmt;

use unicode_normalization::UnicodeNormalization;

/// How often [`normalise`] goes over a text at most. Two or three passes settle whatever the tests could think of.
const MAX_PASSES: usize = 8;

/// The text without the characters that XML 1.0 forbids (section 2.2, production `Char`).
///
/// Those are the C0 controls except tab, line feed and carriage return, and U+FFFE and U+FFFF. Everything else
/// stays as it came.
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    if text.contains(is_forbidden_in_xml) {
        Cow::Owned(text.replace(is_forbidden_in_xml, ""))
    } else {
        Cow::Borrowed(text)
    }
}

fn is_forbidden_in_xml(character: char) -> bool {
    matches!(character, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

/// A text as it is compared: see [`normalise`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NormalisedText {
    text: String,
    char_len: usize,
}

impl NormalisedText {
    /// Takes a text that came out of [`normalise`] before, such as from the database, without doing it again.
    #[must_use]
    pub fn from_stored(text: String) -> Self {
        let char_len = if text.is_ascii() { text.len() } else { text.chars().count() };
        Self { text, char_len }
    }

    /// The normalised text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Its length in characters (Unicode scalar values).
    #[must_use]
    pub const fn char_len(&self) -> usize {
        self.char_len
    }

    /// Whether nothing is left of it.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.char_len == 0
    }

    /// Whether a character of it is a byte of it.
    pub(crate) const fn is_ascii(&self) -> bool {
        self.char_len == self.text.len()
    }
}

impl AsRef<str> for NormalisedText {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for NormalisedText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.text)
    }
}

/// The form in which texts and names are compared.
///
/// NFKC (Unicode Standard Annex 15), lower case, characters that show nothing (Unicode's
/// `Default_Ignorable_Code_Point`, interlinear annotation marks) and controls removed, white space trimmed and
/// collapsed to single spaces. Idempotent: a normalised text normalises to itself.
#[must_use]
pub fn normalise(text: &str) -> NormalisedText {
    NormalisedText::from_stored(normalise_settled(text).unwrap_or_else(|| normalise_any(text)))
}

/// What [`normalise_any`] answers, sooner; `None` for a text with a character that needs more than a look at itself.
fn normalise_settled(text: &str) -> Option<String> {
    let mut normalised = Collapsed::with_capacity(text.len());
    for character in text.chars() {
        if is_settled(character) {
            normalised.push_visible(lower(character));
        } else if is_removed(character) || character.is_whitespace() {
            normalised.push(character);
        } else {
            return None;
        }
    }
    Some(normalised.text)
}

/// Characters that NFKC leaves alone whatever stands beside them, and whose lower case is one such character: nearly
/// all that chats are written in. Those that compose, decompose or combine are not among them, and neither is the
/// Greek capital sigma, which is lower-cased by its place in the word.
const fn is_settled(character: char) -> bool {
    matches!(
        character,
        '!'..='~'
            | 'À'..='į' | 'ı' | 'Ĵ'..='ľ' | 'Ł'..='ň' | 'Ŋ'..='ž' // Latin
            | '¡' | '§' | '©' | '«' | '®' | '°' | '±' | '»' | '¿'
            | 'Α'..='Ρ' | 'Τ'..='Ϊ' | 'ά'..='ώ' // Greek
            | 'Ѐ'..='ҁ' | 'Ҋ'..='ӿ' // Cyrillic
            | 'א'..='ת' // Hebrew
            | 'ء'..='ي' | '٠'..='٩' | 'پ'..='ڿ' | 'ی' | '۰'..='۹' | '،' | '؟' // Arabic
            | 'ऄ'..='ह' | 'ा'..='ौ' // Devanagari
            | 'ก'..='า' | 'เ'..='ๆ' // Thai
            | '‐' | '‒'..='―' | '‘'..='‟' | '•' | '€' | '☀'..='⛿' | '✁'..='❦'
            | '、'..='〟' | 'ぁ'..='ゖ' | 'ァ'..='ヺ' | 'ー' | '一'..='鿿' | '가'..='힣'
            | '\u{1f300}'..='\u{1faff}' // emoji
    )
}

fn lower(character: char) -> char {
    // Beyond Cyrillic no settled character has a case.
    if character.is_ascii() || character > 'ӿ' {
        return character.to_ascii_lowercase();
    }
    let mut lower = character.to_lowercase();
    lower.next().unwrap_or(character)
}

/// The definition, whatever the text.
fn normalise_any(text: &str) -> String {
    let mut current = normalise_once(text);
    // Lower case can make what NFKC would compose, and the other way round.
    for _ in 1..MAX_PASSES {
        if current.is_ascii() {
            break;
        }
        let next = normalise_once(&current);
        if next == current {
            break;
        }
        current = next;
    }
    current
}

fn normalise_once(text: &str) -> String {
    // Before NFKC, because an invisible character between two others keeps them from composing.
    let composed: String = text.chars().filter(|c| !is_removed(*c)).nfkc().collect();
    // The whole text at once and not character by character: a Greek sigma is lower-cased by its place in the word.
    let mut normalised = Collapsed::with_capacity(composed.len());
    composed.to_lowercase().chars().for_each(|character| normalised.push(character));
    normalised.text
}

/// A text without what shows nothing, in which each run of white space is one space between two other characters.
struct Collapsed {
    text: String,
    space_pending: bool,
}

impl Collapsed {
    fn with_capacity(bytes: usize) -> Self {
        Self { text: String::with_capacity(bytes), space_pending: false }
    }

    fn push(&mut self, character: char) {
        if character.is_whitespace() {
            self.space_pending = !self.text.is_empty();
        } else if !is_removed(character) {
            self.push_visible(character);
        }
    }

    fn push_visible(&mut self, character: char) {
        if self.space_pending {
            self.text.push(' ');
            self.space_pending = false;
        }
        self.text.push(character);
    }
}

/// Whether a reader sees something there: no white space, no control, nothing of zero width.
pub(crate) fn is_visible(character: char) -> bool {
    !character.is_whitespace() && !is_removed(character)
}

fn is_removed(character: char) -> bool {
    (character.is_control() && !character.is_whitespace()) || is_ignorable(character)
}

/// `Default_Ignorable_Code_Point` of Unicode 16 (`DerivedCoreProperties.txt`): what is shown as nothing where
/// it is not understood. To it are added the interlinear annotation marks U+FFF9 to U+FFFB, which show nothing either.
const fn is_ignorable(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'                        // soft hyphen
            | '\u{34f}'                 // combining grapheme joiner
            | '\u{61c}'                 // Arabic letter mark
            | '\u{115f}'..='\u{1160}'   // Hangul choseong and jungseong fillers
            | '\u{17b4}'..='\u{17b5}'   // Khmer inherent vowels
            | '\u{180b}'..='\u{180f}'   // Mongolian variation selectors and vowel separator
            | '\u{200b}'..='\u{200f}'   // zero-width space, joiners, direction marks
            | '\u{202a}'..='\u{202e}'   // direction embeddings and overrides
            | '\u{2060}'..='\u{206f}'   // word joiner, invisible operators, direction isolates
            | '\u{3164}'                // Hangul filler
            | '\u{fe00}'..='\u{fe0f}'   // variation selectors
            | '\u{feff}'                // byte order mark
            | '\u{ffa0}'                // half-width Hangul filler
            | '\u{fff0}'..='\u{fffb}'   // unassigned, interlinear annotation
            | '\u{1bca0}'..='\u{1bca3}' // shorthand format controls
            | '\u{1d173}'..='\u{1d17a}' // musical beams and slurs
            | '\u{e0000}'..='\u{e0fff}' // tags, more variation selectors
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_normalization::{IsNormalized, char::canonical_combining_class, is_nfkc_quick};

    use super::*;

    fn normal(text: &str) -> String {
        normalise(text).as_str().to_owned()
    }

    #[test]
    fn clean_removes_what_xml_forbids_and_nothing_else() {
        assert_eq!(clean("bell\u{7} null\0 vertical\u{b} tab"), "bell null vertical tab");
        assert_eq!(clean("\u{fffe}a\u{ffff}"), "a");
        let kept = "tab\t lf\n cr\r \u{7f} \u{85} \u{200b} \u{fffd} \u{10ffff} <b> שלום";
        assert!(matches!(clean(kept), Cow::Borrowed(same) if same == kept));
    }

    #[test]
    fn normalises_as_the_contract_says() {
        for (text, expected) in [
            ("", ""),
            ("Hello  World", "hello world"),
            ("\t hello\r\nworld \u{b}", "hello world"),
            ("b\u{200b}u\u{200b}y che\u{ad}ap wat\u{2060}ches", "buy cheap watches"),
            ("ＦＵＬＬ ｗｉｄｔｈ", "full width"),
            ("ﬁne ① ℌ", "fine 1 h"),
            ("e\u{301}", "é"),
            ("e\u{34f}\u{301}", "é"),
            ("ΟΔΟΣ", "οδος"),
            ("İ", "i\u{307}"),
            ("a\u{a0}\u{3000}b", "a b"),
            ("a\u{1}\u{7f}\u{9f}b", "ab"),
            ("a \u{1} b", "a b"),
            ("\u{feff}👨\u{200d}👩 ❤\u{fe0f}", "👨👩 ❤"),
            ("\u{202e}abc\u{202c}", "abc"),
            ("\u{3164}\u{ffa0}\u{115f}", ""),
            ("\u{180e}a\u{e0041}", "a"),
        ] {
            assert_eq!(normal(text), expected, "{text:?}");
        }
    }

    #[test]
    fn lengths_are_in_characters() {
        let text = normalise("Zoë 👋");
        assert_eq!((text.char_len(), text.is_empty(), text.is_ascii()), (5, false, false));
        assert_eq!(NormalisedText::from_stored(text.as_str().to_owned()), text);
        assert!(normalise(" \u{200b} ").is_empty());
    }

    #[test]
    fn every_single_character_is_settled() {
        for character in '\0'..=char::MAX {
            let once = normal(character.encode_utf8(&mut [0; 4]));
            assert_eq!(normal(&once), once, "U+{:04X}", u32::from(character));
        }
    }

    #[test]
    fn settled_characters_are_left_alone_by_nfkc_whatever_stands_beside_them() {
        for character in ('\0'..=char::MAX).filter(|character| is_settled(*character)) {
            let code = u32::from(character);
            // A quick "yes" says that it decomposes into nothing, and composes with nothing before it.
            assert_eq!(is_nfkc_quick(std::iter::once(character)), IsNormalized::Yes, "U+{code:04X}");
            assert_eq!(canonical_combining_class(character), 0, "U+{code:04X}");
            let lower: Vec<char> = character.to_lowercase().collect();
            assert!(matches!(lower[..], [lower] if is_settled(lower)), "U+{code:04X}");
            assert_ne!(character, 'Σ');
            let text = character.to_string();
            assert_eq!(normalise_settled(&text), Some(normalise_any(&text)), "U+{code:04X}");
        }
    }

    /// Characters that decompose, compose, change case or vanish, beside any others.
    fn awkward() -> impl Strategy<Value = char> {
        let chosen = "aA Σσς İıSſßǅﬁ\u{212a}\u{300}\u{301}\u{307}\u{323}\u{345}\u{34f}\u{ad}\u{200b}\u{200d}\
            \u{a8}\u{b4}\u{1100}\u{1161}\u{11a8}\u{115f}\u{ffa0}\u{1d400}\u{2003}\u{85}\u{1}ΐ\u{1fb3}\u{3a}";
        prop_oneof![
            any::<char>(),
            proptest::sample::select(chosen.chars().collect::<Vec<_>>()),
            proptest::char::range('\u{300}', '\u{36f}'),
            proptest::char::range('\u{1f00}', '\u{1fff}'),
            proptest::sample::select(('\0'..=char::MAX).filter(|c| is_settled(*c)).collect::<Vec<_>>()),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn normalising_is_idempotent(characters in proptest::collection::vec(awkward(), 0..24)) {
            let text: String = characters.into_iter().collect();
            let once = normalise(&text);
            prop_assert_eq!(&normalise(once.as_str()), &once);
            prop_assert_eq!(once.char_len(), once.as_str().chars().count());
        }

        #[test]
        fn the_path_of_settled_characters_is_only_a_shorter_one(
            characters in proptest::collection::vec(awkward(), 0..24), ascii in "[\\x00-\\x7f]{0,40}"
        ) {
            let simple: String = characters.into_iter().filter(|c| is_settled(*c) || is_removed(*c)).collect();
            for text in [&simple, &ascii, &(ascii.clone() + &simple)] {
                let settled = normalise_settled(text);
                prop_assert_eq!(settled.as_deref(), Some(&*normalise_any(text)));
            }
        }

        #[test]
        fn invisible_characters_and_case_make_no_difference(text in "[a-zé ]{0,20}", place in 0_usize..20) {
            let mut other: String = text.to_uppercase();
            let place = other.char_indices().nth(place).map_or(other.len(), |(index, _)| index);
            other.insert(place, '\u{200b}');
            prop_assert_eq!(normal(&other), normal(&text));
        }

        #[test]
        fn clean_text_holds_nothing_forbidden(text in any::<String>()) {
            prop_assert!(!clean(&text).contains(is_forbidden_in_xml));
        }
    }
}
