//! An event as Eventyay writes it, and the message that it becomes.
//!
//! Senders differ in age: `message_id` is an integer or (older) a string, `centralauth_id` an integer, a numeric
//! string or a user *name*, `message_type` one of several words. What matters is read strictly; what only
//! decorates a message (picture, language) is left out when it cannot be right, because a refused event is a
//! chat message lost for good.

use std::fmt;

use moderation::{
    CentralId, Incoming, MessageType, Millis, Reaction, ReactionAction, ScreenName, Sender, SenderId,
    SourceId, clean,
};
use platform::http::{Problem, Result};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};
use serde_json::Value;

use crate::surrogates;

/// The longest address of a picture that is kept, in bytes.
const MAX_PICTURE: usize = 2048;
/// The longest symbol of a reaction, in bytes: more than the longest emoji sequences need.
const MAX_SYMBOL: usize = 128;

/// The fields of an event that are read. Others (`channel`, Eventyay's own id of the room, is one) are not.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Event {
    message_id: Option<Id>,
    timestamp: Option<String>,
    screen_name: Option<String>,
    sender_id: Option<String>,
    centralauth_id: Option<Id>,
    message: Option<String>,
    message_type: Option<String>,
    profile_img: Option<Value>,
    user_language: Option<Value>,
    #[serde(default, deserialize_with = "object")]
    meta: Meta,
}

#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "an id must be a whole number or text")]
enum Id {
    Number(i64),
    Text(String),
}

#[derive(Debug, Default, Deserialize)]
struct Meta {
    action: Option<String>,
    reaction: Option<String>,
    target_message_id: Option<Id>,
    reactions: Option<Value>,
}

/// An object or `null`. Derived, a list would be taken for the fields in the order of their declaration.
fn object<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Meta, D::Error> {
    struct Object;

    impl<'de> Visitor<'de> for Object {
        type Value = Meta;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_unit<E>(self) -> Result<Meta, E> {
            Ok(Meta::default())
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Meta, A::Error> {
            Meta::deserialize(MapAccessDeserializer::new(map))
        }
    }

    deserializer.deserialize_any(Object)
}

impl Event {
    /// Reads an event; 400 says what is wrong with it.
    pub(crate) fn parse(body: &[u8]) -> Result<Self> {
        if body.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
            return Err(Problem::bad_request("The body must be a JSON object."));
        }
        // Half an emoji is rare, and the parser stumbles over it: so it is looked for only then.
        serde_json::from_slice(body)
            .or_else(|error| match surrogates::replace_lone(body) {
                Some(repaired) => serde_json::from_slice(&repaired),
                None => Err(error),
            })
            .map_err(|error| Problem::bad_request(format!("The event cannot be read: {error}.")))
    }

    /// The message that this event brings.
    pub(crate) fn into_incoming(self) -> Result<Incoming> {
        let source_id = source_id(self.message_id, "message_id")?
            .ok_or_else(|| Problem::bad_request("message_id is missing."))?;
        let meta = self.meta;
        let word = self.message_type.unwrap_or_default();
        let kind = MessageType::from_source(&word).unwrap_or(
            // A word nobody knows is never stored: what has a symbol and a target is a reaction, all else text.
            match (&meta.reaction, &meta.target_message_id) {
                (Some(_), Some(_)) => MessageType::Emoji,
                _ => MessageType::Text,
            },
        );
        let sent_at = match kind {
            // It is that of the message reacted to, and says nothing of the reaction, be it right or wrong.
            MessageType::Emoji => None,
            _ => self.timestamp.as_deref().map_or(Ok(None), timestamp)?,
        };
        let mut sender = Sender {
            central_id: central_id(self.centralauth_id),
            sender_id: sender_id(self.sender_id)?,
            screen_name: ScreenName::new(&self.screen_name.unwrap_or_default()),
        };
        let mut incoming = Incoming {
            source_id,
            kind,
            text: String::new(),
            sender: sender.clone(),
            sent_at,
            reaction: None,
            reactors: Vec::new(),
            user_language: self
                .user_language
                .as_ref()
                .and_then(Value::as_str)
                .and_then(|tag| tag.parse().ok()),
            profile_img: self.profile_img.as_ref().and_then(Value::as_str).and_then(picture),
        };
        if kind == MessageType::Emoji {
            // The event's own id, text and sender id are those of the message reacted to.
            sender.sender_id = None;
            let symbol = symbol(meta.reaction)?;
            incoming.reactors = reactors(meta.reactions.as_ref(), &symbol);
            incoming.text = symbol;
            incoming.sender = sender;
            incoming.reaction = Some(Reaction {
                target: source_id_or(meta.target_message_id, &incoming.source_id)?,
                action: action(meta.action.as_deref())?,
            });
        } else {
            let message = self.message.ok_or_else(|| Problem::bad_request("message is missing."))?;
            incoming.text = clean(&message).into_owned();
        }
        Ok(incoming)
    }
}

