//! What a client asks of the queue.

use moderation::{LanguageTag, MessageType};
use platform::http::{Problem, Result};
use serde::Deserialize;
use store::queue::Filter;

/// The most messages in one page.
pub(crate) const MAX_LIMIT: usize = 500;
/// The messages in a page where no limit is given.
const DEFAULT_LIMIT: usize = 100;
/// The longest that a poll waits for a change, in seconds.
const MAX_WAIT: u64 = 25;

/// The query's parameters, as they come: an empty one counts as not given, as forms send it.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Parameters {
    since: Option<String>,
    before: Option<String>,
    wait: Option<String>,
    limit: Option<String>,
    lang: Option<String>,
    r#type: Option<String>,
}

/// The query, checked.
#[derive(Debug, Clone)]
pub(crate) struct Query {
    pub(crate) since: Option<i64>,
    pub(crate) before: Option<i64>,
    pub(crate) wait_seconds: u64,
    pub(crate) limit: usize,
    pub(crate) filter: Filter,
}

impl Parameters {
    pub(crate) fn check(self) -> Result<Query> {
        let limit = number::<usize>("limit", self.limit)?.unwrap_or(DEFAULT_LIMIT);
        if limit == 0 || limit > MAX_LIMIT {
            return Err(Problem::bad_request(format!("limit must be from 1 to {MAX_LIMIT}.")));
        }
        Ok(Query {
            since: number("since", self.since)?,
            before: number("before", self.before)?,
            wait_seconds: number("wait", self.wait)?.unwrap_or(0).min(MAX_WAIT),
            limit,
            filter: Filter { kind: kind(self.r#type)?, language: language(self.lang)? },
        })
    }
}

fn number<T: std::str::FromStr>(name: &str, text: Option<String>) -> Result<Option<T>> {
    text.filter(|text| !text.is_empty())
        .map(|text| text.parse())
        .transpose()
        .map_err(|_| Problem::bad_request(format!("{name} must be a whole number.")))
}

fn kind(text: Option<String>) -> Result<Option<MessageType>> {
    text.filter(|text| !text.is_empty())
        .map(|text| text.parse())
        .transpose()
        .map_err(|_| Problem::bad_request("type must be text, emoji or qa."))
}

fn language(text: Option<String>) -> Result<Option<String>> {
    text.filter(|text| !text.is_empty())
        .map(|text| text.parse::<LanguageTag>().map(|tag| tag.as_str().to_owned()))
        .transpose()
        .map_err(|_| Problem::bad_request("lang must be a BCP 47 language tag, as en or pt-BR."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_asks_for_the_newest_page() {
        let query = Parameters { lang: Some(String::new()), ..Parameters::default() }.check().unwrap();
        assert_eq!((query.since, query.limit, query.wait_seconds), (None, DEFAULT_LIMIT, 0));
        assert_eq!(query.filter, Filter::default());
    }

    #[test]
    fn a_wait_is_cut_and_a_limit_refused() {
        let query = Parameters { wait: Some("9999".into()), ..Parameters::default() }.check().unwrap();
        assert_eq!(query.wait_seconds, MAX_WAIT);
        for limit in ["0", "501", "-1", "many"] {
            assert!(
                Parameters { limit: Some(limit.into()), ..Parameters::default() }.check().is_err(),
                "{limit}"
            );
        }
    }
}
