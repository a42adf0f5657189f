//! A channel of one's own: where a story begins.

use std::{
    process,
    sync::atomic::{AtomicI64, Ordering},
};

use serde_json::{Value, json};
use tokio::sync::OnceCell;

use crate::{
    eventyay::{Event, Eventyay, Viewer},
    feed::Feeds,
    host::{Host, Options},
    http::{Base, Client, percent_encode},
    people::{Moderator, Person},
    queue::Message,
};

/// Numbers that no other channel or person of this run has.
static NEXT: AtomicI64 = AtomicI64::new(10_000);

/// A number that nothing else in this run has.
pub fn fresh_number() -> i64 {
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// The host that stories share, each with a channel of its own. It ends with the tests' process.
pub async fn shared_host() -> &'static Host {
    static SHARED: OnceCell<Host> = OnceCell::const_new();
    SHARED.get_or_init(|| Host::start(Options::default())).await
}

/// A new channel, and a client for each of its roles.
#[derive(Debug)]
pub struct TestChannel {
    /// Its name in addresses.
    pub id: String,
    /// What its creation was answered.
    pub created: Value,
    /// Who may do everything.
    pub superadmin: Person,
    /// One of its moderators.
    pub moderator: Moderator,
    /// The sender, with the channel's secret.
    pub eventyay: Eventyay,
    base: Base,
}

impl TestChannel {
    /// A new channel on the shared host.
    pub async fn open() -> Self {
        Self::open_with(json!({})).await
    }

    /// The same, with other settings than the usual ones.
    pub async fn open_with(settings: Value) -> Self {
        Self::open_on(shared_host().await, settings).await
    }

    /// A new channel on a host of one's own.
    pub async fn open_on(host: &Host, settings: Value) -> Self {
        let base = host.base().clone();
        let superadmin = Person::developer(&base).await;
        let id = format!("t{}-{}", process::id(), fresh_number());
        let new = json!({"id": id, "name": format!("Stage {id}"), "description": "A stage of the tests."});
        let created: Value = superadmin.post("/admin/channels/create", &new).await.expect(201).json();
        let secret = created["webhook_secret"].as_str().expect("a secret for the superadmin");
        let eventyay = Eventyay::new(&base, &id, secret);
        let moderator = appoint(&superadmin, &id, "moderator").await;
        let channel = Self { id, created, superadmin, moderator, eventyay, base };
        if settings != json!({}) {
            channel.set(settings).await;
        }
        channel
    }

    /// Where its host is.
    pub fn base(&self) -> &Base {
        &self.base
    }

    /// One more moderator.
    pub async fn another_moderator(&self) -> Moderator {
        appoint(&self.superadmin, &self.id, "moderator").await
    }

    /// An admin of it.
    pub async fn admin(&self) -> Moderator {
        appoint(&self.superadmin, &self.id, "admin").await
    }

    /// The cookie of a new session of the moderator, for requests that are written by hand.
    pub async fn moderator_cookie(&self) -> String {
        let name = percent_encode(self.moderator.name());
        let path = format!("/dev-login?username={name}&central_id={}", self.moderator.central_id());
        let answer = self.nobody().get(&path).await;
        let cookie = answer.header("set-cookie").expect("a cookie");
        cookie.split(';').next().unwrap_or_default().to_owned()
    }

    /// Somebody who is logged in and has no role in it.
    pub async fn stranger(&self) -> Person {
        Person::new(&self.base).await
    }

    /// Somebody who is not logged in.
    pub fn nobody(&self) -> Client {
        Client::new(&self.base)
    }

    /// A reader of its feeds, without a token.
    pub fn feeds(&self) -> Feeds {
        Feeds::new(&self.base, &self.id)
    }

    /// Changes settings.
    pub async fn set(&self, settings: Value) -> Value {
        self.superadmin.post(&format!("/channel/{}/settings", self.id), &settings).await.ok()
    }

    /// Archives it.
    pub async fn archive(&self) {
        self.superadmin.post(&format!("/channel/{}/archive", self.id), &json!({})).await.ok();
    }

    /// `viewer` says `text`; answers the message as the moderators see it.
    pub async fn queued(&self, viewer: &Viewer, text: &str) -> Message {
        self.eventyay.say(viewer, text).await;
        self.moderator.find(text).await
    }

    /// Somebody new says `text`; answers the message as the moderators see it.
    pub async fn anybody_says(&self, text: &str) -> Message {
        self.queued(&Viewer::guest("Somebody"), text).await
    }

    /// Sends an event; answers the newest queued message.
    pub async fn newest_after(&self, event: &Event) -> Message {
        self.eventyay.send(event).await;
        self.moderator.queue().await.messages.into_iter().next().expect("a queued message")
    }
}

/// Gives somebody new a role in a channel.
async fn appoint(superadmin: &Person, channel: &str, role: &str) -> Moderator {
    let person = Person::new(superadmin.client().base()).await;
    let member = json!({"wiki_username": person.name(), "centralauth_id": person.central_id(), "role": role});
    superadmin.post(&format!("/channel/{channel}/members/add"), &member).await.ok();
    Moderator::new(person, channel)
}