fn source_id(id: Option<Id>, field: &str) -> Result<Option<SourceId>> {
    match id {
        None => Ok(None),
        Some(Id::Number(number)) => Ok(Some(SourceId::from(number))),
        Some(Id::Text(text)) => {
            text.parse().map(Some).map_err(|error| Problem::bad_request(format!("{field}: {error}.")))
        }
    }
}

fn source_id_or(id: Option<Id>, default: &SourceId) -> Result<SourceId> {
    Ok(source_id(id, "meta.target_message_id")?.unwrap_or_else(|| default.clone()))
}

/// The global user id; a user name in its place (older senders) is no id, and nor is 0, an account that is
/// not attached.
fn central_id(id: Option<Id>) -> Option<CentralId> {
    match id? {
        Id::Number(number) => CentralId::try_from(number).ok(),
        Id::Text(text) => text.parse().ok(),
    }
}

fn sender_id(id: Option<String>) -> Result<Option<SenderId>> {
    id.filter(|id| !id.is_empty())
        .map(|id| id.parse())
        .transpose()
        .map_err(|error| Problem::bad_request(format!("sender_id: {error}.")))
}

/// ISO 8601 with an offset; without one, UTC is meant.
fn timestamp(text: &str) -> Result<Option<Millis>> {
    if text.is_empty() {
        return Ok(None);
    }
    if let Ok(at) = text.parse::<jiff::Timestamp>() {
        return Ok(Some(at.as_millisecond()));
    }
    let local = text.parse::<jiff::civil::DateTime>().ok();
    let at = local.and_then(|local| local.to_zoned(jiff::tz::TimeZone::UTC).ok());
    at.map(|at| Some(at.timestamp().as_millisecond())).ok_or_else(|| {
        Problem::bad_request("timestamp must be ISO 8601, as 2026-07-21T10:05:00.123456+00:00.")
    })
}

fn symbol(reaction: Option<String>) -> Result<String> {
    let symbol = reaction.map(|symbol| clean(symbol.trim()).into_owned()).unwrap_or_default();
    if symbol.is_empty() || symbol.len() > MAX_SYMBOL {
        return Err(Problem::bad_request(format!(
            "meta.reaction must be the reaction's symbol, at most {MAX_SYMBOL} bytes."
        )));
    }
    Ok(symbol)
}

fn action(word: Option<&str>) -> Result<ReactionAction> {
    word.map_or(Ok(ReactionAction::Add), str::parse)
        .map_err(|_| Problem::bad_request("meta.action must be add or remove."))
}

