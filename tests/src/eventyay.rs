//! The sender: events as Eventyay writes them, signed as Eventyay signs them.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::{Method, RequestBuilder};
use serde_json::{Map, Value, json};
use sha2::Sha256;

use crate::http::{Answer, Base, Client, send};

/// The name of the header that holds the signature.
pub const SIGNATURE: &str = "X-Eventyay-Signature";

/// The key that the recorded events are signed with.
pub const RECORDED_SECRET: &str = "test-webhook-secret-12345";

/// The source's numbers of messages: no two events of a test run have the same, unless a story wants it.
static NEXT_MESSAGE: AtomicI64 = AtomicI64::new(1_000_000);

/// A viewer of the stream, as Eventyay knows them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Viewer {
    /// The name they show; may be empty.
    pub screen_name: String,
    /// Eventyay's id of them.
    pub sender_id: Option<String>,
    /// Their Wikimedia account.
    pub central_id: Option<i64>,
    /// The language of their browser.
    pub language: Option<String>,
}

impl Viewer {
    /// Somebody with a Wikimedia account.
    pub fn with_account(name: &str, central_id: i64) -> Self {
        Self { central_id: Some(central_id), ..Self::guest(name) }
    }

    /// Somebody without an account.
    pub fn guest(name: &str) -> Self {
        Self {
            screen_name: name.to_owned(),
            sender_id: Some(new_uuid()),
            central_id: None,
            language: Some("en".to_owned()),
        }
    }

    /// Somebody known by a name alone.
    pub fn only_named(name: &str) -> Self {
        Self { sender_id: None, ..Self::guest(name) }
    }

    /// Somebody without a name, whom Eventyay knows.
    pub fn unnamed() -> Self {
        Self::guest("")
    }

    /// Somebody of whom nothing is known.
    pub fn unknown() -> Self {
        Self { sender_id: None, ..Self::unnamed() }
    }
}

/// An id in the shape of a UUID that nobody else in this run has.
pub fn new_uuid() -> String {
    format!("550e8400-e29b-41d4-a716-{:012x}", NEXT_MESSAGE.fetch_add(1, Ordering::Relaxed))
}

/// An event, field by field.
#[derive(Debug, Clone, PartialEq)]
pub struct Event(pub BTreeMap<String, Value>);

impl Event {
    /// A text.
    pub fn text(viewer: &Viewer, message: &str) -> Self {
        let fields = json!({
            "centralauth_id": viewer.central_id,
            "centralauth_username": viewer.central_id.map(|_| viewer.screen_name.clone()),
            "channel": "550e8400-e29b-41d4-a716-446655440000",
            "message": message,
            "message_id": NEXT_MESSAGE.fetch_add(1, Ordering::Relaxed),
            "message_type": "text",
            "meta": {},
            "profile_img": null,
            "screen_name": viewer.screen_name,
            "sender_id": viewer.sender_id,
            "timestamp": timestamp_in(0),
            "user_language": viewer.language,
        });
        Self::from_value(fields)
    }

    /// `viewer` reacts to `target` with `symbol`; `reactors` are the ids of all who did, as Eventyay lists them.
    ///
    /// Id, text, sender and time stay those of the message reacted to: that is how Eventyay sends it.
    pub fn reaction(target: &Self, viewer: &Viewer, symbol: &str, reactors: &[&str]) -> Self {
        let id = target.0["message_id"].clone();
        let meta = json!({"action": "add", "reaction": symbol, "reactions": {symbol: reactors}, "target_message_id": id});
        target
            .clone()
            .with("message_type", "emoji")
            .with("screen_name", viewer.screen_name.clone())
            .with("centralauth_id", viewer.central_id)
            .with("centralauth_username", viewer.central_id.map(|_| viewer.screen_name.clone()))
            .with("user_language", viewer.language.clone())
            .with("meta", meta)
    }

    /// One of the recorded events, with a fresh timestamp.
    pub fn recorded(case: &str) -> Self {
        let body = fs::read(recordings().join(format!("{case}.json"))).expect("a recorded event");
        Self::from_value(serde_json::from_slice(&body).expect("JSON")).with("timestamp", timestamp_in(0))
    }

    fn from_value(value: Value) -> Self {
        let Value::Object(fields) = value else { panic!("an event is an object") };
        Self(fields.into_iter().collect())
    }

    /// The same with another value in one field.
    pub fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.0.insert(field.to_owned(), value.into());
        self
    }

    /// The same without one field.
    pub fn without(mut self, field: &str) -> Self {
        self.0.remove(field);
        self
    }

    /// The body: compact, sorted, ASCII alone.
    pub fn body(&self) -> String {
        let mut body = String::new();
        write_object(&mut body, self.0.iter());
        body
    }
}

/// Where the recorded events are.
pub fn recordings() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/eventyay"))
}

