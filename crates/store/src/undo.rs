//! Taking decisions back: one more row of the log, which brings back what the decision's own row says was
//! before it.

use platform::database::{Answers, Database, DatabaseError, Statement};

use crate::{
    counting,
    decisions::{Context, find},
    statements::{affected, at_most, batch},
};

macro_rules! insert_undo {
    ($where:literal) => {
        concat!(
            "INSERT INTO decisions (channel_id, revision, message_id, moderator_id, moderator_name, action, \
             previous_status, previous_revision, previous_decided_at, status, after_revision, after_decided_at, \
             decided_at) \
             SELECT m.channel_id, s.revision, m.id, ?, ?, 'undo', m.status, m.decided_revision, m.decided_at, \
             d.previous_status, d.previous_revision, d.previous_decided_at, ? \
             FROM decisions d JOIN messages m ON m.id = d.message_id AND m.decided_revision = d.revision \
             JOIN channel_state s ON s.channel_id = d.channel_id \
             WHERE d.moderator_id = ? AND d.channel_id = ? AND ",
            $where
        )
    };
}

macro_rules! of_this_batch {
    ($column:literal) => {
        concat!(
            "(SELECT ",
            $column,
            " FROM decisions u WHERE u.message_id = messages.id AND u.revision = \
             (SELECT s.revision FROM channel_state s WHERE s.channel_id = messages.channel_id))"
        )
    };
}

// The rows are found by plain values: MariaDB would walk the whole table for a subquery here.
macro_rules! apply_undo {
    ($where:expr) => {
        concat!(
            "UPDATE messages SET status = ",
            of_this_batch!("u.status"),
            ", decided_at = ",
            of_this_batch!("u.after_decided_at"),
            ", position = COALESCE(",
            of_this_batch!("u.after_revision"),
            ", arrival), decided_revision = ",
            of_this_batch!("u.after_revision"),
            ", revision = (SELECT s.revision FROM channel_state s WHERE s.channel_id = messages.channel_id) \
             WHERE channel_id = ? AND ",
            $where,
            " AND EXISTS ",
            of_this_batch!("1")
        )
    };
}

queries! { "undo";
    ONE: Rows = insert_undo!("d.message_id = ?");
    APPLY_ONE: Rows = apply_undo!("id = ?");
    IN_FORCE: Rows = "SELECT status, decided_revision FROM messages WHERE id = ? AND channel_id = ?";
    GROUP: Page = insert_undo!("d.revision = ? AND EXISTS (SELECT 1 FROM messages t WHERE t.id = ? \
        AND t.channel_id = d.channel_id AND t.decided_revision = d.revision)");
    // A group's messages stand at one status and, as far as its decisions are in force, at one position: the
    // revision of those decisions.
    APPLY_GROUP: Page = apply_undo!("status = ? AND position = ?");
}

/// What became of an undo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undone {
    /// So many decisions were taken back.
    Messages(u64),
    /// The decision in force is not this moderator's, or there is none.
    NotYours,
    /// There is no such message in this channel.
    NoMessage,
}

/// Takes back the moderator's decision that is in force on a message; with `whole_group` also the decisions
/// of the same action (reject similar, ban, …) on other messages, as far as they are still in force.
pub async fn undo<D: Database>(
    database: &D,
    context: Context<'_>,
    message: i64,
    whole_group: bool,
) -> Result<Undone, DatabaseError> {
    let channel = context.channel;
    let mut parameters = vec![
        context.by.central_id.into(),
        at_most(&context.by.username, 255),
        context.now.into(),
        context.by.central_id.into(),
        channel.into(),
    ];
    let (query, apply) = if whole_group {
        let asked = database.read(vec![IN_FORCE.with([message.into(), channel.into()])]).await?;
        let Some(row) = Answers::from(asked).next_row()? else { return Ok(Undone::NoMessage) };
        let Some(revision) = row.optional_integer(1)? else { return Ok(Undone::NotYours) };
        parameters.extend([revision.into(), message.into()]);
        (&GROUP, APPLY_GROUP.with([channel.into(), row.integer(0)?.into(), revision.into()]))
    } else {
        parameters.push(message.into());
        (&ONE, APPLY_ONE.with([channel.into(), message.into()]))
    };
    let mut statements = vec![Statement { query, parameters }, apply];
    statements.extend(counting::batch(channel, context.now));
    let counts = database.write(batch(channel, statements)).await?;
    match affected(&counts, 1)? {
        0 if find(database, channel, message).await?.is_none() => Ok(Undone::NoMessage),
        0 => Ok(Undone::NotYours),
        messages => Ok(Undone::Messages(messages)),
    }
}
