//! Texts that are dropped: whatever is similar to one of a channel's patterns.

use platform::{
    clock::Millis,
    database::{Answers, Database, DatabaseError, Rows, Statement},
};

use crate::{
    channels::ChannelKey,
    members::Person,
    statements::{affected, at_most, settings_batch},
};

/// One pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number.
    pub id: i64,
    /// The text as it came.
    pub pattern: String,
    /// Who added it.
    pub added_by: String,
    /// When.
    pub added_at: Millis,
}

queries! { "patterns";
    LIST: Page = "SELECT id, pattern, added_by_name, added_at FROM patterns WHERE channel_id = ? ORDER BY id DESC";
    INSERT: Rows = "INSERT INTO patterns (channel_id, pattern, message_id, added_by_id, added_by_name, added_at) \
        SELECT ?, ?, ?, ?, ?, ? FROM site_state WHERE site_state.id = 1 AND NOT EXISTS \
        (SELECT 1 FROM patterns p WHERE p.channel_id = ? AND p.pattern = ?)";
    REMOVE: Rows = "DELETE FROM patterns WHERE id = ? AND channel_id = ?";
}

pub(crate) fn all_statement(channel: ChannelKey) -> Statement {
    LIST.with([channel.into()])
}

pub(crate) fn entries(rows: Rows) -> Result<Vec<Entry>, DatabaseError> {
    rows.into_iter()
        .map(|mut row| {
            Ok(Entry {
                id: row.integer(0)?,
                pattern: row.take_text(1)?,
                added_by: row.take_text(2)?,
                added_at: row.integer(3)?,
            })
        })
        .collect()
}

/// A channel's patterns, newest first.
pub async fn list<D: Database>(database: &D, channel: ChannelKey) -> Result<Vec<Entry>, DatabaseError> {
    entries(Answers::from(database.read(vec![all_statement(channel)]).await?).next_rows()?)
}

/// The statement that adds a pattern unless the same text is there.
pub(crate) fn insertion(
    channel: ChannelKey,
    pattern: &str,
    message: i64,
    by: &Person,
    now: Millis,
) -> Statement {
    INSERT.with([
        channel.into(),
        pattern.into(),
        message.into(),
        by.central_id.into(),
        at_most(&by.username, 255),
        now.into(),
        channel.into(),
        pattern.into(),
    ])
}

/// Removes a pattern; answers whether it was there.
pub async fn remove<D: Database>(database: &D, channel: ChannelKey, id: i64) -> Result<bool, DatabaseError> {
    let statement = REMOVE.with([id.into(), channel.into()]);
    let counts = database.write(settings_batch(channel, [statement])).await?;
    Ok(affected(&counts, 1)? > 0)
}
