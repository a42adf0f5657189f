//! Which language a text is in, and which one it is shown under.

use whatlang::{Detector, Lang, Script, detect_script};

use crate::language::LanguageTag;
use crate::message::{Incoming, MessageType};
use crate::settings::ChannelSettings;

/// The confidence from which a detected language is believed.
pub const MIN_CONFIDENCE: f64 = 0.75;

/// How much of a text is looked at, in bytes. More would cost time and tell no more.
const MAX_DETECTED_BYTES: usize = 4096;

/// A language that a text seems to be in.
#[derive(Debug, Clone, PartialEq)]
pub struct Detected {
    /// The language; where it is one of the likely ones, the tag it has there.
    pub tag: LanguageTag,
    /// How sure that is, from 0.0 to 1.0.
    pub confidence: f64,
}

/// The language a text seems to be in, by `whatlang`; `None` if nothing tells, or if it is none of the likely ones.
///
/// Only the likely languages are compared, where two or more of them share the text's script. Where one alone is left,
/// comparing would say yes to everything (German would be English in a channel of English and Russian), so that
/// one counts only if it also wins among all languages. Likely languages that `whatlang` does not know are
/// left out; without any that it knows, all are compared.
#[must_use]
pub fn detect(text: &str, likely: &[LanguageTag]) -> Option<Detected> {
    let text = &text[..text.floor_char_boundary(MAX_DETECTED_BYTES)];
    let known: Vec<Lang> = likely.iter().filter_map(known_language).collect();
    // Comparing all languages of a script can cost more than all else that is done about a message: so that comes last.
    let among_all = || Detector::new().detect(text);
    if known.is_empty() {
        let found = among_all()?;
        return Some(Detected { tag: tag_of(found.lang()), confidence: found.confidence() });
    }
    let script = detect_script(text)?;
    let among_known = || Detector::with_allowlist(known.clone()).detect(text);
    let rivals = script.langs().iter().filter(|language| known.contains(language)).count();
    let found = if rivals >= 2 {
        among_known()?
    } else {
        let winner = among_all().filter(|winner| known.contains(&winner.lang()))?;
        // Three dozen languages share the Latin script, so winning there means little if it was close. Elsewhere it is a
        // handful, mostly close relatives of which the channel expects one: winning is enough.
        if script == Script::Latin { winner } else { among_known()? }
    };
    let tag = likely.iter().find(|tag| known_language(tag) == Some(found.lang()))?;
    Some(Detected { tag: tag.clone(), confidence: found.confidence() })
}

/// The language a text is shown under: the detected one if it is among the likely ones (or none are named) and its
/// confidence is at least [`MIN_CONFIDENCE`]; else the one the sender uses; else the channel's default.
#[must_use]
pub fn choose(
    detected: Option<&Detected>,
    likely: &[LanguageTag],
    user_language: Option<&LanguageTag>,
    default: &LanguageTag,
) -> LanguageTag {
    detected
        .filter(|found| found.confidence >= MIN_CONFIDENCE)
        .map(|found| &found.tag)
        .filter(|tag| likely.is_empty() || likely.contains(tag))
        .or(user_language)
        .unwrap_or(default)
        .clone()
}

/// The language of a message: only of a text, and only in a channel that wants to know.
#[must_use]
pub fn language_of(incoming: &Incoming, settings: &ChannelSettings) -> Option<LanguageTag> {
    if incoming.kind != MessageType::Text || !settings.language_detection_enabled {
        return None;
    }
    let likely = &settings.likely_languages;
    let detected = detect(&incoming.text, likely);
    let user_language = incoming.user_language.as_ref();
    Some(choose(detected.as_ref(), likely, user_language, &settings.default_language))
}

/// The language that `whatlang` knows a tag as, script and region left aside.
fn known_language(tag: &LanguageTag) -> Option<Lang> {
    let primary = tag.primary();
    let by_tag = TAGS.iter().chain(OTHER_TAGS).find(|(_, tag)| *tag == primary);
    by_tag.map_or_else(|| Lang::from_code(primary), |(language, _)| Some(*language))
}

fn tag_of(language: Lang) -> LanguageTag {
    let tag = TAGS.iter().find(|(known, _)| *known == language).map_or(language.code(), |(_, tag)| tag);
    LanguageTag::from_canonical(tag)
}

