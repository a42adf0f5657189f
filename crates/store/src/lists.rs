//! Ban and trust entries, of a channel or (bans) of the whole site.

use moderation::{CentralId, ScreenName, Sender, SenderId};
use platform::{
    clock::Millis,
    database::{Answers, Batch, Database, DatabaseError, Query, Rows, Statement},
};

use crate::{
    channels::ChannelKey,
    members::Person,
    statements::{affected, at_most, inconsistent, settings_batch},
};

/// Which list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    /// Whose messages are dropped.
    Ban,
    /// Whose messages need no moderator.
    Trust,
}

impl List {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Ban => "ban",
            Self::Trust => "trust",
        }
    }
}

/// One entry.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its number.
    pub id: i64,
    /// Whom it is about.
    pub sender: Sender,
    /// Who added it.
    pub added_by: String,
    /// When.
    pub added_at: Millis,
}

queries! { "lists";
    LIST: Page = "SELECT id, screen_name, sender_id, central_id, added_by_name, added_at FROM sender_entries \
        WHERE channel_id = ? AND list = ? ORDER BY id DESC";
    FIND: Rows = "SELECT id, added_by_id, added_at FROM sender_entries \
        WHERE channel_id = ? AND list = ? AND entry_key = ?";
    INSERT: Rows = "INSERT INTO sender_entries (channel_id, list, entry_key, screen_name, sender_id, central_id, \
        added_by_id, added_by_name, added_at) SELECT ?, ?, ?, ?, ?, ?, ?, ?, ? FROM site_state \
        WHERE site_state.id = 1 AND NOT EXISTS \
        (SELECT 1 FROM sender_entries e WHERE e.channel_id = ? AND e.list = ? AND e.entry_key = ?)";
    REMOVE: Rows = "DELETE FROM sender_entries WHERE id = ? AND channel_id = ? AND list = ?";
    BUMP_GLOBAL: Rows = "UPDATE site_state SET global_revision = global_revision + 1 WHERE id = 1";
}

pub(crate) fn all_statement(channel: ChannelKey, list: List) -> Statement {
    LIST.with([channel.into(), list.as_str().into()])
}

pub(crate) fn entries(rows: Rows) -> Result<Vec<Entry>, DatabaseError> {
    rows.into_iter()
        .map(|mut row| {
            let sender_id = row.optional_text(2)?.map(str::parse::<SenderId>).transpose();
            let central_id = row.optional_integer(3)?.map(CentralId::try_from).transpose();
            Ok(Entry {
                id: row.integer(0)?,
                sender: Sender {
                    central_id: central_id.map_err(|_| inconsistent("an entry's central id"))?,
                    sender_id: sender_id.map_err(|_| inconsistent("an entry's sender id"))?,
                    screen_name: ScreenName::new(row.text(1)?),
                },
                added_by: row.take_text(4)?,
                added_at: row.integer(5)?,
            })
        })
        .collect()
}

/// A channel's list, newest first.
pub async fn list<D: Database>(
    database: &D,
    channel: ChannelKey,
    list: List,
) -> Result<Vec<Entry>, DatabaseError> {
    entries(Answers::from(database.read(vec![all_statement(channel, list)]).await?).next_rows()?)
}

/// The global ban list, newest first.
pub async fn global_bans<D: Database>(database: &D) -> Result<Vec<Entry>, DatabaseError> {
    list(database, ChannelKey(0), List::Ban).await
}

/// The statement that adds an entry unless the same is there; `key` is the sender's strongest identifier.
pub(crate) fn insertion(
    channel: ChannelKey,
    list: List,
    sender: &Sender,
    key: &str,
    by: &Person,
    now: Millis,
) -> Statement {
    INSERT.with([
        channel.into(),
        list.as_str().into(),
        key.into(),
        sender.screen_name.as_str().into(),
        sender.sender_id.as_ref().map(SenderId::as_str).into(),
        sender.central_id.map(CentralId::get).into(),
        by.central_id.into(),
        at_most(&by.username, 255),
        now.into(),
        channel.into(),
        list.as_str().into(),
        key.into(),
    ])
}

/// The number of the entry for this strongest identifier, if this person made it at this time: what `insertion`
/// did, rather than somebody before.
pub(crate) async fn made<D: Database>(
    database: &D,
    channel: ChannelKey,
    list: List,
    key: &str,
    by: &Person,
    at: Millis,
) -> Result<Option<i64>, DatabaseError> {
    let statement = FIND.with([channel.into(), list.as_str().into(), key.into()]);
    let Some(row) = Answers::from(database.read(vec![statement]).await?).next_row()? else { return Ok(None) };
    let is_theirs = row.integer(1)? == by.central_id && row.integer(2)? == at;
    Ok(if is_theirs { Some(row.integer(0)?) } else { None })
}

/// Removes an entry; answers whether it was there.
pub async fn remove<D: Database>(
    database: &D,
    channel: ChannelKey,
    list: List,
    id: i64,
) -> Result<bool, DatabaseError> {
    let statement = REMOVE.with([id.into(), channel.into(), list.as_str().into()]);
    let counts = database.write(settings_batch(channel, [statement])).await?;
    Ok(affected(&counts, 1)? > 0)
}

/// Bans somebody everywhere; answers whether they were not yet.
pub async fn ban_globally<D: Database>(
    database: &D,
    sender: &Sender,
    key: &str,
    by: &Person,
    now: Millis,
) -> Result<bool, DatabaseError> {
    let insert = insertion(ChannelKey(0), List::Ban, sender, key, by, now);
    change_global(database, insert).await
}

/// Removes a global ban; answers whether it was there.
pub async fn remove_global_ban<D: Database>(database: &D, id: i64) -> Result<bool, DatabaseError> {
    change_global(database, REMOVE.with([id.into(), ChannelKey(0).into(), List::Ban.as_str().into()])).await
}

async fn change_global<D: Database>(database: &D, statement: Statement) -> Result<bool, DatabaseError> {
    let bump: &'static Query = &BUMP_GLOBAL;
    let counts = database.write(Batch::of(vec![bump.with([]), statement])).await?;
    Ok(affected(&counts, 1)? > 0)
}
