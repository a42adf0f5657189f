//! The immutable log of decisions, newest first.

use moderation::{MessageType, Status};
use platform::{
    clock::Millis,
    database::{Answers, Database, DatabaseError},
};

use crate::{channels::ChannelKey, statements::inconsistent};

/// One decision that took effect, or was taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number; later ones are larger.
    pub id: i64,
    /// When.
    pub decided_at: Millis,
    /// What was done: `approve`, `highlight`, `reject`, `reject-similar`, `ban`, `allow`, `block-similar`, `undo`.
    pub action: String,
    /// Where the message stood after it.
    pub status: Status,
    /// Who did it.
    pub moderator: String,
    /// The message.
    pub message_id: i64,
    /// Who sent the message; may be empty.
    pub screen_name: String,
    /// The sender's number, where they have no name.
    pub unnamed_number: Option<i64>,
    /// What the message says.
    pub message: String,
    /// What kind it is.
    pub kind: MessageType,
    /// When the message arrived.
    pub arrived_at: Millis,
}

impl Entry {
    /// The decision in the log's words: `highlighted`, `approved`, `rejected`, or `undone`.
    #[must_use]
    pub fn decision(&self) -> &'static str {
        if self.action == "undo" { "undone" } else { self.status.as_str() }
    }
}

/// Which entries are asked for.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only entries older than this one.
    pub before: Option<i64>,
    /// Only decisions that left a message here.
    pub status: Option<Status>,
    /// Only (`true`) or no (`false`) taking back.
    pub undone: Option<bool>,
    /// Only this moderator's.
    pub moderator: Option<String>,
}

queries! { "log";
    PAGE: Page = "SELECT d.id, d.decided_at, d.action, d.status, d.moderator_name, d.message_id, m.screen_name, \
        m.unnamed_number, m.message, m.kind, m.arrived_at FROM decisions d JOIN messages m ON m.id = d.message_id \
        WHERE d.channel_id = ? AND d.revision <= COALESCE((SELECT b.revision FROM decisions b WHERE b.id = ? \
        AND b.channel_id = ?), 9223372036854775807) AND d.id < ? AND (? IS NULL OR d.status = ?) \
        AND (? IS NULL OR (d.action = 'undo') = ?) AND (? IS NULL OR d.moderator_name = ?) \
        ORDER BY d.revision DESC, d.id DESC LIMIT ?";
}

/// At most `limit` entries, newest first.
pub async fn page<D: Database>(
    database: &D,
    channel: ChannelKey,
    filter: &Filter,
    limit: usize,
) -> Result<Vec<Entry>, DatabaseError> {
    let before = filter.before.unwrap_or(i64::MAX);
    let status = filter.status.map(Status::rank);
    let statement = PAGE.with([
        channel.into(),
        before.into(),
        channel.into(),
        before.into(),
        status.into(),
        status.into(),
        filter.undone.into(),
        filter.undone.into(),
        filter.moderator.as_deref().into(),
        filter.moderator.as_deref().into(),
        i64::try_from(limit).unwrap_or(i64::MAX).into(),
    ]);
    let rows = Answers::from(database.read(vec![statement]).await?).next_rows()?;
    rows.into_iter()
        .map(|mut row| {
            Ok(Entry {
                id: row.integer(0)?,
                decided_at: row.integer(1)?,
                action: row.take_text(2)?,
                status: Status::from_rank(row.integer(3)?)
                    .ok_or_else(|| inconsistent("a decision's status"))?,
                moderator: row.take_text(4)?,
                message_id: row.integer(5)?,
                screen_name: row.take_text(6)?,
                unnamed_number: row.optional_integer(7)?,
                message: row.take_text(8)?,
                kind: MessageType::from_code(row.integer(9)?)
                    .ok_or_else(|| inconsistent("a message's kind"))?,
                arrived_at: row.integer(10)?,
            })
        })
        .collect()
}
