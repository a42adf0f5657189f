//! Intake: keeping a message, or counting one that is not kept.

use moderation::{CentralId, Drop, Incoming, LanguageTag, SYMBOL_WINDOW_MS, SenderId, Status};
use platform::{
    clock::Millis,
    database::{Batch, Database, DatabaseError, Statement},
};

use crate::{
    rules::Stamp,
    statements::{affected, batch, bump},
};

/// How a message that is kept begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// It waits for a moderator.
    Queued,
    /// It needs none.
    Approved,
    /// It needs none because of this entry of the list of trusted senders.
    Trusted(i64),
    /// Approved if a moderator approved the same symbol just now, else queued: only the store can tell.
    ApprovedIfSymbolRecent,
}

/// What became of a message that was to be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// It is stored.
    Stored,
    /// Nothing was changed: it had been seen before, or the rules it was screened with are out of date.
    NotStored,
}

// `settings_revision` and `global_revision` are conditions: a message screened with rules that have been
// changed meanwhile is not stored, so that a ban holds from its commit on, whatever was under way. So is that the
// message was not seen before. All statements of a batch that have these conditions take effect, or none of them.
macro_rules! insert_message {
    ($status:literal, $number:expr) => {
        concat!(
            "INSERT INTO messages (channel_id, revision, arrival, position, status, decided_at, seen_key, kind, \
             screen_name, unnamed_number, sender_id, central_id, message, target_key, language, profile_img, \
             arrived_at) \
             SELECT s.channel_id, s.revision, s.revision, s.revision, ",
            $status,
            ", ?, ?, ?, ?, ",
            $number,
            ", ?, ?, ?, ?, ?, ?, ? \
             FROM channel_state s JOIN site_state g ON g.id = 1 \
             WHERE s.channel_id = ? AND s.settings_revision = ? AND g.global_revision = ? \
             AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.channel_id = s.channel_id AND m.seen_key = ?)"
        )
    };
}

macro_rules! number_of_sender {
    () => {
        "(SELECT u.number FROM senders u WHERE u.channel_id = s.channel_id AND u.sender_key = ?)"
    };
}

// Every batch begins with the row of the channel, which is written thousands of times a second: what is known to
// become of the message is counted with the same stroke.
macro_rules! advance {
    ($counts:literal) => {
        concat!(
            "UPDATE channel_state SET ",
            $counts,
            "revision = revision + 1 WHERE channel_id = ? AND settings_revision = ? \
             AND EXISTS (SELECT 1 FROM site_state g WHERE g.id = 1 AND g.global_revision = ?) AND NOT EXISTS \
             (SELECT 1 FROM messages m WHERE m.channel_id = channel_state.channel_id AND m.seen_key = ?)"
        )
    };
}

