//! Conditional requests (RFC 9110, section 13).

use http::{HeaderMap, header};
use platform::clock::Millis;

/// A version of a document, as caches compare it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Version {
    /// A strong entity tag, with its quotes.
    pub(crate) etag: String,
    /// When it came to be, in seconds since the epoch: HTTP's dates know no fractions.
    changed: i64,
    /// The date that is told.
    last_modified: i64,
}

impl Version {
    /// The version with this tag that came to be at `changed_at`, as told at `now`. Within the second of the
    /// change another one may follow that the date could not tell apart, so the date is one second older then.
    pub(crate) fn new(etag: String, changed_at: Millis, now: Millis) -> Self {
        let (changed, told) = (changed_at.div_euclid(1000), now.div_euclid(1000));
        Self { etag, changed, last_modified: if told > changed { changed } else { changed - 1 } }
    }

    /// Whether the client has this version. The tag decides where the client sends one; the date only else.
    pub(crate) fn is_known(&self, headers: &HeaderMap) -> bool {
        let mut tags = headers.get_all(header::IF_NONE_MATCH).iter().peekable();
        if tags.peek().is_some() {
            return tags
                .filter_map(|value| value.to_str().ok())
                .flat_map(|list| list.split(','))
                .map(|tag| tag.trim().trim_start_matches("W/"))
                .any(|tag| tag == self.etag || tag == "*");
        }
        headers
            .get(header::IF_MODIFIED_SINCE)
            .and_then(|value| value.to_str().ok())
            .and_then(|text| jiff::fmt::rfc2822::parse(text).ok())
            .is_some_and(|since| self.changed <= since.timestamp().as_second())
    }

    /// The date as HTTP writes it (RFC 9110, section 5.6.7).
    pub(crate) fn http_date(&self) -> Option<String> {
        let at = jiff::Timestamp::from_second(self.last_modified).ok()?;
        jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&at).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(version: &Version, name: header::HeaderName, value: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(name, value.parse().unwrap());
        version.is_known(&headers)
    }

    fn version() -> Version {
        Version::new("\"7\"".into(), 1_784_628_300_123, 1_784_628_400_000)
    }

    #[test]
    fn tags_are_compared_weakly_and_in_lists() {
        let version = version();
        for list in ["\"7\"", "W/\"7\"", "\"1\", \"7\"", "*"] {
            assert!(known(&version, header::IF_NONE_MATCH, list), "{list}");
        }
        assert!(!known(&version, header::IF_NONE_MATCH, "\"8\""));
        assert!(!version.is_known(&HeaderMap::new()));
    }

    #[test]
    fn the_date_that_was_told_is_known() {
        let version = version();
        let date = version.http_date().unwrap();
        assert_eq!(date, "Tue, 21 Jul 2026 10:05:00 GMT");
        assert!(known(&version, header::IF_MODIFIED_SINCE, &date));
        assert!(!known(&version, header::IF_MODIFIED_SINCE, "Tue, 21 Jul 2026 10:04:59 GMT"));
        assert!(!known(&version, header::IF_MODIFIED_SINCE, "yesterday"));
    }

    #[test]
    fn a_change_in_the_second_of_the_telling_is_not_missed() {
        // Told within the second of the change, or just after it; asked again at once, or later.
        for (changed, told_at, changed_again, asked_at) in
            [(5_100, 5_200, 5_900, 7_000), (5_900, 6_000, 6_010, 6_020), (5_100, 5_200, 5_300, 5_400)]
        {
            let told = Version::new("\"7\"".into(), changed, told_at);
            let later = Version::new("\"8\"".into(), changed_again, asked_at);
            let date = told.http_date().unwrap();
            assert!(!known(&later, header::IF_MODIFIED_SINCE, &date), "{changed} {told_at} {changed_again}");
        }
    }
}
