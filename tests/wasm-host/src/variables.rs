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

/// The values that an environment gives to variables.
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

/// A value for each declared variable: the given one, or else its default.
pub fn values(
    declared: &BTreeMap<String, Option<String>>,
    given: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, VariableError> {
    if let Some(unknown) = given.keys().find(|name| !declared.contains_key(*name)) {
        return Err(VariableError::Unknown(unknown.clone()));
    }
    let mut missing = Vec::new();
    let mut values = BTreeMap::new();
    for (name, default) in declared {
        match given.get(name).or(default.as_ref()) {
            Some(value) => drop(values.insert(name.clone(), value.clone())),
            None => missing.push(name.as_str()),
        }
    }
    if missing.is_empty() { Ok(values) } else { Err(VariableError::Missing(missing.join(", "))) }
}
