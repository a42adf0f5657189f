//! Ban and trust entries, of a channel or (bans) of the whole site.

use moderation::{CentralId, ScreenName, Sender, SenderId};
use platform::{
    clock::Millis,
    database::{Answers, Batch, Database, DatabaseError, Rows, Statement, Value},
};

use crate::{
    audit::{self, Action, Change},
    channels::ChannelKey,
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
    /// The word that is stored and told.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
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
    /// Why, where somebody said so.
    pub reason: String,
    /// From then on it matches nothing; `None` where it has no end.
    pub expires_at: Option<Millis>,
    /// How many messages it has matched.
    pub hits: i64,
}

/// What is said of a new entry besides whom or what it is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Note {
    /// Why it is there, at most 500 characters; may be empty.
    pub reason: String,
    /// When it ends, if it does.
    pub expires_at: Option<Millis>,
}

/// The longest time that an entry may be given, in minutes: a year.
pub const LONGEST_MINUTES: i64 = 366 * 24 * 60;

/// What cannot be said of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidNote {
    /// The reason is too long, or holds control characters.
    #[error("reason must be at most 500 characters without control characters")]
    Reason,
    /// It would end in the past, or never.
    #[error("minutes must be from 1 to {LONGEST_MINUTES}, or left out where there is no end")]
    Minutes,
}

impl Note {
    /// A note with this reason, that ends so many minutes after `now`, if it ends.
    pub fn new(reason: &str, minutes: Option<i64>, now: Millis) -> Result<Self, InvalidNote> {
        let reason = reason.trim();
        if reason.chars().count() > 500 || moderation::clean(reason) != reason {
            return Err(InvalidNote::Reason);
        }
        if minutes.is_some_and(|minutes| !(1..=LONGEST_MINUTES).contains(&minutes)) {
            return Err(InvalidNote::Minutes);
        }
        Ok(Self { reason: reason.to_owned(), expires_at: minutes.map(|minutes| now + minutes * 60_000) })
    }
}

