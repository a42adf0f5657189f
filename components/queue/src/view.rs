//! What the queue's answers look like.

use std::collections::BTreeMap;

use moderation::{CentralId, MessageType, SenderId, anonymous_name};
use platform::clock::rfc3339;
use serde::Serialize;
use store::queue::{Delta, Queued};

/// A queued message.
#[derive(Debug, Serialize)]
pub(crate) struct MessageView {
    id: i64,
    screen_name: String,
    message: String,
    message_type: &'static str,
    arrived_at: String,
    detected_language: Option<String>,
    profile_img: Option<String>,
    sender_id: Option<String>,
    centralauth_id: Option<i64>,
    revision: i64,
    /// For a reaction, the text that it is about.
    target_message: Option<String>,
}

impl MessageView {
    pub(crate) fn new(queued: Queued, anonymous_label: &str) -> Self {
        let sender = queued.sender;
        Self {
            id: queued.id,
            screen_name: queued
                .unnamed_number
                .map_or_else(|| sender.screen_name.to_string(), |n| anonymous_name(anonymous_label, n)),
            message: queued.message,
            message_type: MessageType::as_str(queued.kind),
            arrived_at: rfc3339(queued.arrived_at),
            detected_language: queued.language,
            profile_img: queued.profile_img,
            sender_id: sender.sender_id.as_ref().map(SenderId::to_string),
            centralauth_id: sender.central_id.map(CentralId::get),
            revision: queued.revision,
            target_message: queued.target_message,
        }
    }
}

/// How many messages stand at each decision.
#[derive(Debug, Serialize)]
pub(crate) struct Stats {
    highlighted: i64,
    approved: i64,
    rejected: i64,
}

impl From<[i64; 3]> for Stats {
    fn from([highlighted, approved, rejected]: [i64; 3]) -> Self {
        Self { highlighted, approved, rejected }
    }
}

/// Somebody who is here.
#[derive(Debug, Serialize)]
struct ModeratorView {
    username: String,
    focus: Option<i64>,
}

/// What changed, or the newest page.
#[derive(Debug, Serialize)]
pub(crate) struct DeltaView {
    revision: i64,
    reset: bool,
    messages: Vec<MessageView>,
    gone: Vec<i64>,
    queued: i64,
    stats: Stats,
    drops: BTreeMap<String, i64>,
    moderators: Vec<ModeratorView>,
}

impl DeltaView {
    pub(crate) fn new(delta: Delta, anonymous_label: &str) -> Self {
        let moderator = |present: store::presence::Present| ModeratorView {
            username: present.person.username,
            focus: present.focus,
        };
        Self {
            revision: delta.revision,
            reset: delta.reset,
            messages: delta
                .messages
                .into_iter()
                .map(|queued| MessageView::new(queued, anonymous_label))
                .collect(),
            gone: delta.gone,
            queued: delta.queued,
            stats: delta.stats.into(),
            drops: delta.drops.into_iter().collect(),
            moderators: delta.moderators.into_iter().map(moderator).collect(),
        }
    }
}
