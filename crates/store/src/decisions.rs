//! Decisions on messages.
//!
//! A batch inserts its rows of the log first, with the condition that makes them take effect, then brings the
//! messages up to date under the same condition, then the counters by the rows of the log: all by the revision
//! that the batch began with.

use moderation::{Decision, Identifier, NormalisedText, Sender, Status, normalise};
use platform::{
    clock::Millis,
    database::{Answers, Database, DatabaseError, Query, Statement, Value},
};

use crate::{
    channels::ChannelKey,
    counting,
    members::Person,
    statements::{MANY, affected, at_most, batch, inconsistent, many_numbers},
};

pub use crate::undo::{Undone, undo};

/// What a moderator did, as the log names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// One decision on one message.
    Decide(Decision),
    /// A message and all similar ones rejected.
    RejectSimilar,
    /// A sender banned, their queued messages rejected.
    Ban,
    /// A sender trusted, their queued messages approved.
    Allow,
    /// A text blocked, the similar messages rejected.
    BlockSimilar,
    /// A message forgotten before anybody decided: nobody will see it any more.
    Forget,
}

impl Action {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Decide(Decision::Approve) => "approve",
            Self::Decide(Decision::Highlight) => "highlight",
            Self::Decide(Decision::Reject) => "reject",
            Self::RejectSimilar => "reject-similar",
            Self::Ban => "ban",
            Self::Allow => "allow",
            Self::BlockSimilar => "block-similar",
            Self::Forget => "forget",
        }
    }

    const fn status(self) -> Status {
        match self {
            Self::Decide(decision) => decision.status(),
            Self::Allow => Status::Approved,
            Self::RejectSimilar | Self::Ban | Self::BlockSimilar | Self::Forget => Status::Rejected,
        }
    }
}

/// Who does something where, and when.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The channel.
    pub channel: ChannelKey,
    /// The moderator.
    pub by: &'a Person,
    /// The time.
    pub now: Millis,
}

macro_rules! insert_decisions {
    ($channel_of_message:literal, $where:expr) => {
        concat!(
            "INSERT INTO decisions (channel_id, revision, message_id, moderator_id, moderator_name, action, \
             previous_status, previous_revision, previous_decided_at, status, after_revision, after_decided_at, \
             decided_at) \
             SELECT m.channel_id, s.revision, m.id, ?, ?, ?, m.status, m.decided_revision, m.decided_at, ?, \
             s.revision, ?, ? FROM channel_state s JOIN messages m ON ",
            $channel_of_message,
            " = s.channel_id WHERE s.channel_id = ? AND ",
            $where
        )
    };
}

// The rows are found by plain values: MariaDB would walk the whole table for a subquery here.
macro_rules! apply {
    ($channel_of_message:literal, $where:expr) => {
        concat!(
            "UPDATE messages SET status = ?, decided_at = ?, \
             decided_revision = (SELECT s.revision FROM channel_state s WHERE s.channel_id = ?), \
             position = (SELECT s.revision FROM channel_state s WHERE s.channel_id = ?), \
             revision = (SELECT s.revision FROM channel_state s WHERE s.channel_id = ?) WHERE ",
            $channel_of_message,
            " = ? AND ",
            $where
        )
    };
}

queries! { "decisions";
    // What was forgotten has a position below 0 and stays where it is.
    DECIDE_ONE: Rows = insert_decisions!("m.channel_id", "m.id = ? AND m.status < ? AND m.position > 0");
    APPLY_ONE: Rows = apply!("channel_id", "id = ? AND status < ? AND position > 0");
    // `+ 0`: the planner shall look up the few that are named, rather than walk all that are queued.
    DECIDE_MANY: Page = insert_decisions!("m.channel_id + 0", concat!(
        "m.status + 0 = 0 AND m.id IN ", many_numbers!()
    ));
    APPLY_MANY: Page = apply!("channel_id + 0", concat!(
        "status + 0 = 0 AND id IN ", many_numbers!()
    ));
    DECIDE_CENTRAL_ID: Page = insert_decisions!("m.channel_id", "m.status = 0 AND m.central_id = ?");
    APPLY_CENTRAL_ID: Page = apply!("channel_id", "status = 0 AND central_id = ?");
    DECIDE_SENDER_ID: Page = insert_decisions!("m.channel_id", "m.status = 0 AND m.sender_id = ?");
    APPLY_SENDER_ID: Page = apply!("channel_id", "status = 0 AND sender_id = ?");
    FIND: Rows = "SELECT status, message, screen_name, sender_id, central_id FROM messages \
        WHERE id = ? AND channel_id = ?";
    QUEUED_TEXTS: Page = "SELECT id, message FROM messages WHERE channel_id = ? AND status = 0";
    LATE_TEXTS: Page = "SELECT id, message FROM messages WHERE channel_id = ? AND status = 0 AND position > ?";
    QUEUED_NAMES: Page = "SELECT id, screen_name FROM messages WHERE channel_id = ? AND status = 0 \
        AND central_id IS NULL AND screen_name <> ''";
}