/// Every language of `whatlang` by its subtag in the IANA Language Subtag Registry (RFC 5646, section 3.1), which
/// has two letters where ISO 639-1 has; `whatlang` itself goes by ISO 639-3. Mandarin and Western Persian go
/// by their macrolanguages, as everybody writes them.
#[rustfmt::skip]
const TAGS: &[(Lang, &str)] = &[
    (Lang::Afr, "af"),
    (Lang::Aka, "ak"),
    (Lang::Amh, "am"),
    (Lang::Ara, "ar"),
    (Lang::Aze, "az"),
    (Lang::Bel, "be"),
    (Lang::Ben, "bn"),
    (Lang::Bul, "bg"),
    (Lang::Cat, "ca"),
    (Lang::Ces, "cs"),
    (Lang::Cmn, "zh"),
    (Lang::Cym, "cy"),
    (Lang::Dan, "da"),
    (Lang::Deu, "de"),
    (Lang::Ell, "el"),
    (Lang::Eng, "en"),
    (Lang::Epo, "eo"),
    (Lang::Est, "et"),
    (Lang::Fin, "fi"),
    (Lang::Fra, "fr"),
    (Lang::Guj, "gu"),
    (Lang::Heb, "he"),
    (Lang::Hin, "hi"),
    (Lang::Hrv, "hr"),
    (Lang::Hun, "hu"),
    (Lang::Hye, "hy"),
    (Lang::Ind, "id"),
    (Lang::Ita, "it"),
    (Lang::Jav, "jv"),
    (Lang::Jpn, "ja"),
    (Lang::Kan, "kn"),
    (Lang::Kat, "ka"),
    (Lang::Khm, "km"),
    (Lang::Kor, "ko"),
    (Lang::Lat, "la"),
    (Lang::Lav, "lv"),
    (Lang::Lit, "lt"),
    (Lang::Mal, "ml"),
    (Lang::Mar, "mr"),
    (Lang::Mkd, "mk"),
    (Lang::Mya, "my"),
    (Lang::Nep, "ne"),
    (Lang::Nld, "nl"),
    (Lang::Nob, "nb"),
    (Lang::Ori, "or"),
    (Lang::Pan, "pa"),
    (Lang::Pes, "fa"),
    (Lang::Pol, "pl"),
    (Lang::Por, "pt"),
    (Lang::Ron, "ro"),
    (Lang::Rus, "ru"),
    (Lang::Sin, "si"),
    (Lang::Slk, "sk"),
    (Lang::Slv, "sl"),
    (Lang::Sna, "sn"),
    (Lang::Spa, "es"),
    (Lang::Srp, "sr"),
    (Lang::Swe, "sv"),
    (Lang::Tam, "ta"),
    (Lang::Tel, "te"),
    (Lang::Tgl, "tl"),
    (Lang::Tha, "th"),
    (Lang::Tuk, "tk"),
    (Lang::Tur, "tr"),
    (Lang::Ukr, "uk"),
    (Lang::Urd, "ur"),
    (Lang::Uzb, "uz"),
    (Lang::Vie, "vi"),
    (Lang::Yid, "yi"),
    (Lang::Zul, "zu"),
];

