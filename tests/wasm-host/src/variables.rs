//! The application's variables and their values.

use std::{collections::BTreeMap, ffi::OsString};

/// What an environment variable's name begins with that gives a variable its value.
const PREFIX: &str = "SPIN_VARIABLE_";

/// Why the variables have no values.
#[derive(Debug, thiserror::Error)]
pub enum VariableError {
    /// Required ones that nobody gave.
    #[error("required variables without a value: {0}; give them with `--variable <name>=<value>`")]
    Missing(String),
    /// One that the manifest does not declare.
    #[error("the manifest declares no variable {0}")]
    Unknown(String),
}

/// The values that an environment gives to variables, whether there are such variables or not.
pub fn from_environment(
    environment: impl IntoIterator<Item = (OsString, OsString)>,
) -> BTreeMap<String, String> {
    let found = environment.into_iter().filter_map(|(name, value)| {
        let name = name.to_str()?.strip_prefix(PREFIX)?.to_owned();
        let is_upper_case = !name.bytes().any(|byte| byte.is_ascii_lowercase());
        is_upper_case.then_some((name.to_ascii_lowercase(), value.into_string().ok()?))
    });
    found.collect()
}

/// A value for each declared variable: the one that was given, else the environment's, else its default.
pub fn values(
    declared: &BTreeMap<String, Option<String>>,
    given: &BTreeMap<String, String>,
    environment: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, VariableError> {
    if let Some(unknown) = given.keys().find(|name| !declared.contains_key(*name)) {
        return Err(VariableError::Unknown(unknown.clone()));
    }
    let mut missing = Vec::new();
    let mut values = BTreeMap::new();
    for (name, default) in declared {
        match given.get(name).or(environment.get(name)).or(default.as_ref()) {
            Some(value) => drop(values.insert(name.clone(), value.clone())),
            None => missing.push(name.as_str()),
        }
    }
    if missing.is_empty() { Ok(values) } else { Err(VariableError::Missing(missing.join(", "))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map<V>(pairs: impl IntoIterator<Item = (&'static str, V)>) -> BTreeMap<String, V> {
        pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    #[test]
    fn what_is_given_comes_before_the_environment_and_that_before_the_default() {
        let declared = map([("a", None), ("b", Some("default".to_owned())), ("c", Some(String::new()))]);
        let given = map([("a", "given".to_owned())]);
        let environment =
            ["SPIN_VARIABLE_A", "SPIN_VARIABLE_B", "SPIN_VARIABLE_OTHER", "SPIN_VARIABLE_c", "C"];
        let environment = from_environment(environment.map(|name| (name.into(), "environment".into())));
        let values = values(&declared, &given, &environment).unwrap();
        let expected = [("a", "given"), ("b", "environment"), ("c", "")];
        assert_eq!(values, map(expected.map(|(name, value)| (name, value.to_owned()))));
    }

    #[test]
    fn a_value_that_is_missing_or_for_nothing_is_an_error() {
        let declared = map([("a", None), ("b", None), ("c", Some(String::new()))]);
        let missing = values(&declared, &map([]), &map([])).unwrap_err().to_string();
        assert!(missing.starts_with("required variables without a value: a, b;"), "{missing}");
        let unknown = values(&declared, &map([("d", String::new())]), &map([])).unwrap_err().to_string();
        assert_eq!(unknown, "the manifest declares no variable d");
    }
}
