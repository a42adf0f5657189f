//! What was approved: the newest decisions first.

use moderation::{MessageType, Status};
use platform::{
    clock::Millis,
    config::Secret,
    database::{Answers, Database, DatabaseError},
};

use crate::{channels::ChannelKey, statements::inconsistent};

/// How many messages a feed has at most.
pub const MAX_ITEMS: i64 = 50;

/// Which version of a channel's feeds is the present one, and who may see them. Read with every request: short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// The channel.
    pub channel: ChannelKey,
    /// Whether no token is needed.
    pub is_public: bool,
    /// What shows that one may see a private channel's feeds.
    pub display_token: Secret,
    /// Advances with every change to the feeds.
    pub revision: i64,
    /// When they last changed.
    pub changed_at: Millis,
}

/// The words on top of a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Title {
    /// The channel's name.
    pub name: String,
    /// What it is about.
    pub description: String,
    /// What stands before the number of a sender without a name.
    pub anonymous_label: String,
}

/// A message in a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its number.
    pub id: i64,
    /// The order of decisions.
    position: i64,
    /// Who sent it; may be empty.
    pub screen_name: String,
    /// The sender's number, where they have no name.
    pub unnamed_number: Option<i64>,
    /// What it says.
    pub message: String,
    /// What kind it is.
    pub kind: MessageType,
    /// Its language, where the channel asks for it.
    pub language: Option<String>,
    /// Whether it is highlighted.
    pub highlighted: bool,
    /// When it was approved.
    pub approved_at: Millis,
}

queries! { "feed";
    STAMP: Rows = "SELECT c.id, c.is_public, c.display_token, s.feed_revision, s.feed_changed_at FROM channels c \
        JOIN channel_state s ON s.channel_id = c.id WHERE c.slug = ?";
    TITLE: Rows = "SELECT c.name, c.description, c.anonymous_label, s.feed_revision, s.feed_changed_at \
        FROM channels c JOIN channel_state s ON s.channel_id = c.id WHERE c.id = ?";
    // Below 0 lies what was forgotten.
    ITEMS: Rows = "SELECT id, position, screen_name, unnamed_number, message, kind, language, status, decided_at, \
        arrived_at FROM messages WHERE channel_id = ? AND status = ? AND position > 0 ORDER BY position DESC, id DESC LIMIT ?";
}

/// The present version of the feeds of the channel with this name.
pub async fn stamp<D: Database>(database: &D, id: &str) -> Result<Option<Stamp>, DatabaseError> {
    let mut answers = Answers::from(database.read(vec![STAMP.with([id.into()])]).await?);
    let Some(mut row) = answers.next_row()? else { return Ok(None) };
    Ok(Some(Stamp {
        channel: ChannelKey(row.integer(0)?),
        is_public: row.boolean(1)?,
        display_token: Secret::new(row.take_text(2)?),
        revision: row.integer(3)?,
        changed_at: row.integer(4)?,
    }))
}

/// A feed's content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    /// The words on top.
    pub title: Title,
    /// The revision that this is of.
    pub revision: i64,
    /// When it last changed.
    pub changed_at: Millis,
    /// Newest decision first.
    pub items: Vec<Item>,
}

/// The newest messages of a feed, from one snapshot; `None` once the channel is deleted.
pub async fn load<D: Database>(
    database: &D,
    channel: ChannelKey,
    highlights_only: bool,
) -> Result<Option<Feed>, DatabaseError> {
    let items = |status: Status| ITEMS.with([channel.into(), status.rank().into(), MAX_ITEMS.into()]);
    let mut statements = vec![TITLE.with([channel.into()]), items(Status::Highlighted)];
    if !highlights_only {
        statements.push(items(Status::Approved));
    }
    let mut answers = Answers::from(database.read(statements).await?);
    let Some(mut row) = answers.next_row()? else { return Ok(None) };
    let mut rows = answers.next_rows()?;
    if !highlights_only {
        rows.extend(answers.next_rows()?);
    }
    let mut items = rows
        .into_iter()
        .map(|mut row| {
            Ok(Item {
                id: row.integer(0)?,
                position: row.integer(1)?,
                screen_name: row.take_text(2)?,
                unnamed_number: row.optional_integer(3)?,
                message: row.take_text(4)?,
                kind: MessageType::from_code(row.integer(5)?)
                    .ok_or_else(|| inconsistent("a message's kind"))?,
                language: row.optional_text(6)?.map(str::to_owned),
                highlighted: row.integer(7)? == Status::Highlighted.rank(),
                approved_at: row.optional_integer(8)?.map_or_else(|| row.integer(9), Ok)?,
            })
        })
        .collect::<Result<Vec<_>, DatabaseError>>()?;
    items.sort_unstable_by_key(|item| std::cmp::Reverse((item.position, item.id)));
    items.truncate(usize::try_from(MAX_ITEMS).unwrap_or(usize::MAX));
    Ok(Some(Feed {
        title: Title {
            name: row.take_text(0)?,
            description: row.take_text(1)?,
            anonymous_label: row.take_text(2)?,
        },
        revision: row.integer(3)?,
        changed_at: row.integer(4)?,
        items,
    }))
}
