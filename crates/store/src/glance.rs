//! The least that somebody who asks for news has to know: whether there is any, and whether they may have it.

use moderation::Role;
use platform::database::{Answers, Database, DatabaseError};

use crate::{channels::ChannelKey, statements::inconsistent};

queries! { "glance";
    // One statement, which is a snapshot of its own.
    AT: Rows = "SELECT c.id, s.revision, m.role FROM channels c JOIN channel_state s ON s.channel_id = c.id \
        LEFT JOIN members m ON m.channel_id = c.id AND m.central_id = ? WHERE c.slug = ?";
}

/// What one look at a channel shows somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glance {
    /// The channel that has this name now.
    pub channel: ChannelKey,
    /// How far it has come.
    pub revision: i64,
    /// What they are there, as a member.
    pub role: Option<Role>,
}

/// Looks at the channel of this name for somebody; `None` if there is none.
pub async fn at<D: Database>(
    database: &D,
    id: &str,
    central_id: i64,
) -> Result<Option<Glance>, DatabaseError> {
    let statement = AT.with([central_id.into(), id.into()]);
    let Some(row) = Answers::from(database.read(vec![statement]).await?).next_row()? else { return Ok(None) };
    let role = row.optional_text(2)?.map(str::parse).transpose();
    Ok(Some(Glance {
        channel: ChannelKey(row.integer(0)?),
        revision: row.integer(1)?,
        role: role.map_err(|_| inconsistent("a member's role"))?,
    }))
}
