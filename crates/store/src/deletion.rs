//! The end of a channel. It is gone for everybody with one commit; what it held is removed after that, bit by bit.
//!
//! Numbers of messages and decisions are given as the greatest plus one, which costs intake nothing. So that none is
//! given a second time, an empty row that belongs to no channel is left in the place of the greatest: feeds use a
//! message's number as the item's identity, and whatever of the old channel is still to be removed must not be taken for
//! a new one's.

use platform::database::{Answers, Batch, Database, DatabaseError, Query, Statement};

use crate::{
    audit::{self, Action, Change},
    channels::{Channel, ChannelKey},
    chores::{Bit, Task},
    statements::{MANY, affected, many_numbers},
};

macro_rules! some {
    ($table:literal) => {
        concat!("SELECT id FROM ", $table, " WHERE channel_id = ? LIMIT 256")
    };
}

// `+ 0`: the planner shall look up the few that are named.
macro_rules! delete {
    ($table:literal) => {
        concat!("DELETE FROM ", $table, " WHERE channel_id + 0 = ? AND id IN ", many_numbers!())
    };
}

queries! { "deletion";
    CHANNEL: Rows = "DELETE FROM channels WHERE id = ?";
    STATE: Rows = "DELETE FROM channel_state WHERE channel_id = ?";
    HEALTH: Rows = "DELETE FROM webhook_health WHERE channel_id = ?";
    MEMBERS: Page = "DELETE FROM members WHERE channel_id = ?";
    PRESENCE: Page = "DELETE FROM presence WHERE channel_id = ?";
    DROPS: Page = "DELETE FROM drops WHERE channel_id = ?";
    KEEP_MESSAGE: Rows = "INSERT INTO messages (channel_id, revision, arrival, status, position, seen_key, kind, \
        screen_name, message, arrived_at) VALUES (0, 0, 0, 3, 0, ?, 0, '', '', 0)";
    KEEP_DECISION: Rows = "INSERT INTO decisions (channel_id, revision, message_id, moderator_id, moderator_name, \
        action, previous_status, status, decided_at) VALUES (0, ?, 0, 0, '', '', 3, 3, 0)";
    FREE_MESSAGE: Rows = "DELETE FROM messages WHERE channel_id = 0 AND seen_key <> ?";
    FREE_DECISION: Rows = "DELETE FROM decisions WHERE channel_id = 0 AND revision <> ?";
    SOME_MESSAGES: Page = some!("messages");
    SOME_DECISIONS: Page = some!("decisions");
    SOME_ENTRIES: Page = some!("sender_entries");
    SOME_PATTERNS: Page = some!("patterns");
    SOME_AUDIT: Page = some!("audit");
    SOME_SENDERS: Page = "SELECT sender_key FROM senders WHERE channel_id = ? ORDER BY sender_key LIMIT 256";
    DELETE_MESSAGES: Page = delete!("messages");
    DELETE_DECISIONS: Page = delete!("decisions");
    DELETE_ENTRIES: Page = delete!("sender_entries");
    DELETE_PATTERNS: Page = delete!("patterns");
    DELETE_AUDIT: Page = delete!("audit");
    DELETE_SENDERS: Page = "DELETE FROM senders WHERE channel_id = ? AND sender_key <= ?";
}

/// What a channel's remains are in, largest last: what finds its rows, and what removes them.
static REMAINS: [(&Query, &Query); 5] = [
    (&SOME_ENTRIES, &DELETE_ENTRIES),
    (&SOME_PATTERNS, &DELETE_PATTERNS),
    (&SOME_AUDIT, &DELETE_AUDIT),
    (&SOME_DECISIONS, &DELETE_DECISIONS),
    (&SOME_MESSAGES, &DELETE_MESSAGES),
];

/// Deletes a channel: from this commit on it is gone, and its name is free. What it held is left as a chore. Answers
/// whether it was there.
pub async fn delete<D: Database>(
    database: &D,
    channel: &Channel,
    change: Change<'_>,
) -> Result<bool, DatabaseError> {
    let key = channel.key;
    let statements = vec![
        // First, as any batch begins: whoever is storing something there either has, or never will.
        STATE.with([key.into()]),
        CHANNEL.with([key.into()]),
        HEALTH.with([key.into()]),
        MEMBERS.with([key.into()]),
        KEEP_MESSAGE.with([key.0.to_string().into()]),
        FREE_MESSAGE.with([key.0.to_string().into()]),
        KEEP_DECISION.with([key.into()]),
        FREE_DECISION.with([key.into()]),
        Task::Delete(key).begin(change.now),
        audit::entry(audit::SITE, change, Action::DeleteChannel, channel.id.as_str(), &channel.settings.name),
    ];
    let counts = database.write(Batch { statements, topic: Some(key.topic()) }).await?;
    Ok(affected(&counts, 1)? > 0)
}

/// Removes some of what a deleted channel held.
pub(crate) async fn remove_some<D: Database>(
    database: &D,
    channel: ChannelKey,
) -> Result<Bit, DatabaseError> {
    let senders = database.read(vec![SOME_SENDERS.with([channel.into()])]).await?;
    if let Some(last) = Answers::from(senders).next_rows()?.last() {
        let delete = DELETE_SENDERS.with([channel.into(), last.text(0)?.into()]);
        let counts = database.write(Batch::of(vec![delete])).await?;
        return Ok(Bit::More { place: 0, done: affected(&counts, 0)? });
    }
    for (find, delete) in REMAINS {
        let found = database.read(vec![find.with([channel.into()])]).await?;
        let rows = Answers::from(found).next_rows()?;
        if rows.is_empty() {
            continue;
        }
        let ids = rows.iter().take(MANY).map(|row| row.integer(0)).collect::<Result<Vec<_>, _>>()?;
        let mut parameters = vec![channel.into()];
        parameters.extend(many_numbers(&ids));
        let counts = database.write(Batch::of(vec![Statement { query: delete, parameters }])).await?;
        return Ok(Bit::More { place: 0, done: affected(&counts, 0)? });
    }
    // Somebody may have looked at the queue while it went.
    database.write(Batch::of(vec![PRESENCE.with([channel.into()]), DROPS.with([channel.into()])])).await?;
    Ok(Bit::End { place: 0 })
}