queries! { "lists";
    LIST: Page = "SELECT id, screen_name, sender_id, central_id, added_by_name, added_at, reason, \
        expires_at, hits FROM sender_entries \
        WHERE channel_id = ? AND list = ? ORDER BY id DESC";
    FIND: Rows = "SELECT id, added_by_id, added_at FROM sender_entries \
        WHERE channel_id = ? AND list = ? AND entry_key = ?";
    INSERT: Rows = "INSERT INTO sender_entries (channel_id, list, entry_key, screen_name, sender_id, central_id, \
        added_by_id, added_by_name, added_at, reason, expires_at) \
        SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM site_state \
        WHERE site_state.id = 1 AND NOT EXISTS \
        (SELECT 1 FROM sender_entries e WHERE e.channel_id = ? AND e.list = ? AND e.entry_key = ?)";
    // One that has ended is no hindrance for a new one, and a longer one takes the place of a shorter one.
    REMOVE_ENDED: Rows = "DELETE FROM sender_entries WHERE channel_id = ? AND list = ? AND entry_key = ? \
        AND expires_at <= ?";
    EXTEND: Rows = "UPDATE sender_entries SET expires_at = ?, reason = ? WHERE channel_id = ? AND list = ? \
        AND entry_key = ? AND expires_at IS NOT NULL AND (? IS NULL OR expires_at < ?)";
    // By its number: a sender may ask to be forgotten, and the trail stays.
    WRITE_REMOVED: Rows = "INSERT INTO audit (channel_id, changed_at, by_id, by_name, action, about, detail) \
        SELECT e.channel_id, ?, ?, ?, 'remove-entry', e.id, e.list FROM sender_entries e \
        WHERE e.id = ? AND e.channel_id = ? AND e.list = ?";
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
                reason: row.take_text(6)?,
                expires_at: row.optional_integer(7)?,
                hits: row.integer(8)?,
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

/// The statements that add an entry, or give the one that is there a later end; the last one says whether it is new.
/// `key` is the sender's strongest identifier.
pub(crate) fn insertion(
    channel: ChannelKey,
    list: List,
    (sender, key): (&Sender, &str),
    note: &Note,
    Change { by, now }: Change<'_>,
) -> [Statement; 3] {
    let reason = at_most(&note.reason, 500);
    let ends: Value = note.expires_at.into();
    let place = || [channel.into(), list.as_str().into(), key.into()];
    let [of_channel, of_list, of_key] = place();
    let extend = [ends.clone(), reason.clone(), of_channel, of_list, of_key, ends.clone(), ends.clone()];
    let [of_channel, of_list, of_key] = place();
    let insert = INSERT.with([
        channel.into(),
        list.as_str().into(),
        key.into(),
        sender.screen_name.as_str().into(),
        sender.sender_id.as_ref().map(SenderId::as_str).into(),
        sender.central_id.map(CentralId::get).into(),
        by.central_id.into(),
        at_most(&by.username, 255),
        now.into(),
        reason,
        ends,
        of_channel,
        of_list,
        of_key,
    ]);
    let [of_channel, of_list, of_key] = place();
    [REMOVE_ENDED.with([of_channel, of_list, of_key, now.into()]), EXTEND.with(extend), insert]
}

/// The number of the entry for this strongest identifier that `insertion` has just made, unless it is gone already.
pub(crate) async fn made<D: Database>(
    database: &D,
    channel: ChannelKey,
    list: List,
    key: &str,
    Change { by, now }: Change<'_>,
) -> Result<Option<i64>, DatabaseError> {
    let statement = FIND.with([channel.into(), list.as_str().into(), key.into()]);
    let Some(row) = Answers::from(database.read(vec![statement]).await?).next_row()? else { return Ok(None) };
    let is_theirs = row.integer(1)? == by.central_id && row.integer(2)? == now;
    Ok(if is_theirs { Some(row.integer(0)?) } else { None })
}

/// Removes an entry; answers whether it was there.
pub async fn remove<D: Database>(
    database: &D,
    channel: ChannelKey,
    list: List,
    id: i64,
    change: Change<'_>,
) -> Result<bool, DatabaseError> {
    let write = WRITE_REMOVED.with([
        change.now.into(),
        change.by.central_id.into(),
        at_most(&change.by.username, 255),
        id.into(),
        channel.into(),
        list.as_str().into(),
    ]);
    let removal = REMOVE.with([id.into(), channel.into(), list.as_str().into()]);
    let counts = database.write(listed(channel, vec![write, removal])).await?;
    Ok(affected(&counts, 2)? > 0)
}

/// Bans somebody everywhere; answers whether they were not yet.
pub async fn ban_globally<D: Database>(
    database: &D,
    sender: &Sender,
    key: &str,
    note: &Note,
    change: Change<'_>,
) -> Result<bool, DatabaseError> {
    let mut statements = insertion(audit::SITE, List::Ban, (sender, key), note, change).to_vec();
    statements.push(audit::entry(audit::SITE, change, Action::AddEntry, "", List::Ban.as_str()));
    let counts = database.write(listed(audit::SITE, statements)).await?;
    Ok(affected(&counts, 3)? > 0)
}

/// Puts many entries on a list at once, all or none; answers how many of them are new.
pub async fn import<D: Database>(
    database: &D,
    channel: ChannelKey,
    list: List,
    entries: &[(Sender, String, Note)],
    change: Change<'_>,
) -> Result<u64, DatabaseError> {
    let mut statements = Vec::with_capacity(3 * entries.len() + 1);
    for (sender, key, note) in entries {
        statements.extend(insertion(channel, list, (sender, key), note, change));
    }
    let detail = format!("{} entries of {}", entries.len(), list.as_str());
    statements.push(audit::entry(channel, change, Action::ImportEntries, "", &detail));
    let counts = database.write(listed(channel, statements)).await?;
    (0..entries.len()).map(|entry| affected(&counts, 3 * entry + 3)).sum()
}

/// A batch that changes a list, and begins by saying so: compiled rules are out of date after it.
pub(crate) fn listed(channel: ChannelKey, statements: Vec<Statement>) -> Batch {
    if channel == audit::SITE {
        Batch::of([vec![BUMP_GLOBAL.with([])], statements].concat())
    } else {
        settings_batch(channel, statements)
    }
}