queries! { "messages";
    ADVANCE_QUEUED: Rows = advance!("queued = queued + 1, ");
    // The feed's revision comes first: MariaDB computes what follows with what was set before.
    ADVANCE_APPROVED: Rows =
        advance!("approved = approved + 1, feed_revision = revision + 1, feed_changed_at = ?, ");
    INSERT: Rows = insert_message!("?", "NULL");
    INSERT_UNNAMED: Rows = insert_message!("?", number_of_sender!());
    INSERT_SYMBOL: Rows = insert_message!(
        "CASE WHEN EXISTS (SELECT 1 FROM decisions d JOIN messages r ON r.id = d.message_id \
         WHERE d.channel_id = s.channel_id AND d.status IN (1, 2) AND d.decided_at >= ? \
         AND r.kind = 1 AND r.message = ? AND r.status IN (1, 2) AND r.decided_revision = d.revision) \
         THEN 2 ELSE 0 END",
        number_of_sender!()
    );
    NUMBER_SENDER: Rows = "INSERT INTO senders (channel_id, sender_key, number) \
        SELECT s.channel_id, ?, s.unnamed + 1 FROM channel_state s JOIN site_state g ON g.id = 1 \
        WHERE s.channel_id = ? AND s.settings_revision = ? AND g.global_revision = ? \
        AND NOT EXISTS (SELECT 1 FROM senders u WHERE u.channel_id = s.channel_id AND u.sender_key = ?) \
        AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.channel_id = s.channel_id AND m.seen_key = ?)";
    COUNT_SENDER: Rows = "UPDATE channel_state SET unnamed = unnamed + 1 WHERE channel_id = ? AND EXISTS \
        (SELECT 1 FROM senders u WHERE u.channel_id = channel_state.channel_id AND u.sender_key = ? \
        AND u.number = channel_state.unnamed + 1)";
    COUNT_QUEUED: Rows = "UPDATE channel_state SET queued = queued + 1 WHERE channel_id = ? AND EXISTS \
        (SELECT 1 FROM messages m WHERE m.channel_id = channel_state.channel_id \
        AND m.status = 0 AND m.position = channel_state.revision)";
    COUNT_APPROVED: Rows = "UPDATE channel_state SET approved = approved + 1, feed_revision = revision, \
        feed_changed_at = ? WHERE channel_id = ? AND EXISTS \
        (SELECT 1 FROM messages m WHERE m.channel_id = channel_state.channel_id \
        AND m.status = 2 AND m.position = channel_state.revision)";
    // Counted with the message, so that it costs no write of its own.
    HIT_TRUST: Rows = "UPDATE sender_entries SET hits = hits + 1 WHERE id = ? AND EXISTS (SELECT 1 FROM channel_state s \
        JOIN messages m ON m.channel_id = s.channel_id AND m.arrival = s.revision \
        WHERE s.channel_id = ? AND m.seen_key = ?)";
    HIT_BAN: Rows = "UPDATE sender_entries SET hits = hits + 1 WHERE id = ? AND NOT EXISTS \
        (SELECT 1 FROM messages m WHERE m.channel_id = ? AND m.seen_key = ?)";
    HIT_PATTERN: Rows = "UPDATE patterns SET hits = hits + 1 WHERE id = ? AND NOT EXISTS \
        (SELECT 1 FROM messages m WHERE m.channel_id = ? AND m.seen_key = ?)";
    ADD_CAUSE: Rows = "INSERT INTO drops (channel_id, cause, dropped) SELECT s.channel_id, ?, 0 FROM channel_state s \
        WHERE s.channel_id = ? AND NOT EXISTS \
        (SELECT 1 FROM drops d WHERE d.channel_id = s.channel_id AND d.cause = ?)";
    COUNT_DROP: Rows = "UPDATE drops SET dropped = dropped + 1 WHERE channel_id = ? AND cause = ? \
        AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.channel_id = drops.channel_id AND m.seen_key = ?)";
}

/// Stores a message, unless it was seen before or `stamp` is out of date.
pub async fn keep<D: Database>(
    database: &D,
    stamp: Stamp,
    incoming: &Incoming,
    language: Option<&LanguageTag>,
    start: Start,
    now: Millis,
) -> Result<Kept, DatabaseError> {
    let channel = stamp.channel;
    let seen_key = incoming.seen_key();
    let mut statements = Vec::with_capacity(5);
    statements.push(advance(stamp, start, &seen_key, now));
    let unnamed = incoming.sender.screen_name.is_empty().then(|| incoming.sender.anonymous_key(&seen_key));
    if let Some(sender_key) = &unnamed {
        statements.push(NUMBER_SENDER.with([
            sender_key.as_str().into(),
            channel.into(),
            stamp.settings_revision.into(),
            stamp.global_revision.into(),
            sender_key.as_str().into(),
            seen_key.as_str().into(),
        ]));
        statements.push(COUNT_SENDER.with([channel.into(), sender_key.as_str().into()]));
    }
    let hit = match start {
        Start::Trusted(entry) => {
            Some(HIT_TRUST.with([entry.into(), channel.into(), seen_key.as_str().into()]))
        }
        _ => None,
    };
    let inserted_at = statements.len();
    statements.push(insertion(stamp, incoming, language, start, unnamed, seen_key, now));
    if start == Start::ApprovedIfSymbolRecent {
        statements
            .extend([COUNT_QUEUED.with([channel.into()]), COUNT_APPROVED.with([now.into(), channel.into()])]);
    }
    statements.extend(hit);
    let counts = database.write(Batch { statements, topic: Some(channel.topic()) }).await?;
    Ok(if affected(&counts, inserted_at)? == 0 { Kept::NotStored } else { Kept::Stored })
}

