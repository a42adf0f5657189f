//! Texts with `{{ variables }}` in them, as in a manifest.

use std::collections::BTreeMap;

/// A text in which names stand for the application's variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Variable(String),
}

impl Template {
    /// Reads `text`; the error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            let (name, after) = after.split_once("}}").ok_or("a `{{` is not closed")?;
            let name = name.trim();
            if let Some(fault) = name_fault(name) {
                return Err(fault);
            }
            if !before.is_empty() {
                parts.push(Part::Text(before.to_owned()));
            }
            parts.push(Part::Variable(name.to_owned()));
            rest = after;
        }
        if rest.contains("}}") {
            return Err("a `}}` closes nothing".to_owned());
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Ok(Self(parts))
    }

    /// The variables it names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            Part::Text(_) => None,
            Part::Variable(name) => Some(name.as_str()),
        })
    }

    /// The text with `values` in place of the names; a name without a value gives nothing.
    #[must_use]
    pub fn fill(&self, values: &BTreeMap<String, String>) -> String {
        let parts = self.0.iter().map(|part| match part {
            Part::Text(text) => text.as_str(),
            Part::Variable(name) => values.get(name).map_or("", String::as_str),
        });
        parts.collect()
    }
}

/// What is wrong with a variable's name; `None` if nothing is.
#[must_use]
pub fn name_fault(name: &str) -> Option<String> {
    let is_known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    let well_formed = name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(is_known)
        && !name.ends_with('_')
        && !name.contains("__");
    (!well_formed).then(|| {
        format!("{name:?} is no variable's name: lower-case letters, digits and single `_`, a letter first")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_replaced_by_their_values() {
        let template = Template::parse("{{ scheme }}://{{host}}:*").unwrap();
        let values = [("scheme", "https"), ("host", "example.org")];
        let values = values.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        assert_eq!(template.fill(&values), "https://example.org:*");
        assert_eq!(template.names().collect::<Vec<_>>(), ["scheme", "host"]);
    }

    #[test]
    fn what_is_no_template_is_refused() {
        for text in ["{{ open", "closed }}", "{{ }}", "{{ Upper }}", "{{ a__b }}", "{{ a_ }}", "{{ 1a }}"] {
            assert!(Template::parse(text).is_err(), "{text}");
        }
        assert_eq!(Template::parse("").unwrap().fill(&BTreeMap::new()), "");
    }
}
