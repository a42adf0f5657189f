//! `spin.toml`, read and checked before anything is served: a wrong manifest is found at the start, not by a request.

mod error;
mod schema;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use self::schema::Document;
use crate::template::{self, Template};

pub use self::error::ManifestError;

/// The name that a folder's manifest has.
const FILE_NAME: &str = "spin.toml";

/// The one label of a store or database that exists without runtime configuration.
pub const DEFAULT_LABEL: &str = "default";

/// An application: what is served where, and what it may use.
#[derive(Debug)]
pub struct Manifest {
    /// The application's name.
    pub name: String,
    /// The variables it declares, with their defaults; one without a default needs a value from outside.
    pub variables: BTreeMap<String, Option<String>>,
    /// Which component answers which paths, in the manifest's order; private ones are left out.
    pub routes: Vec<Route>,
    /// The components by name.
    pub components: BTreeMap<String, Component>,
}

/// A path pattern, and who answers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// As the manifest has it: `/exact`, `/with/:name`, `/everything/below/...`.
    pub pattern: String,
    /// The component's name.
    pub component: String,
}

/// A component, and what it is granted.
#[derive(Debug)]
pub struct Component {
    /// Where its WebAssembly is.
    pub source: PathBuf,
    /// What it is for.
    pub description: String,
    /// The variables it can read, by its own names for them.
    pub variables: BTreeMap<String, Template>,
    /// The environment variables it sees.
    pub environment: BTreeMap<String, Template>,
    /// The hosts it may call.
    pub allowed_outbound_hosts: Vec<Template>,
    /// The key-value stores it may open.
    pub key_value_stores: BTreeSet<String>,
    /// The SQLite databases it may open.
    pub sqlite_databases: BTreeSet<String>,
}

impl Manifest {
    /// Reads the manifest at `path`, a file or a folder that holds `spin.toml`.
    pub fn load(path: &Path) -> Result<Self, ManifestError> {
        let path = if path.is_dir() { path.join(FILE_NAME) } else { path.to_owned() };
        let text = fs::read_to_string(&path)
            .map_err(|source| ManifestError::Unreadable { path: path.clone(), source })?;
        let document = toml::from_str(&text)
            .map_err(|source| ManifestError::Syntax { path: path.clone(), source: Box::new(source) })?;
        Self::check(document, path.parent().unwrap_or(Path::new("")))
    }

    fn check(document: Document, folder: &Path) -> Result<Self, ManifestError> {
        if document.spin_manifest_version != 2 {
            return Err(ManifestError::meaning("spin_manifest_version", "only version 2 is supported"));
        }
        let variables = variables(document.variables)?;
        let components: BTreeMap<_, _> = document
            .component
            .into_iter()
            .map(|(name, component)| {
                let component = Component::check(&name, component, &variables, folder)?;
                Ok((name, component))
            })
            .collect::<Result<_, ManifestError>>()?;
        let routes = routes(document.trigger.http, &components)?;
        Ok(Self { name: document.application.name, variables, routes, components })
    }
}

impl Component {
    fn check(
        name: &str,
        component: schema::Component,
        declared: &BTreeMap<String, Option<String>>,
        folder: &Path,
    ) -> Result<Self, ManifestError> {
        let place = format!("component.{name}");
        if !is_component_name(name) {
            return Err(ManifestError::meaning(
                place,
                "a name is words of letters and digits with `-` between",
            ));
        }
        let parse = |key: &str, text: &str| {
            let template = Template::parse(text)
                .map_err(|fault| ManifestError::meaning(format!("{place}.{key}"), fault))?;
            let unknown = template.names().find(|name| !declared.contains_key(*name)).map(str::to_owned);
            match unknown {
                None => Ok(template),
                Some(unknown) => Err(ManifestError::meaning(
                    format!("{place}.{key}"),
                    format!("there is no variable {unknown}"),
                )),
            }
        };
        let parse_all = |table: &str, entries: BTreeMap<String, String>| {
            let parsed = entries.into_iter().map(|(key, text)| {
                let template = parse(&format!("{table}.{key}"), &text)?;
                Ok((key, template))
            });
            parsed.collect::<Result<BTreeMap<_, _>, ManifestError>>()
        };
        if let Some(key) = component.variables.keys().find(|key| template::name_fault(key).is_some()) {
            return Err(ManifestError::meaning(
                format!("{place}.variables.{key}"),
                template::name_fault(key).unwrap_or_default(),
            ));
        }
        let hosts = component.allowed_outbound_hosts.iter();
        let checked = Self {
            source: folder.join(&component.source),
            description: component.description,
            variables: parse_all("variables", component.variables)?,
            environment: parse_all("environment", component.environment)?,
            allowed_outbound_hosts: hosts
                .map(|host| parse("allowed_outbound_hosts", host))
                .collect::<Result<_, _>>()?,
            key_value_stores: labels(&place, "key_value_stores", component.key_value_stores)?,
            sqlite_databases: labels(&place, "sqlite_databases", component.sqlite_databases)?,
        };
        if !checked.source.is_file() {
            return Err(ManifestError::NotBuilt { component: name.to_owned(), path: checked.source });
        }
        Ok(checked)
    }
}

fn variables(
    declared: BTreeMap<String, schema::Variable>,
) -> Result<BTreeMap<String, Option<String>>, ManifestError> {
    let checked = declared.into_iter().map(|(name, variable)| {
        let place = format!("variables.{name}");
        if let Some(fault) = template::name_fault(&name) {
            return Err(ManifestError::meaning(place, fault));
        }
        if variable.required == variable.default.is_some() {
            return Err(ManifestError::meaning(place, "a variable is either `required` or has a `default`"));
        }
        Ok((name, variable.default))
    });
    checked.collect()
}

fn routes(
    triggers: Vec<schema::Trigger>,
    components: &BTreeMap<String, Component>,
) -> Result<Vec<Route>, ManifestError> {
    let mut routes: Vec<Route> = Vec::new();
    for trigger in triggers {
        let component = trigger.component;
        if !components.contains_key(&component) {
            return Err(ManifestError::meaning("trigger.http", format!("there is no component {component}")));
        }
        match trigger.route {
            schema::Route::Private(private) if private.private => {}
            schema::Route::Private(_) => {
                let fault = format!("component {component}: a route is a pattern or `{{ private = true }}`");
                return Err(ManifestError::meaning("trigger.http", fault));
            }
            schema::Route::Pattern(pattern) => routes.push(Route { pattern, component }),
        }
    }
    Ok(routes)
}

/// Only the default store and database exist without runtime configuration, and Spin refuses to start with another.
fn labels(place: &str, key: &str, labels: Vec<String>) -> Result<BTreeSet<String>, ManifestError> {
    match labels.iter().find(|label| *label != DEFAULT_LABEL) {
        None => Ok(labels.into_iter().collect()),
        Some(label) => Err(ManifestError::meaning(
            format!("{place}.{key}"),
            format!("{label} does not exist without runtime configuration, only `default` does"),
        )),
    }
}

fn is_component_name(name: &str) -> bool {
    name.split('-').all(|word| {
        word.starts_with(|first: char| first.is_ascii_alphabetic())
            && word.chars().all(|character| character.is_ascii_alphanumeric())
    })
}