fn advance(stamp: Stamp, start: Start, seen_key: &str, now: Millis) -> Statement {
    let (query, mut parameters) = match start {
        Start::Queued => (&ADVANCE_QUEUED, vec![]),
        Start::Approved | Start::Trusted(_) => (&ADVANCE_APPROVED, vec![now.into()]),
        // What to count is known once it is stored.
        Start::ApprovedIfSymbolRecent => return bump(stamp.channel),
    };
    parameters.extend([
        stamp.channel.into(),
        stamp.settings_revision.into(),
        stamp.global_revision.into(),
        seen_key.into(),
    ]);
    Statement { query, parameters }
}

fn insertion(
    stamp: Stamp,
    incoming: &Incoming,
    language: Option<&LanguageTag>,
    start: Start,
    unnamed: Option<String>,
    seen_key: String,
    now: Millis,
) -> Statement {
    let mut parameters = Vec::with_capacity(18);
    let status = match start {
        Start::Queued => Some(Status::Queued),
        Start::Approved | Start::Trusted(_) => Some(Status::Approved),
        Start::ApprovedIfSymbolRecent => None,
    };
    let query = match (status, &unnamed) {
        (Some(_), None) => &INSERT,
        (Some(_), Some(_)) => &INSERT_UNNAMED,
        (None, _) => &INSERT_SYMBOL,
    };
    match status {
        Some(status) => parameters.push(status.rank().into()),
        None => parameters.extend([(now - SYMBOL_WINDOW_MS).into(), incoming.text.as_str().into()]),
    }
    let sender = &incoming.sender;
    parameters.extend([
        // For a queued message this is when it arrived; nobody reads it before a decision replaces it.
        now.into(),
        seen_key.as_str().into(),
        incoming.kind.code().into(),
        sender.screen_name.as_str().into(),
    ]);
    if unnamed.is_some() || status.is_none() {
        parameters.push(unnamed.into());
    }
    parameters.extend([
        sender.sender_id.as_ref().map(SenderId::as_str).into(),
        sender.central_id.map(CentralId::get).into(),
        incoming.text.as_str().into(),
        incoming.reaction.as_ref().map(|reaction| format!("m:{}", reaction.target)).into(),
        language.map(LanguageTag::as_str).into(),
        incoming.profile_img.as_deref().into(),
        now.into(),
        stamp.channel.into(),
        stamp.settings_revision.into(),
        stamp.global_revision.into(),
        seen_key.into(),
    ]);
    Statement { query, parameters }
}

/// Counts a message that is not kept, unless it was seen before.
pub async fn count_drop<D: Database>(
    database: &D,
    stamp: Stamp,
    incoming: &Incoming,
    drop: Drop,
) -> Result<(), DatabaseError> {
    let (channel, cause, seen_key) = (stamp.channel, drop.cause(), incoming.seen_key());
    let (query, entry) = match drop {
        Drop::GloballyBanned { entry } | Drop::Banned { entry } => (&HIT_BAN, entry),
        Drop::BlockedPattern { entry } => (&HIT_PATTERN, entry),
    };
    let statements = [
        ADD_CAUSE.with([cause.as_str().into(), channel.into(), cause.as_str().into()]),
        COUNT_DROP.with([channel.into(), cause.as_str().into(), seen_key.as_str().into()]),
        query.with([entry.into(), channel.into(), seen_key.into()]),
    ];
    database.write(batch(channel, statements)).await.map(std::mem::drop)
}
