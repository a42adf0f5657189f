//! What happens where `spin.toml`, or whoever sets it up, grants a component less than it needs. On a host without a
//! manifest there is nothing to tell: what is missing stops its start, which its own tests are about.

use std::{fs, path::Path};

use chatstream_tests::{
    host::{Host, Options, chosen_kind},
    http::{Answer, Client},
    wiki::{Account, Choice, Wiki},
};
use serde_json::Value;
use tempfile::TempDir;

/// The project's manifest with `change` made to it, in a folder of its own.
fn changed(change: impl Fn(&str) -> String) -> (TempDir, Options) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let original = fs::read_to_string(root.join("spin.toml")).unwrap();
    let manifest = change(&original).replace("source = \"", &format!("source = \"{}/", root.display()));
    assert_ne!(change(&original), original, "the manifest reads otherwise than this story thinks");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("spin.toml");
    fs::write(&path, manifest).unwrap();
    (folder, Options { manifest: Some(path), ..Options::default() })
}

/// A component's entry up to its variables, without the line that begins with `line`.
fn without(manifest: &str, component: &str, line: &str) -> String {
    let start = manifest.find(&format!("[component.{component}]\n")).unwrap();
    let (before, after) = manifest.split_at(start);
    let end = after.find("[component.").map_or(0, |first| first + 1);
    let end = end + after[end..].find("[component.").unwrap();
    let (entry, rest) = after.split_at(end);
    let kept: Vec<_> = entry.lines().filter(|text| !text.starts_with(line)).collect();
    format!("{before}{}\n\n{rest}", kept.join("\n"))
}

fn check_names(answer: &Answer, missing: &str) {
    let problem: serde_json::Value = serde_json::from_str(&answer.text()).unwrap();
    assert_eq!(answer.status, 503, "{answer}");
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.starts_with("This site is not set up: ") && detail.contains(missing), "{detail}");
}

#[tokio::test]
async fn a_missing_setting_is_named() {
    if !chosen_kind().features().manifest {
        return;
    }
    let host = Host::start(Options::default().with("OAUTH_CLIENT_ID", "an id")).await;
    let client = Client::new(host.base());
    check_names(&client.get("/api/me").await, "OAUTH_REDIRECT_URI is not set");
    assert!(host.log().mentions("OAUTH_REDIRECT_URI is not set"), "{}", host.log());
    let host = Host::start(Options::default().with("DEV_MODE", "perhaps")).await;
    check_names(&Client::new(host.base()).get("/api/me").await, "DEV_MODE must be on or off");
    host.check_health();
}

#[tokio::test]
async fn a_missing_database_is_named() {
    if !chosen_kind().features().manifest {
        return;
    }
    let (_folder, options) = changed(|manifest| without(manifest, "webhook", "sqlite_databases"));
    let host = Host::start(options).await;
    let answer = Client::new(host.base()).get("/webhook/channel/demo?challenge=x").await;
    check_names(&answer, "sqlite_databases = [\"default\"]");
    assert!(host.log().mentions("SQLite database"), "{}", host.log());
    host.check_health();
}

#[tokio::test]
async fn a_missing_key_value_store_is_named() {
    if !chosen_kind().features().manifest {
        return;
    }
    let (_folder, options) = changed(|manifest| without(manifest, "oauth", "key_value_stores"));
    let host = Host::start(options).await;
    let answer = Client::new(host.base()).get("/dev-login?username=Developer&central_id=1").await;
    check_names(&answer, "key_value_stores = [\"default\"]");
    host.check_health();
}

#[tokio::test]
async fn health_says_which_dependency_is_not_well() {
    if !chosen_kind().features().manifest {
        return;
    }
    let (_folder, no_store) = changed(|manifest| without(manifest, "site", "key_value_stores"));
    let half =
        Options { environment: vec![("OAUTH_CLIENT_ID".into(), "an-id".into())], ..Options::default() };
    for (options, dependency) in [(no_store, "key_value"), (half, "configuration")] {
        let host = Host::start(options).await;
        let health: Value = Client::new(host.base()).get("/healthz").await.expect(503).json();
        assert_eq!(
            (&health["status"], &health["database"]),
            (&"unavailable".into(), &"ok".into()),
            "{health}"
        );
        assert_eq!(health[dependency], "unavailable", "{health}");
        host.check_health();
    }
}

#[test]
fn one_component_may_call_one_host_and_no_other_any() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let manifest = fs::read_to_string(root.join("spin.toml")).unwrap();
    let mut component = "";
    let mut callers = Vec::new();
    for line in manifest.lines() {
        if let Some(name) = line.strip_prefix("[component.").and_then(|rest| rest.strip_suffix(']')) {
            component = name;
        }
        match line.split_once("allowed_outbound_hosts = ") {
            Some((_, "[]")) | None => {}
            Some((_, hosts)) => callers.push((component, hosts)),
        }
    }
    assert_eq!(callers, [("oauth", "[\"{{ mediawiki_url }}\"]")]);
}

#[tokio::test]
async fn a_wiki_that_the_manifest_does_not_allow_is_not_asked() {
    if !chosen_kind().features().manifest {
        return;
    }
    let (_folder, manifest) = changed(|manifest| manifest.replace("[\"{{ mediawiki_url }}\"]", "[]"));
    let wiki = Wiki::start().await;
    let host = Host::start(Options { manifest: manifest.manifest, ..wiki.options() }).await;
    let client = Client::new(host.base());
    wiki.come_back(&client, &Account::fresh(), Choice::Allow, "/").await.expect(502);
    assert_eq!(wiki.requests().len(), 1, "the browser alone was there");
    host.check_health();
}

#[tokio::test]
async fn development_ends_with_a_proxy_or_an_address_from_elsewhere() {
    if !chosen_kind().features().manifest {
        return;
    }
    let host = Host::start(Options::default()).await;
    let client = Client::new(host.base());
    let path = "/dev-login?username=Developer&central_id=1";
    for (header, value) in [
        ("X-Forwarded-For", "192.0.2.1"),
        ("X-Forwarded-Proto", "https"),
        ("X-Forwarded-Prefix", "/chat"),
        ("X-Real-IP", "192.0.2.1"),
        ("Forwarded", "for=192.0.2.1"),
        ("Via", "1.1 proxy"),
    ] {
        let request = client.request(reqwest::Method::GET, path).header(header, value);
        check_names(&chatstream_tests::http::send(request).await, "OAUTH_CLIENT_ID is not set");
    }
    // What a client says of itself in the runtime's words is not believed, neither way.
    let forged = client.request(reqwest::Method::GET, path).header("Spin-Client-Addr", "192.0.2.1:1");
    assert!(chatstream_tests::http::send(forged).await.status.is_redirection());
}
