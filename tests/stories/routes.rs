//! Stories about the stories: every route has one, and the document that the server serves lists every route. That it
//! is true of every answer is checked wherever a story gets one (`chatstream_tests`, `document`).

use std::{collections::BTreeSet, path::Path};

use chatstream_tests::{channel::TestChannel, http::send};
use reqwest::Method;
use serde_json::Value;

/// Every route, with the module that tells its story.
pub(crate) const ROUTES: &[(&str, &str, &str)] = &[
    ("GET", "/", "pages"),
    ("GET", "/admin/", "administration::pages"),
    ("GET", "/admin/audit", "administration::members"),
    ("GET", "/admin/channels", "roles::channels"),
    ("POST", "/admin/channels/create", "roles::channels"),
    ("GET", "/admin/channels/{channel}/connect", "administration::connect"),
    ("GET", "/admin/channels/{channel}/delete", "administration::pages"),
    ("POST", "/admin/channels/{channel}/delete", "administration::channels"),
    ("POST", "/admin/channels/{channel}/edit", "administration::channels"),
    ("POST", "/admin/channels/{channel}/secret/regenerate", "administration::connect"),
    ("POST", "/admin/channels/{channel}/secret/revoke", "administration::connect"),
    ("GET", "/admin/global-blacklist", "identity"),
    ("GET", "/admin/global-blacklist.csv", "administration::lists"),
    ("POST", "/admin/global-blacklist/add", "administration::lists"),
    ("POST", "/admin/global-blacklist/import", "administration::lists"),
    ("POST", "/admin/global-blacklist/remove", "identity"),
    ("GET", "/admin/retention", "administration::retention"),
    ("POST", "/admin/retention/forget", "administration::retention"),
    ("POST", "/admin/retention/purge", "administration::retention"),
    ("GET", "/admin/sessions", "sessions"),
    ("POST", "/admin/sessions/end", "sessions"),
    ("GET", "/admin/simulation", "administration::simulation"),
    ("POST", "/admin/simulation/activate", "administration::simulation"),
    ("POST", "/admin/simulation/inject", "administration::simulation"),
    ("POST", "/api/channel/{channel}/block-similar", "decisions::similar"),
    ("POST", "/api/channel/{channel}/block-user", "identity"),
    ("PUT", "/api/channel/{channel}/focus", "queue::presence"),
    ("GET", "/api/channel/{channel}/log", "log"),
    ("GET", "/api/channel/{channel}/log.csv", "log"),
    ("POST", "/api/channel/{channel}/message/{id}/approve", "decisions::order"),
    ("POST", "/api/channel/{channel}/message/{id}/highlight", "decisions::order"),
    ("POST", "/api/channel/{channel}/message/{id}/reject", "decisions::order"),
    ("POST", "/api/channel/{channel}/message/{id}/reject-similar", "decisions::similar"),
    ("POST", "/api/channel/{channel}/message/{id}/undo", "decisions::undo"),
    ("GET", "/api/channel/{channel}/queue", "queue::polling"),
    ("GET", "/api/channel/{channel}/queue/events", "queue::stream"),
    ("POST", "/api/channel/{channel}/whitelist-user", "identity"),
    ("GET", "/api/me", "sessions"),
    ("GET", "/api/openapi.json", "routes"),
    ("POST", "/channel/{channel}/archive", "roles::channels"),
    ("GET", "/channel/{channel}/audit", "administration::members"),
    ("GET", "/channel/{channel}/blacklist", "identity"),
    ("GET", "/channel/{channel}/blacklist.csv", "administration::lists"),
    ("POST", "/channel/{channel}/blacklist/add", "administration::lists"),
    ("POST", "/channel/{channel}/blacklist/export", "identity"),
    ("POST", "/channel/{channel}/blacklist/import", "administration::lists"),
    ("POST", "/channel/{channel}/blacklist/remove", "identity"),
    ("GET", "/channel/{channel}/log", "sessions"),
    ("GET", "/channel/{channel}/members", "roles::members"),
    ("POST", "/channel/{channel}/members/add", "roles::members"),
    ("POST", "/channel/{channel}/members/remove", "roles::members"),
    ("GET", "/channel/{channel}/patterns", "decisions::similar"),
    ("GET", "/channel/{channel}/patterns.csv", "administration::lists"),
    ("POST", "/channel/{channel}/patterns/add", "administration::lists"),
    ("POST", "/channel/{channel}/patterns/import", "administration::lists"),
    ("POST", "/channel/{channel}/patterns/remove", "decisions::similar"),
    ("GET", "/channel/{channel}/queue", "sessions"),
    ("GET", "/channel/{channel}/queue/messages.json", "queue::paging"),
    ("GET", "/channel/{channel}/settings", "roles::settings"),
    ("POST", "/channel/{channel}/settings", "roles::settings"),
    ("POST", "/channel/{channel}/token/regenerate", "feeds::access"),
    ("POST", "/channel/{channel}/unarchive", "roles::channels"),
    ("GET", "/channel/{channel}/whitelist", "identity"),
    ("GET", "/channel/{channel}/whitelist.csv", "administration::lists"),
    ("POST", "/channel/{channel}/whitelist/add", "administration::lists"),
    ("POST", "/channel/{channel}/whitelist/import", "administration::lists"),
    ("POST", "/channel/{channel}/whitelist/remove", "identity"),
    ("GET", "/dev-login", "sessions"),
    ("POST", "/dev/inject/{channel}", "sessions"),
    ("GET", "/favicon.ico", "pages"),
    ("GET", "/healthz", "pages"),
    ("GET", "/login", "sessions"),
    ("POST", "/logout", "sessions"),
    ("POST", "/logout/everywhere", "sessions"),
    ("GET", "/oauth-callback", "sign_in::way"),
    ("GET", "/rss/{channel}", "feeds::content"),
    ("GET", "/rss/{channel}/highlights", "feeds::content"),
    ("GET", "/static/{path}", "pages"),
    ("GET", "/version", "pages"),
    ("GET", "/webhook/channel/{channel}", "intake::challenge"),
    ("POST", "/webhook/channel/{channel}", "intake::recorded"),
];

