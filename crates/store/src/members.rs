//! Who moderates what.

use moderation::Role;
use platform::{
    clock::Millis,
    database::{Answers, Batch, Database, DatabaseError, Statement},
};

use crate::{
    audit::{self, Action, Change},
    channels::ChannelKey,
    statements::{affected, at_most, parsed},
};

/// Somebody with a Wikimedia account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The global user id, which is what matches.
    pub central_id: i64,
    /// The user name, for people to read.
    pub username: String,
}

/// A member of a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub person: Person,
    /// Admin or moderator.
    pub role: Role,
    /// Since when.
    pub added_at: Millis,
}

queries! { "members";
    LIST: Page = "SELECT central_id, username, role, added_at FROM members WHERE channel_id = ? ORDER BY username";
    REMOVE: Rows = "DELETE FROM members WHERE channel_id = ? AND central_id = ?";
    // Before the removal, and only of whoever is there.
    WRITE_REMOVED: Rows = "INSERT INTO audit (channel_id, changed_at, by_id, by_name, action, about, detail) \
        SELECT m.channel_id, ?, ?, ?, 'remove-member', m.username, m.role FROM members m \
        WHERE m.channel_id = ? AND m.central_id = ?";
    INSERT: Rows = "INSERT INTO members (channel_id, central_id, username, role, added_by_id, added_by_name, added_at) \
        VALUES (?, ?, ?, ?, ?, ?, ?)";
}

/// A channel's members, by name.
pub async fn list<D: Database>(database: &D, channel: ChannelKey) -> Result<Vec<Member>, DatabaseError> {
    let mut answers = Answers::from(database.read(vec![LIST.with([channel.into()])]).await?);
    let rows = answers.next_rows()?.into_iter();
    rows.map(|mut row| {
        Ok(Member {
            person: Person { central_id: row.integer(0)?, username: row.take_text(1)? },
            role: parsed(&row, 2, "a member's role")?,
            added_at: row.integer(3)?,
        })
    })
    .collect()
}

/// Makes somebody a member, in place of any role they had there.
pub async fn add<D: Database>(
    database: &D,
    channel: ChannelKey,
    person: &Person,
    role: Role,
    change: Change<'_>,
) -> Result<(), DatabaseError> {
    let Change { by, now } = change;
    let write = audit::entry(channel, change, Action::AddMember, &person.username, role.as_str());
    let insert = INSERT.with([
        channel.into(),
        person.central_id.into(),
        at_most(&person.username, 255),
        role.as_str().into(),
        by.central_id.into(),
        at_most(&by.username, 255),
        now.into(),
    ]);
    database.write(Batch::of(vec![removal(channel, person.central_id), insert, write])).await.map(drop)
}

/// Ends somebody's membership; answers whether there was one.
pub async fn remove<D: Database>(
    database: &D,
    channel: ChannelKey,
    central_id: i64,
    change: Change<'_>,
) -> Result<bool, DatabaseError> {
    let write = WRITE_REMOVED.with([
        change.now.into(),
        change.by.central_id.into(),
        at_most(&change.by.username, 255),
        channel.into(),
        central_id.into(),
    ]);
    let counts = database.write(Batch::of(vec![write, removal(channel, central_id)])).await?;
    Ok(affected(&counts, 1)? > 0)
}

fn removal(channel: ChannelKey, central_id: i64) -> Statement {
    REMOVE.with([channel.into(), central_id.into()])
}
