//! Moderators, admins, strangers: one HTTP client each, with their session.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::{
    channel::fresh_number,
    events::EventStream,
    http::{Answer, Base, Client, percent_encode, send, unhurried},
    queue::{Delta, Message},
    wait::until,
    wiki::{Account, Choice, Wiki},
};

/// Somebody who is logged in.
#[derive(Debug, Clone)]
pub struct Person {
    client: Client,
    name: String,
    central_id: i64,
    csrf_token: String,
}

impl Person {
    /// The superadmin of development.
    pub async fn developer(base: &Base) -> Self {
        Self::login(base, "Developer", 1).await
    }

    /// Somebody who was never here.
    pub async fn new(base: &Base) -> Self {
        let number = fresh_number();
        Self::login(base, &format!("Person {number}"), number).await
    }

    /// Logs in by development login.
    pub async fn login(base: &Base, name: &str, central_id: i64) -> Self {
        let client = Client::new(base);
        let path = format!("/dev-login?username={}&central_id={central_id}&next=/", percent_encode(name));
        let answer = client.get(&path).await;
        assert!(answer.status.is_redirection(), "{answer}");
        Self::behind(client, name, central_id).await
    }

    /// Logs in with the wiki.
    pub async fn login_with(wiki: &Wiki, base: &Base, account: &Account) -> Self {
        let client = Client::new(base);
        wiki.come_back(&client, account, Choice::Allow, "/").await.expect(303);
        Self::behind(client, &account.name, account.id).await
    }

    /// Whoever is logged in with `client`.
    async fn behind(client: Client, name: &str, central_id: i64) -> Self {
        let mut person = Self { client, name: name.to_owned(), central_id, csrf_token: String::new() };
        let me = person.me().await;
        me["csrf_token"].as_str().expect("a CSRF token").clone_into(&mut person.csrf_token);
        person
    }

    /// The user name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The global user id.
    pub fn central_id(&self) -> i64 {
        self.central_id
    }

    /// What shows that a change is meant.
    pub fn csrf_token(&self) -> &str {
        &self.csrf_token
    }

    /// The client, for requests without a CSRF token.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Who the server thinks this is.
    pub async fn me(&self) -> Value {
        self.get("/api/me").await.ok()
    }

    /// Asks for `path`.
    pub async fn get(&self, path: &str) -> Answer {
        self.client.get(path).await
    }

    /// Posts JSON, with the CSRF token.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        send(self.changing(Method::POST, path).json(body)).await
    }

    /// Posts a form, with the CSRF token among its fields, as a page without scripts does.
    pub async fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut fields = fields.to_vec();
        fields.push(("csrf_token", &self.csrf_token));
        send(self.client.request(Method::POST, path).form(&fields)).await
    }

    /// A request that carries the CSRF token.
    pub fn changing(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, path).header("X-CSRF-Token", &self.csrf_token)
    }
}

/// What became of a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It took effect.
    Effective,
    /// The message stands at this status, which the decision does not change.
    Superseded(String),
}

/// Somebody with a role in a channel.
#[derive(Debug, Clone)]
pub struct Moderator {
    person: Person,
    channel: String,
}

impl std::ops::Deref for Moderator {
    type Target = Person;

    fn deref(&self) -> &Person {
        &self.person
    }
}

impl Moderator {
    /// `person`, at work in `channel`.
    pub fn new(person: Person, channel: &str) -> Self {
        Self { person, channel: channel.to_owned() }
    }

    /// The person, wherever they work.
    pub fn into_person(self) -> Person {
        self.person
    }

    /// A path of the channel's API.
    pub fn api(&self, rest: &str) -> String {
        format!("/api/channel/{}/{rest}", self.channel)
    }

    /// A path of the channel's pages.
    pub fn page(&self, rest: &str) -> String {
        format!("/channel/{}/{rest}", self.channel)
    }

    /// Approves a message.
    pub async fn approve(&self, message: i64) -> Outcome {
        self.decide(message, "approve").await
    }

    /// Rejects a message.
    pub async fn reject(&self, message: i64) -> Outcome {
        self.decide(message, "reject").await
    }

    /// Highlights a message.
    pub async fn highlight(&self, message: i64) -> Outcome {
        self.decide(message, "highlight").await
    }

    /// `approve`, `highlight` or `reject`s a message.
    pub async fn decide(&self, message: i64, decision: &str) -> Outcome {
        let answer = self.act(message, decision, &json!({})).await.ok();
        if answer == json!({"ok": true}) {
            return Outcome::Effective;
        }
        let current = answer["current"].as_str().unwrap_or_default().to_owned();
        assert_eq!(answer, json!({"ok": false, "superseded": true, "current": current}));
        Outcome::Superseded(current)
    }

