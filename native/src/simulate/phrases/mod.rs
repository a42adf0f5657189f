//! What people write in the chat of a conference, in two dozen languages.
//!
//! Sentences stand alone, so an opener, a remark and a closer make a message in every language without
//! knowing its grammar. `{n}` in a sentence is a number that varies.

mod asia;
mod europe_east;
mod europe_west;
mod middle_east_and_africa;
mod odd;

pub(super) use odd::{EMOJI, INVISIBLE, MARKUP, REACTIONS, SHORT, SPAM, SPAMMER_NAMES};

/// One language's sentences, and people who speak it.
#[derive(Debug)]
pub(super) struct Language {
    /// BCP 47.
    pub(super) code: &'static str,
    /// Whether sentences are set apart by a space.
    pub(super) spaced: bool,
    /// Screen names.
    pub(super) names: &'static [&'static str],
    /// How a message begins, if with anything.
    pub(super) openers: &'static [&'static str],
    /// What it says.
    pub(super) remarks: &'static [&'static str],
    /// How it ends, if with anything.
    pub(super) closers: &'static [&'static str],
    /// What the speakers are asked.
    pub(super) questions: &'static [&'static str],
}

/// Every language.
pub(super) fn languages() -> impl Iterator<Item = &'static Language> {
    europe_west::LANGUAGES
        .iter()
        .chain(asia::LANGUAGES)
        .chain(middle_east_and_africa::LANGUAGES)
        .chain(europe_east::LANGUAGES)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::languages;

    #[test]
    fn every_language_has_something_of_everything_and_nothing_twice() {
        let mut codes = HashSet::new();
        for language in languages() {
            assert!(codes.insert(language.code), "{} twice", language.code);
            assert!(language.names.len() >= 4, "{}", language.code);
            let mut sentences = HashSet::new();
            for part in [language.openers, language.remarks, language.closers, language.questions] {
                assert!(part.len() >= 4, "{}", language.code);
                for sentence in part {
                    assert!(!sentence.trim().is_empty());
                    assert!(sentences.insert(sentence), "{sentence} twice");
                }
            }
        }
        assert!(codes.len() >= 20);
    }
}
