//! Messages as intake would store them, out of the same events that the load generator sends.

use anyhow::{Context as _, Result};
use moderation::{
    CentralId, Incoming, MessageType, Reaction, ReactionAction, ScreenName, Sender, SourceId, clean,
};
use serde::Deserialize;
use serde_json::Value;

/// One spammer's text; long enough that two changes leave it similar.
pub(super) const SPAM: &str = "FREE tokens for everybody at stream-tokens.example, only today";

#[derive(Debug, Deserialize)]
struct Event {
    message_id: i64,
    screen_name: String,
    sender_id: Option<String>,
    centralauth_id: Option<i64>,
    message: String,
    message_type: String,
    profile_img: Option<String>,
    user_language: Option<String>,
    meta: Meta,
}

#[derive(Debug, Deserialize)]
struct Meta {
    reaction: Option<String>,
    target_message_id: Option<i64>,
    reactions: Option<Value>,
}

/// A message to be stored.
#[derive(Debug)]
pub(super) struct Message {
    pub(super) incoming: Incoming,
    /// Of a reaction, the seen key of its message.
    pub(super) target_key: Option<String>,
    pub(super) language: String,
}

/// Reads an event; `None` for one with half an emoji, which only the product knows how to mend.
pub(super) fn read(body: &[u8]) -> Result<Option<Message>> {
    let Ok(event) = serde_json::from_slice::<Event>(body) else { return Ok(None) };
    let kind = MessageType::from_source(&event.message_type).context("an event of an unknown type")?;
    let reaction = kind == MessageType::Emoji;
    let sender = Sender {
        central_id: event.centralauth_id.and_then(|id| CentralId::try_from(id).ok()),
        sender_id: event.sender_id.filter(|_| !reaction).and_then(|id| id.parse().ok()),
        screen_name: ScreenName::new(&event.screen_name),
    };
    let target = event.meta.target_message_id.filter(|_| reaction).map(SourceId::from);
    let symbol = event.meta.reaction.unwrap_or_default();
    let reactors = event.meta.reactions.as_ref().and_then(|all| all.get(&symbol)).and_then(Value::as_array);
    let reactors = reactors.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
    let text = if reaction { symbol } else { clean(&event.message).into_owned() };
    Ok(Some(Message {
        target_key: target.as_ref().map(|target| format!("m:{target}")),
        language: event.user_language.unwrap_or_else(|| "en".to_owned()),
        incoming: Incoming {
            source_id: SourceId::from(event.message_id),
            kind,
            text,
            sender,
            sent_at: None,
            reaction: target.map(|target| Reaction { target, action: ReactionAction::Add }),
            reactors,
            user_language: None,
            profile_img: event.profile_img,
        },
    }))
}

/// The spammer's text for the message at `place` among `similar`: the first is unchanged, each other one is a
/// single change away from it.
pub(super) fn spam(place: usize) -> String {
    let mut text: Vec<char> = SPAM.chars().collect();
    if place > 0 {
        let letter = char::from(b'a' + u8::try_from(place / text.len() % 26).unwrap_or(0));
        let position = place % text.len();
        text[position] = letter;
    }
    text.into_iter().collect()
}