/// Further subtags by which people name these languages: macrolanguages, members, and deprecated ones.
const OTHER_TAGS: &[(Lang, &str)] = &[
    (Lang::Aka, "tw"),
    (Lang::Ara, "arb"),
    (Lang::Heb, "iw"),
    (Lang::Ind, "in"),
    (Lang::Nob, "no"),
    (Lang::Tgl, "fil"),
    (Lang::Yid, "ji"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::tests::text_message;

    fn tags(tags: &[&str]) -> Vec<LanguageTag> {
        tags.iter().map(|tag| tag.parse().unwrap()).collect()
    }

    /// The language a channel with these likely ones is sure of.
    fn sure(text: &str, likely: &[&str]) -> Option<String> {
        let found = detect(text, &tags(likely))?;
        (found.confidence >= MIN_CONFIDENCE).then(|| found.tag.to_string())
    }

    const ENGLISH: &str = "Thank you so much for the presentation, it was really interesting!";
    const GERMAN: &str = "Vielen Dank für den Vortrag, wo finde ich denn die Folien dazu?";
    const RUSSIAN: &str = "Большое спасибо за доклад, было очень интересно!";
    const HINDI: &str = "यह प्रस्तुति बहुत अच्छी थी, धन्यवाद";

    #[test]
    fn every_language_has_a_tag_and_leads_back() {
        assert_eq!(TAGS.len(), Lang::all().len());
        for language in Lang::all() {
            let tag = tag_of(*language);
            assert_eq!(tag.as_str().parse(), Ok(tag.clone()), "{tag} is canonical");
            assert_eq!(known_language(&tag), Some(*language));
            let code: LanguageTag = language.code().parse().unwrap();
            assert_eq!(known_language(&code), Some(*language));
        }
        assert_eq!(known_language(&"pt-BR".parse().unwrap()), Some(Lang::Por));
        assert_eq!(known_language(&"ha".parse().unwrap()), None);
    }

    #[test]
    fn one_of_several_likely_languages_is_found_by_the_tag_it_has_there() {
        assert_eq!(sure(ENGLISH, &["de", "en-GB", "fr"]).as_deref(), Some("en-GB"));
        assert_eq!(sure(GERMAN, &["de", "en", "fr"]).as_deref(), Some("de"));
        assert_eq!(
            sure("Добрый день! Будет ли запись этой сессии доступна позже?", &["de", "ru", "uk"]).as_deref(),
            Some("ru")
        );
        assert_eq!(sure("谢谢你的演讲", &["zh-Hans", "ja"]).as_deref(), Some("zh-Hans"));
        assert_eq!(sure("ありがとうございます", &["zh-Hans", "ja"]).as_deref(), Some("ja"));
        assert_eq!(sure("ขอบคุณมากครับ", &["en", "th"]).as_deref(), Some("th"));
    }

    #[test]
    fn a_language_alone_in_its_script_must_win_among_all() {
        assert_eq!(sure(GERMAN, &["en"]), None);
        assert_eq!(sure(GERMAN, &["en", "ru"]), None);
        assert_eq!(sure("hello", &["en", "ru"]), None);
        assert_eq!(sure(ENGLISH, &["en", "ru"]).as_deref(), Some("en"));
        assert_eq!(sure(ENGLISH, &["en"]).as_deref(), Some("en"));
        assert_eq!(sure(RUSSIAN, &["en", "ru"]).as_deref(), Some("ru"));
        assert_eq!(sure(HINDI, &["en", "hi"]).as_deref(), Some("hi"));
        assert_eq!(sure("Дякую за чудову доповідь, дуже цікаво!", &["en", "ru"]), None);
        assert_eq!(sure(HINDI, &["en", "th"]), None);
        assert_eq!(sure("ขอบคุณมากครับ", &["en", "hi"]), None);
    }

    #[test]
    fn without_likely_languages_all_are_compared() {
        assert_eq!(sure(ENGLISH, &[]).as_deref(), Some("en"));
        assert_eq!(sure(GERMAN, &[]).as_deref(), Some("de"));
        assert_eq!(detect("", &[]), None);
        assert_eq!(detect("12345 !!! 👍", &[]), None);
        // A very long text is cut, and not in the middle of a character.
        assert_eq!(sure(&"Привет всем! ".repeat(2_000), &["ru", "en"]).as_deref(), Some("ru"));
    }

    #[test]
    fn the_detected_language_then_the_senders_then_the_default() {
        let [en, de, fr] = ["en", "de", "fr"].map(|tag| tag.parse::<LanguageTag>().unwrap());
        let found = |confidence| Detected { tag: en.clone(), confidence };
        let likely = [en.clone(), de.clone()];
        let choose = |confidence, likely: &[LanguageTag], user: Option<&LanguageTag>| {
            choose(Some(&found(confidence)), likely, user, &fr)
        };
        assert_eq!(choose(0.75, &likely, Some(&de)), en);
        assert_eq!(choose(0.75, &[], Some(&de)), en);
        assert_eq!(choose(0.74, &likely, Some(&de)), de);
        assert_eq!(choose(0.99, &likely[1..], Some(&de)), de);
        assert_eq!(choose(0.74, &likely, None), fr);
        assert_eq!(super::choose(None, &likely, None, &fr), fr);
    }

    #[test]
    fn only_texts_have_a_language_and_only_where_it_is_wanted() {
        let mut message = text_message("1", ENGLISH);
        let mut settings = ChannelSettings::new("Main stage");
        assert_eq!(language_of(&message, &settings), None);
        settings.language_detection_enabled = true;
        settings.default_language = "fr".parse().unwrap();
        assert_eq!(language_of(&message, &settings), Some(LanguageTag::english()));
        message.text = "👍".to_owned();
        assert_eq!(language_of(&message, &settings), Some(settings.default_language.clone()));
        for kind in [MessageType::Emoji, MessageType::Question] {
            message.kind = kind;
            assert_eq!(language_of(&message, &settings), None);
        }
    }
}
