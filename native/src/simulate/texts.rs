//! Putting messages together out of phrases.

use fastrand::Rng;

use super::phrases::{EMOJI, INVISIBLE, Language, MARKUP, SHORT};

/// One of `choices`, which is never empty here.
pub(super) fn pick<T: Copy>(random: &mut Rng, choices: &[T]) -> T {
    choices[random.usize(..choices.len())]
}

/// A message such as most are: a remark, often with something before or after it.
pub(super) fn remark(random: &mut Rng, language: &Language) -> String {
    let mut sentences = Vec::with_capacity(3);
    if random.u32(..10) < 4 {
        sentences.push(pick(random, language.openers));
    }
    sentences.push(pick(random, language.remarks));
    if random.u32(..10) < 4 {
        sentences.push(pick(random, language.closers));
    }
    join(random, language, &sentences)
}

/// A question to the speakers.
pub(super) fn question(random: &mut Rng, language: &Language) -> String {
    let mut sentences = Vec::with_capacity(2);
    if random.u32(..10) < 3 {
        sentences.push(pick(random, language.remarks));
    }
    sentences.push(pick(random, language.questions));
    join(random, language, &sentences)
}

/// Somebody who has a lot to say: up to some 2,000 characters.
pub(super) fn long(random: &mut Rng, language: &Language) -> String {
    let count = random.usize(12..40);
    let sentences: Vec<_> = (0..count).map(|_| pick(random, language.remarks)).collect();
    join(random, language, &sentences)
}

/// A few characters, in no language.
pub(super) fn short(random: &mut Rng) -> String {
    pick(random, SHORT).to_owned()
}

/// Emoji and nothing else.
pub(super) fn emoji(random: &mut Rng) -> String {
    pick(random, EMOJI).to_owned()
}

/// Something that a page must not take for its own markup.
pub(super) fn markup(random: &mut Rng) -> String {
    pick(random, MARKUP).to_owned()
}

/// A remark with characters in it that nobody sees.
pub(super) fn invisible(random: &mut Rng, language: &Language) -> String {
    let mut text = pick(random, INVISIBLE).to_string();
    for character in remark(random, language).chars() {
        text.push(character);
        if random.u32(..4) == 0 {
            text.push(pick(random, INVISIBLE));
        }
    }
    text
}

/// A remark with control characters, as pasted from a terminal.
pub(super) fn control(random: &mut Rng, language: &Language) -> String {
    format!("\u{1b}[1m{}\u{1b}[0m\u{7}\n\0", remark(random, language))
}

/// `text` with a small change, as a spammer makes who knows that equal texts are filtered.
pub(super) fn disguise(random: &mut Rng, text: &str) -> String {
    let count = text.chars().count();
    let place = random.usize(1..count);
    let (before, after) = text.split_at(text.char_indices().nth(place).map_or(text.len(), |(at, _)| at));
    match random.u32(..8) {
        0 => text.to_uppercase(),
        1 => format!("{text}{}", pick(random, &["!", "!!", " .", "?!"])),
        2 => format!("{before}{}{after}", pick(random, INVISIBLE)),
        3 => text.replacen('o', "0", 1),
        4 => text.replacen('e', "3", 2),
        5 => text.replace(' ', "  "),
        6 => format!("{before}{}", after.get(1..).unwrap_or(after)),
        _ => text.to_owned(),
    }
}

fn join(random: &mut Rng, language: &Language, sentences: &[&str]) -> String {
    let text = sentences.join(if language.spaced { " " } else { "" });
    if text.contains("{n}") { text.replace("{n}", &random.u32(2..60).to_string()) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::phrases::{SPAM, languages};

    #[test]
    fn every_language_makes_messages_of_every_kind() {
        let mut random = Rng::with_seed(3);
        for language in languages() {
            for _ in 0..50 {
                assert!(!remark(&mut random, language).contains("{n}"));
                assert!(!question(&mut random, language).is_empty());
                assert!(long(&mut random, language).chars().count() > 100);
                assert!(invisible(&mut random, language).contains(INVISIBLE));
            }
        }
    }

    /// Otherwise "block similar" would have nothing to show.
    #[test]
    fn a_disguise_changes_little() {
        let mut random = Rng::with_seed(4);
        for text in SPAM {
            for _ in 0..500 {
                let visible = |text: &str| {
                    let text = text.to_lowercase().replace(INVISIBLE, "");
                    text.split_whitespace().collect::<Vec<_>>().join(" ")
                };
                let (before, after) = (visible(text), visible(&disguise(&mut random, text)));
                assert!(strsim::levenshtein(&before, &after) <= 2, "{after}");
            }
        }
    }
}
