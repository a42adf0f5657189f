//! Which component answers a path, and what it is told of it.

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::{
    manifest::{ManifestError, Route},
    pattern::{Captures, Pattern},
};

/// The routes of an application.
#[derive(Debug)]
pub struct Routes {
    targets: Vec<Target>,
}

#[derive(Debug)]
struct Target {
    pattern: Pattern,
    /// The route as the manifest has it.
    raw: String,
    /// The same with a leading and without a trailing slash.
    based: String,
    component: usize,
}

/// A route that was found for a path.
#[derive(Debug)]
pub struct Match<'a> {
    target: &'a Target,
    /// What `...` stands for, with its slashes.
    rest: String,
    named: Vec<(String, String)>,
}

impl Routes {
    /// The routes of a manifest; `number` gives the number of a component.
    pub fn new(routes: &[Route], number: impl Fn(&str) -> Option<usize>) -> Result<Self, ManifestError> {
        let fault = |route: &Route, what: &str| {
            ManifestError::meaning("trigger.http", format!("route {}: {what}", route.pattern))
        };
        let mut targets: Vec<Target> = Vec::new();
        for route in routes {
            let based = based(&route.pattern);
            if targets.iter().any(|known| known.based == based) {
                return Err(fault(route, "is there twice"));
            }
            let component =
                number(&route.component).ok_or_else(|| fault(route, "its component is missing"))?;
            let pattern = Pattern::parse(&based).map_err(|what| fault(route, &what))?;
            targets.push(Target { pattern, raw: route.pattern.clone(), based, component });
        }
        Ok(Self { targets })
    }

    /// The most specific route for `path`.
    #[must_use]
    pub fn find(&self, path: &str) -> Option<Match<'_>> {
        let fitting = self.targets.iter().filter_map(|target| Some((target, target.pattern.captures(path)?)));
        // Of two that are as specific as each other, the first in the manifest.
        let best =
            fitting.reduce(
                |best, other| {
                    if other.0.pattern.specificity(&best.0.pattern).is_gt() { other } else { best }
                },
            );
        let (target, Captures { named, rest }) = best?;
        let rest = rest.map(|rest| match (rest.is_empty(), path.ends_with('/')) {
            (true, false) => String::new(),
            (true, true) => "/".to_owned(),
            (false, false) => format!("/{rest}"),
            (false, true) => format!("/{rest}/"),
        });
        Some(Match { target, rest: rest.unwrap_or_default(), named })
    }
}

impl Match<'_> {
    /// The number of the component that answers.
    #[must_use]
    pub fn component(&self) -> usize {
        self.target.component
    }

    /// Adds what Spin tells a component about its request. It comes after what the client sent under the same names,
    /// and does not replace that.
    pub fn describe(&self, headers: &mut HeaderMap, full_url: &str, client: &str) {
        let prefix = |route: &str| route.strip_suffix("/...").unwrap_or(route).to_owned();
        let mut add = |name: HeaderName, value: &str| {
            // A header that cannot be written is left out, as there.
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.append(name, value);
            }
        };
        add(HeaderName::from_static("spin-path-info"), &self.rest);
        add(HeaderName::from_static("spin-full-url"), full_url);
        add(HeaderName::from_static("spin-matched-route"), &self.target.based);
        add(HeaderName::from_static("spin-base-path"), "/");
        add(HeaderName::from_static("spin-raw-component-route"), &self.target.raw);
        add(HeaderName::from_static("spin-component-route"), &prefix(&self.target.raw));
        add(HeaderName::from_static("spin-client-addr"), client);
        for (name, value) in &self.named {
            let name = format!("spin-path-match-{}", name.to_ascii_lowercase().replace('_', "-"));
            if let Ok(name) = HeaderName::try_from(name) {
                add(name, value);
            }
        }
    }
}

fn based(pattern: &str) -> String {
    let pattern = pattern.strip_suffix('/').unwrap_or(pattern);
    if pattern.is_empty() || pattern.starts_with('/') { pattern.to_owned() } else { format!("/{pattern}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routes(patterns: &[&str]) -> Routes {
        let routes: Vec<_> = patterns
            .iter()
            .map(|pattern| Route { pattern: (*pattern).to_owned(), component: (*pattern).to_owned() })
            .collect();
        Routes::new(&routes, |name| patterns.iter().position(|pattern| *pattern == name)).unwrap()
    }

    #[test]
    fn the_most_specific_route_wins() {
        let patterns = [
            "/...",
            "/channel/:channel/...",
            "/channel/:channel/queue",
            "/channel/new",
            "/static/...",
            "/",
            "/feed/:channel",
            "/log/:channel.csv",
        ];
        let routes = routes(&patterns);
        for (path, expected) in [
            ("/", "/"),
            ("/anything", "/..."),
            ("/channel/main/queue", "/channel/:channel/queue"),
            ("/channel/main/log", "/channel/:channel/..."),
            ("/channel/main", "/channel/:channel/..."),
            ("/channel/new", "/channel/new"),
            ("/channel", "/..."),
            ("/static/a/b.js", "/static/..."),
            ("/feed/a", "/feed/:channel"),
            ("/feed/a.json", "/feed/:channel"),
            ("/log/a", "/..."),
            ("/log/a.csv", "/log/:channel.csv"),
        ] {
            let found = routes.find(path).map(|found| patterns[found.component()]);
            assert_eq!(found, Some(expected), "{path}");
        }
    }

    #[test]
    fn a_path_without_a_route_has_none() {
        let routes = routes(&["/a", "/b/..."]);
        assert!(routes.find("/").is_none());
        assert!(routes.find("/c").is_none());
        assert!(routes.find("/a/b").is_none());
    }

    #[test]
    fn the_same_route_twice_is_refused() {
        let route = |pattern: &str| Route { pattern: pattern.to_owned(), component: "x".to_owned() };
        let error = Routes::new(&[route("/a"), route("/a/")], |_| Some(0)).unwrap_err();
        assert_eq!(error.to_string(), "trigger.http: route /a/: is there twice");
    }

    #[test]
    fn a_component_is_told_how_it_was_found() {
        let routes = routes(&["/channel/:channel/..."]);
        let mut headers = HeaderMap::new();
        headers.insert("spin-path-info", HeaderValue::from_static("/forged"));
        let found = routes.find("/channel/main/log").unwrap();
        found.describe(&mut headers, "http://localhost/channel/main/log", "127.0.0.1:5");
        let all = |name: &str| headers.get_all(name).iter().collect::<Vec<_>>();
        assert_eq!(all("spin-path-info"), ["/forged", "/log"]);
        assert_eq!(all("spin-matched-route"), ["/channel/:channel/..."]);
        assert_eq!(all("spin-component-route"), ["/channel/:channel"]);
        assert_eq!(all("spin-path-match-channel"), ["main"]);
    }
}
