//! What a channel's admins set.

use serde::{Deserialize, Serialize};

use crate::language::LanguageTag;
use crate::text;

/// The settings of a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelSettings {
    /// The channel's name, 1 to 255 characters.
    pub name: String,
    /// What it is about, at most 10,000 characters.
    pub description: String,
    /// Whether its feeds and displays need no token.
    pub is_public: bool,
    /// Whether a reaction is approved when its symbol was approved moments ago.
    pub emoji_auto_approve: bool,
    /// What senders without a name are called, before their number; 1 to 64 characters.
    pub anonymous_label: String,
    /// Whether texts get a language.
    pub language_detection_enabled: bool,
    /// The language of a text about which nothing better is known.
    pub default_language: LanguageTag,
    /// The languages that are likely here, at most 32; empty for all.
    pub likely_languages: Vec<LanguageTag>,
    /// Style for the display page, at most 16 KiB.
    pub custom_css: String,
    /// How old a message may be when it arrives, in seconds: 300 to 86,400.
    pub max_age_seconds: i64,
}

/// A setting that is not allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// The field's name, as in forms and JSON.
    pub field: &'static str,
    /// What is wrong with it, for the person who filled it in.
    pub message: String,
}

impl ChannelSettings {
    /// The settings of a new channel: public, nothing automatic, English, messages of up to five minutes.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            description: String::new(),
            is_public: true,
            emoji_auto_approve: false,
            anonymous_label: "Anonymous".to_owned(),
            language_detection_enabled: false,
            default_language: LanguageTag::english(),
            likely_languages: Vec::new(),
            custom_css: String::new(),
            max_age_seconds: 300,
        }
    }

    /// The names of the settings in which `other` differs, in the order of the fields.
    #[must_use]
    pub fn differing(&self, other: &Self) -> Vec<&'static str> {
        let fields = [
            ("name", self.name != other.name),
            ("description", self.description != other.description),
            ("is_public", self.is_public != other.is_public),
            ("emoji_auto_approve", self.emoji_auto_approve != other.emoji_auto_approve),
            ("anonymous_label", self.anonymous_label != other.anonymous_label),
            (
                "language_detection_enabled",
                self.language_detection_enabled != other.language_detection_enabled,
            ),
            ("default_language", self.default_language != other.default_language),
            ("likely_languages", self.likely_languages != other.likely_languages),
            ("custom_css", self.custom_css != other.custom_css),
            ("max_age_seconds", self.max_age_seconds != other.max_age_seconds),
        ];
        fields.into_iter().filter_map(|(field, differs)| differs.then_some(field)).collect()
    }

    /// Whether every setting is within its limits; else all that are not, in the order of the fields.
    pub fn validate(&self) -> Result<(), Vec<FieldError>> {
        let checks = [
            ("name", line_error(&self.name, 255)),
            ("description", description_error(&self.description)),
            ("anonymous_label", line_error(&self.anonymous_label, 64)),
            ("likely_languages", (self.likely_languages.len() > 32).then(|| "must be at most 32".to_owned())),
            ("custom_css", css_error(&self.custom_css)),
            (
                "max_age_seconds",
                (!(300..=86_400).contains(&self.max_age_seconds))
                    .then(|| "must be from 300 to 86400".to_owned()),
            ),
        ];
        let errors: Vec<FieldError> = checks
            .into_iter()
            .filter_map(|(field, message)| message.map(|message| FieldError { field, message }))
            .collect();
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

/// What is wrong with a display's style sheet. The display's policy lets nothing be loaded from elsewhere; whoever writes
/// the sheet shall hear of it here, rather than look at a display that lacks something.
fn css_error(sheet: &str) -> Option<String> {
    if sheet.len() > 16 * 1024 {
        Some("must be at most 16 KiB".to_owned())
    } else if crate::style::loads_something(sheet) {
        Some("must not load anything: no @import, image-set() or src(), and url() only with data:".to_owned())
    } else {
        None
    }
}

/// What is wrong with a text of one line that must show something. As a description, it becomes part of XML feeds.
fn line_error(line: &str, max_chars: usize) -> Option<String> {
    if !line.chars().any(text::is_visible) {
        Some("must not be empty".to_owned())
    } else if line.chars().count() > max_chars {
        Some(format!("must be at most {max_chars} characters"))
    } else if line.chars().any(char::is_control) || text::clean(line) != line {
        Some("must be one line without control characters".to_owned())
    } else {
        None
    }
}

/// What is wrong with a text of any number of lines. It becomes part of XML feeds, which cannot hold some controls.
fn description_error(description: &str) -> Option<String> {
    if description.chars().count() > 10_000 {
        Some("must be at most 10000 characters".to_owned())
    } else if text::clean(description) != description {
        Some("must not hold control characters".to_owned())
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields_in_error(change: impl FnOnce(&mut ChannelSettings)) -> Vec<&'static str> {
        let mut settings = ChannelSettings::new("Main stage");
        change(&mut settings);
        let errors = settings.validate().err().unwrap_or_default();
        errors.into_iter().map(|error| error.field).collect()
    }

    #[test]
    fn a_new_channel_is_valid_and_at_its_limits_too() {
        assert_eq!(ChannelSettings::new("Main stage").validate(), Ok(()));
        let at_limits = fields_in_error(|settings| {
            settings.name = "é".repeat(255);
            settings.description = "é\n".repeat(5_000);
            settings.anonymous_label = "é".repeat(64);
            settings.custom_css = "x".repeat(16 * 1024);
            settings.max_age_seconds = 86_400;
            settings.likely_languages = vec![LanguageTag::english(); 32];
        });
        assert!(at_limits.is_empty());
    }

    #[test]
    fn each_setting_has_its_limits() {
        let none: [&str; 0] = [];
        assert_eq!(fields_in_error(|_| {}), none);
        assert_eq!(fields_in_error(|settings| settings.name = " \u{200b}".to_owned()), ["name"]);
        assert_eq!(fields_in_error(|settings| settings.name = "x".repeat(256)), ["name"]);
        assert_eq!(fields_in_error(|settings| settings.name = "a\u{7}b".to_owned()), ["name"]);
        assert_eq!(fields_in_error(|settings| settings.name = "a\u{fffe}b".to_owned()), ["name"]);
        let label = |settings: &mut ChannelSettings| settings.anonymous_label = "Guest\u{ffff}".to_owned();
        assert_eq!(fields_in_error(label), ["anonymous_label"]);
        assert_eq!(fields_in_error(|settings| settings.description = "x".repeat(10_001)), ["description"]);
        assert_eq!(fields_in_error(|settings| settings.description = "a\0".to_owned()), ["description"]);
        assert_eq!(fields_in_error(|settings| settings.anonymous_label.clear()), ["anonymous_label"]);
        assert_eq!(
            fields_in_error(|settings| settings.anonymous_label = "x".repeat(65)),
            ["anonymous_label"]
        );
        assert_eq!(
            fields_in_error(|settings| settings.custom_css = "x".repeat(16 * 1024 + 1)),
            ["custom_css"]
        );
        assert_eq!(fields_in_error(|settings| settings.max_age_seconds = 299), ["max_age_seconds"]);
        assert_eq!(fields_in_error(|settings| settings.max_age_seconds = 86_401), ["max_age_seconds"]);
        let too_many = vec![LanguageTag::english(); 33];
        assert_eq!(fields_in_error(|settings| settings.likely_languages = too_many), ["likely_languages"]);
    }

    #[test]
    fn all_that_is_wrong_is_said_at_once() {
        let wrong = fields_in_error(|settings| {
            settings.name.clear();
            settings.max_age_seconds = 0;
        });
        assert_eq!(wrong, ["name", "max_age_seconds"]);
    }

    #[test]
    fn json_leads_back() {
        let settings = ChannelSettings::new("Main stage");
        let json = serde_json::to_string(&settings).unwrap();
        assert_eq!(serde_json::from_str::<ChannelSettings>(&json).unwrap(), settings);
    }
}
