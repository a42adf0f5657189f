//! The trail of what admins changed: who, what, when. Each row commits with the change that it tells of.

use platform::{
    clock::Millis,
    database::{Answers, Database, DatabaseError, Statement},
};

use crate::{channels::ChannelKey, members::Person, statements::at_most};

/// The whole site, for changes that belong to no channel.
pub const SITE: ChannelKey = ChannelKey(0);

/// What was changed, in the trail's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// A channel was made.
    CreateChannel,
    /// Its settings were changed; the detail names which.
    EditSettings,
    /// It was archived.
    Archive,
    /// It was taken back into use.
    Unarchive,
    /// It was deleted, with all that it held.
    DeleteChannel,
    /// It has a new webhook secret.
    NewSecret,
    /// The webhook secret before is not taken any more.
    RevokeSecret,
    /// It has a new display token.
    NewToken,
    /// Somebody has a role; the detail names it.
    AddMember,
    /// Somebody has none any more; the detail names the one that they had.
    RemoveMember,
    /// An entry was put on a list; the detail names the list.
    AddEntry,
    /// An entry was taken from a list.
    RemoveEntry,
    /// A file of entries was put on a list.
    ImportEntries,
    /// What is older than some days is to be forgotten.
    Purge,
    /// A sender is to be forgotten. Without their name.
    Forget,
    /// The simulation was started or stopped.
    Simulation,
}

impl Action {
    /// The word that is stored and told.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CreateChannel => "create-channel",
            Self::EditSettings => "edit-settings",
            Self::Archive => "archive",
            Self::Unarchive => "unarchive",
            Self::DeleteChannel => "delete-channel",
            Self::NewSecret => "new-secret",
            Self::RevokeSecret => "revoke-secret",
            Self::NewToken => "new-token",
            Self::AddMember => "add-member",
            Self::RemoveMember => "remove-member",
            Self::AddEntry => "add-entry",
            Self::RemoveEntry => "remove-entry",
            Self::ImportEntries => "import-entries",
            Self::Purge => "purge",
            Self::Forget => "forget",
            Self::Simulation => "simulation",
        }
    }
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number; later ones are larger.
    pub id: i64,
    /// The channel's name in addresses; `None` for the whole site, or where the channel is gone.
    pub channel: Option<String>,
    /// When.
    pub changed_at: Millis,
    /// Who.
    pub by: String,
    /// Their global user id; 0 for the server itself.
    pub by_id: i64,
    /// What, as [`Action::as_str`] says it.
    pub action: String,
    /// Whom or what it is about.
    pub about: String,
    /// What became of it.
    pub detail: String,
}

macro_rules! select_entries {
    ($where:literal) => {
        concat!(
            "SELECT a.id, c.slug, a.changed_at, a.by_name, a.by_id, a.action, a.about, a.detail FROM audit a \
             LEFT JOIN channels c ON c.id = a.channel_id WHERE ",
            $where,
            "a.id < ? ORDER BY a.id DESC LIMIT ?"
        )
    };
}

queries! { "audit";
    INSERT: Rows = "INSERT INTO audit (channel_id, changed_at, by_id, by_name, action, about, detail) \
        VALUES (?, ?, ?, ?, ?, ?, ?)";
    OF_CHANNEL: Page = select_entries!("a.channel_id = ? AND ");
    OF_ALL: Page = select_entries!("");
}

/// Who changes something, and when.
#[derive(Debug, Clone, Copy)]
pub struct Change<'a> {
    /// Who.
    pub by: &'a Person,
    /// When.
    pub now: Millis,
}

/// The statement that writes a change down, for the batch that makes it.
pub(crate) fn entry(
    channel: ChannelKey,
    change: Change<'_>,
    action: Action,
    about: &str,
    detail: &str,
) -> Statement {
    INSERT.with([
        channel.into(),
        change.now.into(),
        change.by.central_id.into(),
        at_most(&change.by.username, 255),
        action.as_str().into(),
        at_most(about, 255),
        detail.into(),
    ])
}

/// Writes down a change that was made by other batches, or elsewhere than in the database.
pub async fn write<D: Database>(
    database: &D,
    channel: ChannelKey,
    change: Change<'_>,
    action: Action,
    (about, detail): (&str, &str),
) -> Result<(), DatabaseError> {
    let statement = entry(channel, change, action, about, detail);
    database.write(platform::database::Batch::of(vec![statement])).await.map(drop)
}

/// At most `limit` changes before the one numbered `before`, newest first; of all channels without `channel`.
pub async fn page<D: Database>(
    database: &D,
    channel: Option<ChannelKey>,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Entry>, DatabaseError> {
    let before = before.unwrap_or(i64::MAX);
    let statement = match channel {
        Some(channel) => OF_CHANNEL.with([channel.into(), before.into(), limit.into()]),
        None => OF_ALL.with([before.into(), limit.into()]),
    };
    let rows = Answers::from(database.read(vec![statement]).await?).next_rows()?.into_iter();
    rows.map(|mut row| {
        Ok(Entry {
            id: row.integer(0)?,
            channel: row.optional_text(1)?.map(str::to_owned),
            changed_at: row.integer(2)?,
            by: row.take_text(3)?,
            by_id: row.integer(4)?,
            action: row.take_text(5)?,
            about: row.take_text(6)?,
            detail: row.take_text(7)?,
        })
    })
    .collect()
}