/// Everybody who reacted with this symbol, as far as the event says so.
fn reactors(reactions: Option<&Value>, symbol: &str) -> Vec<String> {
    let list = reactions.and_then(|map| map.get(symbol)).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn picture(url: &str) -> Option<String> {
    let web = url.starts_with("https://") || url.starts_with("http://");
    (web && url.len() <= MAX_PICTURE && clean(url) == url).then(|| url.to_owned())
}

/// What [`inject`](crate::inject) makes of a few words.
impl Event {
    /// A text event of `message` from `screen_name`.
    pub(crate) fn text(source_id: String, screen_name: Option<String>, message: String) -> Self {
        Self {
            message_id: Some(Id::Text(source_id)),
            screen_name,
            message: Some(message),
            message_type: Some(MessageType::Text.as_str().to_owned()),
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn incoming(body: &str) -> Result<Incoming> {
        Event::parse(body.as_bytes())?.into_incoming()
    }

    fn fixture(name: &str) -> Incoming {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/eventyay");
        incoming(&std::fs::read_to_string(format!("{folder}/{name}.json")).unwrap()).unwrap()
    }

    #[test]
    fn a_text_is_taken_as_it_came() {
        let text = fixture("text");
        assert_eq!((text.kind, text.text.as_str()), (MessageType::Text, "Hello 👋"));
        assert_eq!(text.sender.central_id.map(CentralId::get), Some(24906));
        assert_eq!(text.sent_at, Some(1_784_628_300_123));
        assert_eq!(text.user_language.unwrap().as_str(), "en");
    }

    #[test]
    fn older_senders_are_understood() {
        assert_eq!(fixture("central-id-as-string").sender.central_id.map(CentralId::get), Some(24906));
        assert_eq!(fixture("central-id-is-a-name").sender.central_id, None);
        assert_eq!(fixture("native-event-name").kind, MessageType::Text);
        assert_eq!(fixture("uuid-message-id").source_id.as_str(), "9b2d7f5e-1111-4222-8333-444455556666");
        assert_eq!(fixture("control-characters").text, "bell null vertical tab");
    }

    #[test]
    fn a_reaction_is_its_symbol_from_its_reactor() {
        let reaction = fixture("reaction-add");
        assert_eq!((reaction.kind, reaction.text.as_str()), (MessageType::Emoji, "👍"));
        assert_eq!(reaction.sender.screen_name.as_str(), "Bob");
        assert_eq!(reaction.sender.sender_id, None);
        assert_eq!(reaction.reactors, ["b0b00000-0000-4000-8000-000000000001"]);
        let target = reaction.reaction.unwrap();
        assert_eq!((target.target.as_str(), target.action), ("4711", ReactionAction::Add));
        assert_eq!(fixture("reaction-remove").reaction.unwrap().action, ReactionAction::Remove);
    }

    #[test]
    fn a_reaction_has_no_time_of_its_own() {
        let meta = r#""meta":{"reaction":"👍","target_message_id":1}"#;
        for timestamp in [
            "",
            r#""timestamp":"soon","#,
            r#""timestamp":"2019-01-01T00:00:00+00:00","#,
            r#""timestamp":null,"#,
        ] {
            let body = format!(r#"{{"message_id":1,{timestamp}"message_type":"reaction",{meta}}}"#);
            assert_eq!(incoming(&body).unwrap().sent_at, None, "{body}");
        }
        let body = format!(r#"{{"message_id":1,"timestamp":5,"message_type":"reaction",{meta}}}"#);
        assert!(incoming(&body).is_err(), "a field of the wrong type is refused whatever it is for");
    }

    #[test]
    fn an_unknown_type_is_never_kept() {
        let text = incoming(r#"{"message_id":1,"message":"x","message_type":"poll"}"#).unwrap();
        assert_eq!(text.kind, MessageType::Text);
        let meta = r#"{"reaction":"👍","target_message_id":1}"#;
        let body = format!(r#"{{"message_id":1,"message":"x","message_type":"like","meta":{meta}}}"#);
        assert_eq!(incoming(&body).unwrap().kind, MessageType::Emoji);
    }

    #[test]
    fn half_an_emoji_is_no_reason_to_lose_a_message() {
        let body = r#"{"message_id":1,"message":"hi \ud83d","screen_name":"\udc4b"}"#;
        assert_eq!(incoming(body).unwrap().text, "hi \u{fffd}");
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        for (body, words) in [
            ("[]", "JSON object"),
            ("", "JSON object"),
            ("{", "cannot be read"),
            (r#"{"message":"x"}"#, "message_id is missing"),
            (r#"{"message_id":1}"#, "message is missing"),
            (r#"{"message_id":1.5,"message":"x"}"#, "whole number or text"),
            (r#"{"message_id":true,"message":"x"}"#, "whole number or text"),
            (r#"{"message_id":1,"message":7}"#, "cannot be read"),
            (r#"{"message_id":1,"message":"x","timestamp":"soon"}"#, "ISO 8601"),
            (r#"{"message_id":1,"message":"x","meta":"no"}"#, "cannot be read"),
            (r#"{"message_id":1,"message":"x","meta":["add","👍",1,{}]}"#, "cannot be read"),
            (r#"{"message_id":1,"message":"x","message_type":"emoji"}"#, "meta.reaction"),
        ] {
            let problem = incoming(body).unwrap_err();
            assert!(problem.detail().contains(words), "{body}: {}", problem.detail());
        }
    }

    #[test]
    fn times_have_an_offset_or_mean_utc() {
        let at = |text: &str| timestamp(text).unwrap();
        assert_eq!(at("2026-07-21T10:05:00.123456+00:00"), Some(1_784_628_300_123));
        assert_eq!(at("2026-07-21T12:05:00.123+02:00"), Some(1_784_628_300_123));
        assert_eq!(at("2026-07-21T10:05:00.123456"), Some(1_784_628_300_123));
        assert_eq!(at(""), None);
    }

    #[test]
    fn only_a_picture_s_web_address_is_kept() {
        assert_eq!(picture("https://x.example/a.png").as_deref(), Some("https://x.example/a.png"));
        assert_eq!(picture("javascript:alert(1)"), None);
        assert_eq!(picture(&format!("https://x.example/{}", "a".repeat(MAX_PICTURE))), None);
    }
}
