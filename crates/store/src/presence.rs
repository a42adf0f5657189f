//! Who has a channel's queue open, and where they are in it.

use platform::{
    clock::Millis,
    database::{Batch, Database, DatabaseError, Rows, Statement},
};

use crate::{
    channels::ChannelKey,
    members::Person,
    statements::{affected, at_most, batch},
};

/// Who has not been heard of for so long has gone, in milliseconds.
pub const GONE_AFTER_MS: Millis = 45_000;
/// How often somebody who stays is recorded anew, in milliseconds.
pub const TOUCH_EVERY_MS: Millis = 15_000;

/// Somebody who is here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Present {
    /// Who.
    pub person: Person,
    /// The message that has their focus.
    pub focus: Option<i64>,
    /// When they were last heard of.
    pub seen_at: Millis,
}

queries! { "presence";
    LIST: Rows = "SELECT central_id, username, focus, seen_at FROM presence WHERE channel_id = ? AND seen_at > ? \
        ORDER BY central_id";
    SEEN: Rows = "UPDATE presence SET seen_at = ? WHERE channel_id = ? AND central_id = ? AND seen_at > ?";
    FOCUS: Rows = "UPDATE presence SET focus = ?, seen_at = ? WHERE channel_id = ? AND central_id = ?";
    INSERT: Rows = "INSERT INTO presence (channel_id, central_id, username, focus, seen_at) \
        SELECT s.channel_id, ?, ?, ?, ? FROM channel_state s WHERE s.channel_id = ? AND NOT EXISTS \
        (SELECT 1 FROM presence p WHERE p.channel_id = s.channel_id AND p.central_id = ?)";
    SWEEP: Rows = "DELETE FROM presence WHERE channel_id = ? AND seen_at <= ?";
}

pub(crate) fn statement(channel: ChannelKey, now: Millis) -> Statement {
    LIST.with([channel.into(), (now - GONE_AFTER_MS).into()])
}

pub(crate) fn present(rows: Rows) -> Result<Vec<Present>, DatabaseError> {
    rows.into_iter()
        .map(|mut row| {
            Ok(Present {
                person: Person { central_id: row.integer(0)?, username: row.take_text(1)? },
                focus: row.optional_integer(2)?,
                seen_at: row.integer(3)?,
            })
        })
        .collect()
}

/// Records that somebody is here, if that was not done within [`TOUCH_EVERY_MS`]; `present` is what the last
/// look at the channel found.
pub async fn touch<D: Database>(
    database: &D,
    channel: ChannelKey,
    person: &Person,
    present: &[Present],
    now: Millis,
) -> Result<(), DatabaseError> {
    match present.iter().find(|present| present.person.central_id == person.central_id) {
        Some(present) if now - present.seen_at < TOUCH_EVERY_MS => Ok(()),
        _ => stay(database, channel, person, now).await,
    }
}

/// Records that somebody is here, and shows it to the others if they had gone.
pub async fn stay<D: Database>(
    database: &D,
    channel: ChannelKey,
    person: &Person,
    now: Millis,
) -> Result<(), DatabaseError> {
    let seen =
        SEEN.with([now.into(), channel.into(), person.central_id.into(), (now - GONE_AFTER_MS).into()]);
    let counts = database.write(Batch::of(vec![seen])).await?;
    if affected(&counts, 0)? > 0 { Ok(()) } else { arrive(database, channel, person, None, now).await }
}

/// Records which message has somebody's focus, and shows it to the others.
pub async fn focus<D: Database>(
    database: &D,
    channel: ChannelKey,
    person: &Person,
    message: Option<i64>,
    now: Millis,
) -> Result<(), DatabaseError> {
    arrive(database, channel, person, message, now).await
}

async fn arrive<D: Database>(
    database: &D,
    channel: ChannelKey,
    person: &Person,
    focus: Option<i64>,
    now: Millis,
) -> Result<(), DatabaseError> {
    let statements = [
        SWEEP.with([channel.into(), (now - GONE_AFTER_MS).into()]),
        FOCUS.with([focus.into(), now.into(), channel.into(), person.central_id.into()]),
        INSERT.with([
            person.central_id.into(),
            at_most(&person.username, 255),
            focus.into(),
            now.into(),
            channel.into(),
            person.central_id.into(),
        ]),
    ];
    database.write(batch(channel, statements)).await.map(drop)
}