    /// Anything that is done to one message.
    pub async fn act(&self, message: i64, action: &str, body: &Value) -> Answer {
        self.post(&self.api(&format!("message/{message}/{action}")), body).await
    }

    /// Rejects a message and the similar ones; answers how many.
    pub async fn reject_similar(&self, message: i64) -> u64 {
        counted(&self.act(message, "reject-similar", &json!({})).await.ok(), "rejected")
    }

    /// Takes the own last decision back.
    pub async fn undo(&self, message: i64) -> Answer {
        self.act(message, "undo", &json!({})).await
    }

    /// Takes the own last action back, on every message that it was about.
    pub async fn undo_group(&self, message: i64) -> Answer {
        self.act(message, "undo", &json!({"group": true})).await
    }

    /// Bans a message's sender; answers how many messages were rejected, and the entry if it is new.
    pub async fn ban(&self, message: &Message) -> (u64, Option<i64>) {
        let answer = self.post(&self.api("block-user"), &message.sender()).await.ok();
        (counted(&answer, "rejected"), answer["entry"].as_i64())
    }

    /// Trusts a message's sender; answers how many messages were approved, and the entry if it is new.
    pub async fn allow(&self, message: &Message) -> (u64, Option<i64>) {
        let answer = self.post(&self.api("whitelist-user"), &message.sender()).await.ok();
        (counted(&answer, "approved"), answer["entry"].as_i64())
    }

    /// Blocks a message's text; answers how many messages were rejected.
    pub async fn block_similar(&self, message: i64) -> u64 {
        let answer = self.post(&self.api("block-similar"), &json!({"message_id": message})).await.ok();
        counted(&answer, "rejected")
    }

    /// The newest 500 queued messages.
    pub async fn queue(&self) -> Delta {
        self.queue_with("?limit=500").await
    }

    /// The queue, by any query.
    pub async fn queue_with(&self, query: &str) -> Delta {
        self.get(&self.api(&format!("queue{query}"))).await.expect(200).json()
    }

    /// What changed since a revision, waiting for at most `wait` seconds.
    pub async fn poll(&self, since: i64, wait: u32) -> Delta {
        self.queue_with(&format!("?since={since}&wait={wait}&limit=500")).await
    }

    /// A revision at which nothing changes by itself: whoever comes is there and is shown to all.
    pub async fn quiet_revision(&self) -> i64 {
        until("a quiet queue", || async {
            let revision = self.queue().await.revision;
            (self.poll(revision, 0).await.revision == revision).then_some(revision)
        })
        .await
    }

    /// The queued messages in the earlier tool's shape.
    pub async fn messages_json(&self, query: &str) -> Value {
        self.get(&self.page(&format!("queue/messages.json{query}"))).await.ok()
    }

    /// The newest queued message with this text.
    pub async fn find(&self, text: &str) -> Message {
        let queue = self.queue().await;
        let found = queue.messages.iter().find(|message| message.message == text);
        found.unwrap_or_else(|| panic!("{text:?} is not queued: {queue:?}")).clone()
    }

    /// The texts that wait, oldest first.
    pub async fn waiting(&self) -> Vec<String> {
        self.queue().await.messages.into_iter().rev().map(|message| message.message).collect()
    }

    /// The entries of the log, newest first, by any query.
    pub async fn log(&self, query: &str) -> Vec<Value> {
        let answer = self.get(&self.api(&format!("log{query}"))).await.ok();
        answer["entries"].as_array().expect("entries").clone()
    }

    /// The entries of a list: `blacklist`, `whitelist` or `patterns`.
    pub async fn list(&self, name: &str) -> Vec<Value> {
        self.get(&self.page(name)).await.ok()["entries"].as_array().expect("entries").clone()
    }

    /// The queue as server-sent events.
    pub async fn follow(&self, query: &str, last_event_id: Option<&str>) -> EventStream {
        let path = self.api(&format!("queue/events{query}"));
        let mut request = self.client().plain(Method::GET, &path).header("Accept", "text/event-stream");
        if let Some(id) = last_event_id {
            request = request.header("Last-Event-ID", id);
        }
        EventStream::open(unhurried(request)).await
    }
}

fn counted(answer: &Value, field: &str) -> u64 {
    assert_eq!(answer["ok"], true, "{answer}");
    answer[field].as_u64().unwrap_or_else(|| panic!("{field} in {answer}"))
}
