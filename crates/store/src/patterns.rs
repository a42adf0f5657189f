//! Texts that are dropped: whatever is similar to one of a channel's patterns.

use platform::{
    clock::Millis,
    database::{Answers, Database, DatabaseError, Rows, Statement, Value},
};

use crate::{
    audit::{self, Action, Change},
    channels::ChannelKey,
    lists::Note,
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
    /// Why, where somebody said so.
    pub reason: String,
    /// From then on it matches nothing; `None` where it has no end.
    pub expires_at: Option<Millis>,
    /// How many messages it has matched.
    pub hits: i64,
}

queries! { "patterns";
    LIST: Page = "SELECT id, pattern, added_by_name, added_at, reason, expires_at, hits FROM patterns WHERE channel_id = ? ORDER BY id DESC";
    INSERT: Rows = "INSERT INTO patterns (channel_id, pattern, message_id, added_by_id, added_by_name, added_at, reason, \
        expires_at) SELECT ?, ?, ?, ?, ?, ?, ?, ? FROM site_state WHERE site_state.id = 1 AND NOT EXISTS \
        (SELECT 1 FROM patterns p WHERE p.channel_id = ? AND p.pattern = ?)";
    REMOVE_ENDED: Rows = "DELETE FROM patterns WHERE channel_id = ? AND pattern = ? AND expires_at <= ?";
    EXTEND: Rows = "UPDATE patterns SET expires_at = ?, reason = ? WHERE channel_id = ? AND pattern = ? \
        AND expires_at IS NOT NULL AND (? IS NULL OR expires_at < ?)";
    WRITE_REMOVED: Rows = "INSERT INTO audit (channel_id, changed_at, by_id, by_name, action, about, detail) \
        SELECT p.channel_id, ?, ?, ?, 'remove-entry', p.id, 'pattern' FROM patterns p \
        WHERE p.id = ? AND p.channel_id = ?";
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
                reason: row.take_text(4)?,
                expires_at: row.optional_integer(5)?,
                hits: row.integer(6)?,
            })
        })
        .collect()
}

/// A channel's patterns, newest first.
pub async fn list<D: Database>(database: &D, channel: ChannelKey) -> Result<Vec<Entry>, DatabaseError> {
    entries(Answers::from(database.read(vec![all_statement(channel)]).await?).next_rows()?)
}

/// The statements that add a pattern, or give the one that is there a later end; the last one says whether it is new.
pub(crate) fn insertion(
    channel: ChannelKey,
    (pattern, message): (&str, Option<i64>),
    note: &Note,
    Change { by, now }: Change<'_>,
) -> [Statement; 3] {
    let reason = at_most(&note.reason, 500);
    let ends: Value = note.expires_at.into();
    let extend = [ends.clone(), reason.clone(), channel.into(), pattern.into(), ends.clone(), ends.clone()];
    let insert = INSERT.with([
        channel.into(),
        pattern.into(),
        message.into(),
        by.central_id.into(),
        at_most(&by.username, 255),
        now.into(),
        reason,
        ends,
        channel.into(),
        pattern.into(),
    ]);
    [REMOVE_ENDED.with([channel.into(), pattern.into(), now.into()]), EXTEND.with(extend), insert]
}

/// Removes a pattern; answers whether it was there.
pub async fn remove<D: Database>(
    database: &D,
    channel: ChannelKey,
    id: i64,
    change: Change<'_>,
) -> Result<bool, DatabaseError> {
    let write = WRITE_REMOVED.with([
        change.now.into(),
        change.by.central_id.into(),
        at_most(&change.by.username, 255),
        id.into(),
        channel.into(),
    ]);
    let removal = REMOVE.with([id.into(), channel.into()]);
    let counts = database.write(settings_batch(channel, [write, removal])).await?;
    Ok(affected(&counts, 2)? > 0)
}

/// Adds many patterns at once, all or none; answers how many of them are new.
pub async fn import<D: Database>(
    database: &D,
    channel: ChannelKey,
    entries: &[(String, Note)],
    change: Change<'_>,
) -> Result<u64, DatabaseError> {
    let mut statements = Vec::with_capacity(3 * entries.len() + 1);
    for (pattern, note) in entries {
        statements.extend(insertion(channel, (pattern, None), note, change));
    }
    let detail = format!("{} entries of pattern", entries.len());
    statements.push(audit::entry(channel, change, Action::ImportEntries, "", &detail));
    let counts = database.write(settings_batch(channel, statements)).await?;
    (0..entries.len()).map(|entry| affected(&counts, 3 * entry + 3)).sum()
}