/// What an address that nobody serves is answered.
const NOTHING_HERE: &str = "There is nothing at this address.";

/// An address of this route.
fn address(route: &str, channel: &TestChannel, message: i64) -> String {
    route
        .replace("{channel}", &channel.id)
        .replace("{id}", &message.to_string())
        .replace("{path}", "style.css")
}

/// The document, as the server has it.
pub(crate) async fn document(channel: &TestChannel) -> Value {
    channel.nobody().get("/api/openapi.json").await.ok()
}

/// The routes that the document lists.
fn documented(document: &Value) -> BTreeSet<(String, String)> {
    let methods = ["get", "post", "put", "patch", "delete"];
    let paths = document["paths"].as_object().expect("paths").iter();
    let operations = paths.flat_map(|(path, item)| {
        let item = item.as_object().unwrap();
        let listed = methods.into_iter().filter(|method| item.contains_key(*method));
        listed.map(|method| (method.to_uppercase(), path.clone())).collect::<Vec<_>>()
    });
    operations.collect()
}

#[test]
fn each_route_s_story_is_told() {
    for (method, route, module) in ROUTES {
        let file = format!("{}/stories/{}.rs", env!("CARGO_MANIFEST_DIR"), module.replace("::", "/"));
        let text = std::fs::read_to_string(&file)
            .unwrap_or_else(|error| panic!("{method} {route}: {file}: {error}"));
        assert!(text.contains("#[tokio::test]"), "{method} {route}: no story in {file}");
    }
}

/// The paths in the components' sources: `.route("…"`, as their routers have them.
fn paths_in_sources(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            paths_in_sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = std::fs::read_to_string(&path).expect("a source file");
            let routes = text.split(".route(").skip(1).filter_map(|rest| rest.split('"').nth(1));
            found.extend(routes.map(|route| route.replace("{*", "{")));
        }
    }
}

#[test]
fn no_component_serves_an_address_without_a_story() {
    let mut found = BTreeSet::new();
    paths_in_sources(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../components")), &mut found);
    let told: BTreeSet<_> = ROUTES.iter().map(|(_, path, _)| (*path).to_owned()).collect();
    assert_eq!(found, told);
}

#[tokio::test]
async fn what_is_listed_is_there() {
    let channel = TestChannel::open().await;
    let message = channel.anybody_says("hello").await.id;
    let mut routes: BTreeSet<_> =
        ROUTES.iter().map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned())).collect();
    routes.extend(documented(&document(&channel).await));
    for (method, route) in routes {
        let path = address(&route, &channel, message);
        // Nobody asks, so that nothing is changed; an event stream is refused, not opened.
        let request = channel.nobody().request(method.parse().unwrap(), &path);
        let answer = send(request).await;
        assert_ne!(answer.status, 405, "{method} {route}: {answer}");
        assert!(!answer.text().contains(NOTHING_HERE), "{method} {route}: {answer}");
    }
}

#[tokio::test]
async fn the_document_lists_every_route_that_has_a_story_and_no_other() {
    let channel = TestChannel::open().await;
    let document = document(&channel).await;
    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")));
    let told: BTreeSet<_> =
        ROUTES.iter().map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned())).collect();
    assert_eq!(told.len(), ROUTES.len(), "each once");
    let documented = documented(&document);
    let without: Vec<_> = documented.difference(&told).collect();
    assert!(without.is_empty(), "routes without a story: {without:?}");
    let missing: Vec<_> = told.difference(&documented).collect();
    assert!(missing.is_empty(), "routes that the document does not list: {missing:?}");
}

#[tokio::test]
async fn what_nobody_serves_is_not_there() {
    let channel = TestChannel::open().await;
    for path in
        ["/nothing", "/api", "/api/channel", "/channel/", "/rss", "/webhook", "/admin/x", "//", "/static"]
    {
        let answer = channel.nobody().get(path).await;
        assert_eq!(answer.status, 404, "{path}: {answer}");
        let page = channel.nobody().get_page(path).await.expect(404);
        assert!(page.header("content-type").unwrap().starts_with("text/html"));
    }
    for (method, route, _) in ROUTES {
        let path = address(route, &channel, 1);
        let answer = send(channel.nobody().request(Method::DELETE, &path)).await;
        let allow = answer.header("allow").unwrap_or_default().to_owned();
        answer.problem(405);
        assert!(allow.contains(method), "{route} allows {allow}");
    }
}