/// The names of the recorded events.
pub fn recorded_cases() -> Vec<String> {
    let files = recordings().read_dir().expect("the recorded events").flatten();
    let names = files.filter_map(|file| Some(file.file_name().to_str()?.strip_suffix(".json")?.to_owned()));
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

/// The time `seconds` from now as Eventyay writes it.
pub fn timestamp_in(seconds: i64) -> String {
    let at = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(seconds);
    let micros = at.as_microsecond().rem_euclid(1_000_000);
    format!("{}.{micros:06}+00:00", at.strftime("%Y-%m-%dT%H:%M:%S"))
}

fn write_object<'a>(body: &mut String, fields: impl Iterator<Item = (&'a String, &'a Value)>) {
    body.push('{');
    for (index, (name, value)) in fields.enumerate() {
        if index > 0 {
            body.push(',');
        }
        write_text(body, name);
        body.push(':');
        write_value(body, value);
    }
    body.push('}');
}

fn write_value(body: &mut String, value: &Value) {
    match value {
        Value::Object(fields) => write_object(body, sorted(fields).into_iter()),
        Value::Array(items) => {
            body.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    body.push(',');
                }
                write_value(body, item);
            }
            body.push(']');
        }
        Value::String(text) => write_text(body, text),
        other => body.push_str(&other.to_string()),
    }
}

fn sorted(fields: &Map<String, Value>) -> BTreeMap<&String, &Value> {
    fields.iter().collect()
}

fn write_text(body: &mut String, text: &str) {
    let quoted = Value::from(text).to_string();
    for character in quoted.chars() {
        if character.is_ascii() && character != '\u{7f}' {
            body.push(character);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                write!(body, "\\u{unit:04x}").expect("a String takes everything");
            }
        }
    }
}

/// The header's value for `body` under `secret`.
pub fn signature(secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any key will do");
    mac.update(body);
    format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
}

/// Eventyay, sending to one channel.
#[derive(Debug, Clone)]
pub struct Eventyay {
    client: Client,
    path: Arc<str>,
    secret: Arc<str>,
}

impl Eventyay {
    /// A sender to `channel` that signs with `secret`.
    pub fn new(base: &Base, channel: &str, secret: &str) -> Self {
        Self {
            client: Client::new(base),
            path: format!("/webhook/channel/{channel}").into(),
            secret: secret.into(),
        }
    }

    /// Where it posts, without the host.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The key it signs with.
    pub fn secret(&self) -> &str {
        &self.secret
    }

    /// Posts an event, which must be taken.
    pub async fn send(&self, event: &Event) {
        let answer = self.post(event).await.ok();
        assert_eq!(answer, json!({"ok": true}));
    }

    /// `viewer` says `message`: answers the event.
    pub async fn say(&self, viewer: &Viewer, message: &str) -> Event {
        let event = Event::text(viewer, message);
        self.send(&event).await;
        event
    }

    /// Posts an event.
    pub async fn post(&self, event: &Event) -> Answer {
        self.post_body(event.body()).await
    }

    /// Posts any body with the right signature.
    pub async fn post_body(&self, body: impl Into<Vec<u8>>) -> Answer {
        send(self.signed(body)).await
    }

    /// A post of any body with the right signature.
    pub fn signed(&self, body: impl Into<Vec<u8>>) -> RequestBuilder {
        let body = body.into();
        let signature = signature(&self.secret, &body);
        self.unsigned(body).header(SIGNATURE, signature)
    }

    /// A post without a signature.
    pub fn unsigned(&self, body: impl Into<Vec<u8>>) -> RequestBuilder {
        let request = self.client.plain(Method::POST, &self.path);
        request.header("Content-Type", "application/json").body(body.into())
    }

    /// Asks whether the address is the channel's.
    pub async fn challenge(&self, query: &str) -> Answer {
        send(self.client.plain(Method::GET, &format!("{}{query}", self.path))).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recorded_events_are_written_and_signed_as_eventyay_does() {
        let cases = recorded_cases();
        assert!(cases.len() >= 15, "{cases:?}");
        for case in cases {
            let body = fs::read_to_string(recordings().join(format!("{case}.json"))).unwrap();
            let signed = fs::read_to_string(recordings().join(format!("{case}.sha256"))).unwrap();
            assert_eq!(signature(RECORDED_SECRET, body.as_bytes()), signed.trim(), "{case}");
            assert_eq!(Event::from_value(serde_json::from_str(&body).unwrap()).body(), body, "{case}");
        }
    }

    #[test]
    fn a_timestamp_has_microseconds_and_an_offset() {
        let text = timestamp_in(0);
        assert_eq!(text.len(), "2026-07-21T10:05:00.123456+00:00".len(), "{text}");
        assert!(text.ends_with("+00:00"));
    }

    #[test]
    fn a_reaction_carries_the_other_message_s_id_text_and_sender() {
        let recorded = Event::recorded("reaction-add");
        let text = Event::recorded("text").with("timestamp", recorded.0["timestamp"].clone());
        let bob = Viewer { sender_id: None, ..Viewer::guest("Bob") };
        let bob = Viewer { language: Some("en".to_owned()), ..bob };
        let built = Event::reaction(&text, &bob, "👍", &["b0b00000-0000-4000-8000-000000000001"]);
        assert_eq!(built.body(), recorded.body());
    }
}