/// What became of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decided {
    /// It took effect.
    Effective,
    /// The message stands at a status that this decision does not change.
    Superseded(Status),
    /// There is no such message in this channel.
    NoMessage,
}

/// Decides on one message.
pub async fn decide<D: Database>(
    database: &D,
    context: Context<'_>,
    message: i64,
    decision: Decision,
) -> Result<Decided, DatabaseError> {
    let action = Action::Decide(decision);
    let (statements, _) = carry_out(context, vec![one(context, action, message)]);
    let counts = database.write(batch(context.channel, statements)).await?;
    if affected(&counts, 1)? > 0 {
        return Ok(Decided::Effective);
    }
    match find(database, context.channel, message).await? {
        Some(found) => Ok(Decided::Superseded(found.status)),
        None => Ok(Decided::NoMessage),
    }
}

/// Rejects a message and every similar queued one; answers how many, or `None` where there is no such message.
pub async fn reject_similar<D: Database>(
    database: &D,
    context: Context<'_>,
    message: i64,
) -> Result<Option<u64>, DatabaseError> {
    let Some(found) = find(database, context.channel, message).await? else { return Ok(None) };
    let similar = similar_queued(database, context.channel, &normalise(&found.text), None).await?;
    let selections = many(context, Action::RejectSimilar, Some(message), &similar);
    Ok(Some(decide_selected(database, context, selections, vec![]).await?.messages))
}

/// The queued messages that are similar to `text`; with `since` only those that came after this revision.
pub(crate) async fn similar_queued<D: Database>(
    database: &D,
    channel: ChannelKey,
    text: &NormalisedText,
    since: Option<i64>,
) -> Result<Vec<i64>, DatabaseError> {
    let matcher = moderation::Matcher::new(text);
    let statement = match since {
        Some(revision) => LATE_TEXTS.with([channel.into(), revision.into()]),
        None => QUEUED_TEXTS.with([channel.into()]),
    };
    let rows = Answers::from(database.read(vec![statement]).await?).next_rows()?;
    let mut similar = Vec::new();
    for row in rows {
        if matcher.matches(&normalise(row.text(1)?)) {
            similar.push(row.integer(0)?);
        }
    }
    Ok(similar)
}

/// The queued messages of senders without an account whose name compares equal to `name`.
pub(crate) async fn queued_by_name<D: Database>(
    database: &D,
    channel: ChannelKey,
    name: &NormalisedText,
) -> Result<Vec<i64>, DatabaseError> {
    let rows = Answers::from(database.read(vec![QUEUED_NAMES.with([channel.into()])]).await?).next_rows()?;
    let mut found = Vec::new();
    for row in rows {
        if normalise(row.text(1)?) == *name {
            found.push(row.integer(0)?);
        }
    }
    Ok(found)
}

/// A sender's queued messages, by the strongest identifier. By name it takes a look at the queue first, because
/// names are compared after normalisation.
pub(crate) async fn of_sender<D: Database>(
    database: &D,
    context: Context<'_>,
    action: Action,
    identifier: &Identifier,
) -> Result<Vec<Selection>, DatabaseError> {
    let by = |queries, value: Value| vec![selection(queries, context, action, [value])];
    Ok(match identifier {
        Identifier::Central(id) => by((&DECIDE_CENTRAL_ID, &APPLY_CENTRAL_ID), id.get().into()),
        Identifier::Sender(id) => by((&DECIDE_SENDER_ID, &APPLY_SENDER_ID), id.as_str().into()),
        Identifier::Name(name) => {
            let messages = queued_by_name(database, context.channel, name).await?;
            many(context, action, None, &messages)
        }
    })
}

/// Commits the decisions on what is selected, with whatever goes before them in the same batch; answers how
/// many took effect.
pub(crate) async fn decide_selected<D: Database>(
    database: &D,
    context: Context<'_>,
    selections: Vec<Selection>,
    before: Vec<Statement>,
) -> Result<CarriedOut, DatabaseError> {
    let first = before.len() + 1;
    let (statements, decided_at) = carry_out(context, selections);
    let statements = before.into_iter().chain(statements);
    // Lists may be among what goes before: then compiled rules are out of date after it.
    let write = if first > 1 {
        crate::statements::settings_batch(context.channel, statements)
    } else {
        batch(context.channel, statements)
    };
    let counts = database.write(write).await?;
    Ok(CarriedOut {
        messages: decided_at
            .into_iter()
            .map(|place| affected(&counts, first + place))
            .sum::<Result<_, _>>()?,
        is_new: first > 1 && affected(&counts, first - 1)? > 0,
    })
}

