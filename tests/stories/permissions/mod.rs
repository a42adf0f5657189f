//! Who may do what, on every endpoint that the OpenAPI document lists; and what every answer of them has to have.

mod headers;
mod matrix;
mod table;

use chatstream_tests::{
    channel::{TestChannel, fresh_number},
    host::{Host, Options},
    http::Client,
    people::{Moderator, Person},
};
use reqwest::Method;
use serde_json::Value;

/// Global user ids of superadmins, one for each line of the table: some calls end a person's sessions.
const SUPERADMINS: std::ops::Range<i64> = 5_000..5_200;

/// A host whose superadmins are these.
async fn host() -> Host {
    let ids: Vec<_> = SUPERADMINS.map(|id| id.to_string()).collect();
    Host::start(Options::default().with("SUPERADMINS", &format!("Developer,{}", ids.join(",")))).await
}

/// An endpoint of the document.
#[derive(Debug, Clone)]
struct Endpoint {
    method: Method,
    path: String,
    operation: Value,
}

impl Endpoint {
    /// Whether the document says that a session is needed.
    fn needs_session(&self) -> bool {
        self.security("session")
    }

    /// Whether the document says that a CSRF token is needed.
    fn needs_token(&self) -> bool {
        self.security("csrf")
    }

    fn security(&self, scheme: &str) -> bool {
        let schemes = self.operation["security"].as_array();
        schemes
            .unwrap_or_else(|| panic!("{} {} says nothing of security", self.method, self.path))
            .iter()
            .any(|all| all.get(scheme).is_some())
    }
}

/// Every endpoint of the document that the host serves.
async fn endpoints(host: &Host) -> Vec<Endpoint> {
    let document: Value = Client::new(host.base()).get("/api/openapi.json").await.ok();
    let mut endpoints = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (name, operation) in item.as_object().expect("operations") {
            let method = name.to_uppercase().parse().expect("a method");
            endpoints.push(Endpoint { method, path: path.clone(), operation: operation.clone() });
        }
    }
    endpoints
}

/// A channel with a message that waits, and somebody for each role.
struct Stage {
    channel: TestChannel,
    message: i64,
    stranger: Person,
    other: Moderator,
    admin: Moderator,
    /// Another admin.
    colleague: Moderator,
    superadmin: Person,
}

impl Stage {
    /// `number` says which of the superadmins is used.
    async fn set(host: &Host, other: &TestChannel, number: usize) -> Self {
        let channel = TestChannel::open_on(host, serde_json::json!({})).await;
        let id = SUPERADMINS.start + i64::try_from(number).unwrap();
        assert!(SUPERADMINS.contains(&id), "more lines than superadmins: raise their number");
        Self {
            message: channel.anybody_says("hello there").await.id,
            stranger: channel.stranger().await,
            other: other.another_moderator().await,
            admin: channel.admin().await,
            colleague: channel.admin().await,
            superadmin: Person::login(host.base(), &format!("Superadmin {id}"), id).await,
            channel,
        }
    }

    /// An address of the endpoint at `path`.
    fn address(&self, path: &str) -> String {
        let id = self.message.to_string();
        path.replace("{channel}", &self.channel.id).replace("{id}", &id).replace("{path}", "style.css")
    }

    /// `text` with what it names in place of the names.
    fn fill(&self, text: &str) -> String {
        let fresh = format!("fresh-{}", fresh_number());
        text.replace("$message", &self.message.to_string())
            .replace("$channel", &self.channel.id)
            .replace("$colleague", &self.colleague.central_id().to_string())
            .replace("$fresh", &fresh)
    }
}