/// What a batch did.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CarriedOut {
    /// On how many messages it decided.
    pub(crate) messages: u64,
    /// Whether the last of the statements before the decisions did anything.
    pub(crate) is_new: bool,
}

/// Messages to decide on: what inserts the decisions, and what carries them out on the same messages.
#[derive(Debug)]
pub(crate) struct Selection {
    statements: [Statement; 2],
    of: Of,
}

#[derive(Debug, Clone, Copy)]
enum Of {
    /// This message, whatever its status.
    Message(i64),
    /// Messages that are queued, and what they become.
    Queue(Status),
}

/// One message, whatever its status allows, and others while they are queued.
pub(crate) fn many(
    context: Context<'_>,
    action: Action,
    named: Option<i64>,
    queued: &[i64],
) -> Vec<Selection> {
    let others: Vec<i64> = queued.iter().copied().filter(|id| Some(*id) != named).collect();
    let chunks = others
        .chunks(MANY)
        .map(|chunk| selection((&DECIDE_MANY, &APPLY_MANY), context, action, many_numbers(chunk)));
    named.map(|message| one(context, action, message)).into_iter().chain(chunks).collect()
}

fn one(context: Context<'_>, action: Action, message: i64) -> Selection {
    let condition = [message.into(), action.status().rank().into()];
    let selected = selection((&DECIDE_ONE, &APPLY_ONE), context, action, condition);
    Selection { of: Of::Message(message), ..selected }
}

fn selection(
    (decide, apply): (&'static Query, &'static Query),
    context: Context<'_>,
    action: Action,
    condition: impl IntoIterator<Item = Value>,
) -> Selection {
    let (channel, status, now) = (context.channel, action.status().rank(), context.now);
    let mut inserted = vec![
        context.by.central_id.into(),
        at_most(&context.by.username, 255),
        action.as_str().into(),
        status.into(),
        now.into(),
        now.into(),
        channel.into(),
    ];
    let mut applied =
        vec![status.into(), now.into(), channel.into(), channel.into(), channel.into(), channel.into()];
    for value in condition {
        inserted.push(value.clone());
        applied.push(value);
    }
    let statements =
        [Statement { query: decide, parameters: inserted }, Statement { query: apply, parameters: applied }];
    Selection { statements, of: Of::Queue(action.status()) }
}

/// The statements that carry `selections` out and keep the counters up to date, and the places among them of those
/// that insert decisions.
fn carry_out(context: Context<'_>, selections: Vec<Selection>) -> (Vec<Statement>, Vec<usize>) {
    let (channel, now) = (context.channel, context.now);
    let mut statements = Vec::new();
    let mut decided_at = Vec::new();
    let mut became = None;
    let mut named = Vec::new();
    for selection in selections {
        match selection.of {
            Of::Message(message) => named.push((message, selection.statements)),
            Of::Queue(status) => {
                became = Some(status);
                decided_at.push(statements.len());
                statements.extend(selection.statements);
            }
        }
    }
    match became {
        Some(Status::Rejected) => statements.push(counting::queued_rejected(channel)),
        Some(_) => statements.extend(counting::batch(channel, now)),
        None => {}
    }
    // After the queued ones, so that those can be counted without looking at each.
    for (message, carried_out) in named {
        decided_at.push(statements.len());
        statements.extend(carried_out);
        statements.extend(counting::message(channel, message, now));
    }
    (statements, decided_at)
}

/// What decisions need to know of a message.
#[derive(Debug, Clone)]
pub struct Found {
    /// Where it stands.
    pub status: Status,
    /// What it says.
    pub text: String,
    /// Who sent it.
    pub sender: Sender,
}

/// A message of this channel.
pub async fn find<D: Database>(
    database: &D,
    channel: ChannelKey,
    message: i64,
) -> Result<Option<Found>, DatabaseError> {
    let statement = FIND.with([message.into(), channel.into()]);
    let Some(mut row) = Answers::from(database.read(vec![statement]).await?).next_row()? else {
        return Ok(None);
    };
    Ok(Some(Found {
        status: Status::from_rank(row.integer(0)?).ok_or_else(|| inconsistent("a message's status"))?,
        text: row.take_text(1)?,
        sender: crate::queue::sender(&row, 2, 3, 4)?,
    }))
}
