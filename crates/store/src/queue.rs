//! What is queued, and what changed since a revision.

use moderation::{CentralId, MessageType, ScreenName, Sender, SenderId};
use platform::{
    clock::Millis,
    database::{Answers, Database, DatabaseError, Row, Rows, Statement, Value},
};

use crate::{
    channels::ChannelKey,
    presence::{self, Present},
    statements::inconsistent,
};

/// A queued message.
#[derive(Debug, Clone)]
pub struct Queued {
    /// Its number.
    pub id: i64,
    /// Who sent it.
    pub sender: Sender,
    /// The sender's number, where they have no name.
    pub unnamed_number: Option<i64>,
    /// What it says.
    pub message: String,
    /// What kind it is.
    pub kind: MessageType,
    /// When it arrived.
    pub arrived_at: Millis,
    /// Its language, where the channel asks for it.
    pub language: Option<String>,
    /// The sender's picture.
    pub profile_img: Option<String>,
    /// When it last changed.
    pub revision: i64,
    /// For a reaction, the text that it is about, where that is known.
    pub target_message: Option<String>,
}

/// Which messages are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Filter {
    /// Only these.
    pub kind: Option<MessageType>,
    /// Only in this language.
    pub language: Option<String>,
}

/// The state of a queue, and what of it is new.
#[derive(Debug, Clone)]
pub struct Delta {
    /// The revision that this is of.
    pub revision: i64,
    /// Whether the messages are the whole answer, rather than changes to what was known.
    pub reset: bool,
    /// New and changed messages, newest first.
    pub messages: Vec<Queued>,
    /// Messages that are not queued any more.
    pub gone: Vec<i64>,
    /// How many are queued, whatever the filter.
    pub queued: i64,
    /// How many messages stand at each decision: highlighted, approved, rejected.
    pub stats: [i64; 3],
    /// How many messages were dropped, by cause.
    pub drops: Vec<(String, i64)>,
    /// Who is here.
    pub moderators: Vec<Present>,
}

macro_rules! select_queued {
    ($from:literal, $where:literal) => {
        select_queued!($from, "m.channel_id = ? AND m.status = 0", $where)
    };
    ($from:literal, $queued:literal, $where:literal) => {
        concat!(
            "SELECT m.id, m.screen_name, m.unnamed_number, m.message, m.kind, m.arrived_at, m.language, \
             m.profile_img, m.sender_id, m.central_id, m.revision, t.message FROM ",
            $from,
            " LEFT JOIN messages t ON t.channel_id = m.channel_id AND t.seen_key = m.target_key \
             WHERE ",
            $queued,
            " AND (? IS NULL OR m.kind = ?) AND (? IS NULL OR m.language = ?) ",
            $where
        )
    };
}

queries! { "queue";
    STATE: Rows = "SELECT revision, queued, highlighted, approved, rejected FROM channel_state WHERE channel_id = ?";
    // A limit on what is listed does not end a walk past what is not listed. So no walk begins where the channel's
    // state, which is one row, says that too much has changed.
    ARRIVED: Rows = select_queued!("channel_state s JOIN messages m ON m.channel_id = s.channel_id",
        "AND m.position > ? AND s.channel_id = ? AND s.revision <= ? ORDER BY m.position DESC LIMIT ?");
    // Whatever happens to a message after it has arrived is in the log. `+ 0`: the planner shall look up the few that
    // the log names, rather than walk all that are queued.
    RETURNED: Rows = select_queued!("channel_state s JOIN decisions d ON d.channel_id = s.channel_id \
        JOIN messages m ON m.id = d.message_id", "m.channel_id + 0 = ? AND m.status + 0 = 0", "AND d.status = 0 \
        AND d.revision > ? AND s.channel_id = ? AND s.revision <= ? ORDER BY d.revision DESC LIMIT ?");
    NEWEST: Page = select_queued!("messages m", "AND m.position < ? ORDER BY m.position DESC LIMIT ?");
    OLDER: Page = select_queued!("messages m", "AND m.position < (SELECT b.arrival FROM messages b WHERE b.id = ? \
        AND b.channel_id = m.channel_id) ORDER BY m.position DESC LIMIT ?");
    GONE: Rows = "SELECT m.id FROM channel_state s JOIN decisions d ON d.channel_id = s.channel_id \
        JOIN messages m ON m.id = d.message_id WHERE d.revision > ? AND s.channel_id = ? AND s.revision <= ? \
        AND m.status + 0 <> 0 AND m.decided_revision IS NOT NULL ORDER BY d.revision LIMIT ?";
    DROPS: Rows = "SELECT cause, dropped FROM drops WHERE channel_id = ?";
    LANGUAGES: Page = "SELECT DISTINCT language FROM messages WHERE channel_id = ? AND status = 0 \
        AND language IS NOT NULL";
}

/// The most changes that are listed; a client that missed more gets the newest page instead.
pub const MAX_CHANGES: usize = 500;
/// How many revisions a client may have missed; one that missed more gets the newest page instead.
pub const MAX_DISTANCE: i64 = 10_000;
const MAX_GONE: usize = 5_000;

/// What changed after revision `since`, or the newest `limit` messages if that is too long ago (or `None`).
pub async fn delta<D: Database>(
    database: &D,
    channel: ChannelKey,
    since: Option<i64>,
    filter: &Filter,
    limit: usize,
    now: Millis,
) -> Result<Delta, DatabaseError> {
    if let Some(since) = since
        && let Some(delta) = changes(database, channel, since, filter, now).await?
    {
        return Ok(delta);
    }
    page(database, channel, None, filter, limit, now).await
}

async fn changes<D: Database>(
    database: &D,
    channel: ChannelKey,
    since: i64,
    filter: &Filter,
    now: Millis,
) -> Result<Option<Delta>, DatabaseError> {
    let latest = since.saturating_add(MAX_DISTANCE);
    let changed = [since.into(), channel.into(), latest.into(), count(MAX_CHANGES + 1)];
    let statements = vec![
        STATE.with([channel.into()]),
        DROPS.with([channel.into()]),
        presence::statement(channel, now),
        Statement { query: &ARRIVED, parameters: filtered(channel, filter, changed.clone()) },
        Statement { query: &RETURNED, parameters: filtered(channel, filter, changed) },
        GONE.with([since.into(), channel.into(), latest.into(), count(MAX_GONE + 1)]),
    ];
    let mut answers = Answers::from(database.read(statements).await?);
    let mut delta = state(&mut answers)?;
    let (arrived, returned, gone) = (answers.next_rows()?, answers.next_rows()?, answers.next_rows()?);
    // A revision of the future: the database was put back to an earlier state.
    let is_known = (since..=latest).contains(&delta.revision);
    if !is_known || arrived.len() + returned.len() > MAX_CHANGES || gone.len() > MAX_GONE {
        return Ok(None);
    }
    delta.messages = queued(arrived)?;
    delta.messages.extend(queued(returned)?);
    // What arrived and was decided and taken back, all since then, is among both; what was decided more than once is
    // there as often.
    delta.messages.sort_unstable_by_key(|message| std::cmp::Reverse(message.id));
    delta.messages.dedup_by_key(|message| message.id);
    delta.gone = gone.iter().map(|row| row.integer(0)).collect::<Result<_, _>>()?;
    delta.gone.sort_unstable();
    delta.gone.dedup();
    Ok(Some(delta))
}

/// The newest `limit` queued messages, or those that are older than message `before`.
pub async fn page<D: Database>(
    database: &D,
    channel: ChannelKey,
    before: Option<i64>,
    filter: &Filter,
    limit: usize,
    now: Millis,
) -> Result<Delta, DatabaseError> {
    let (query, from) = match before {
        Some(message) => (&OLDER, message),
        None => (&NEWEST, i64::MAX),
    };
    let statements = vec![
        STATE.with([channel.into()]),
        DROPS.with([channel.into()]),
        presence::statement(channel, now),
        Statement { query, parameters: filtered(channel, filter, [from.into(), count(limit)]) },
    ];
    let mut answers = Answers::from(database.read(statements).await?);
    let mut delta = state(&mut answers)?;
    delta.reset = true;
    delta.messages = queued(answers.next_rows()?)?;
    Ok(delta)
}

/// The languages of the queued messages, sorted.
pub async fn languages<D: Database>(database: &D, channel: ChannelKey) -> Result<Vec<String>, DatabaseError> {
    let mut answers = Answers::from(database.read(vec![LANGUAGES.with([channel.into()])]).await?);
    let rows = answers.next_rows()?.into_iter();
    let mut languages = rows.map(|mut row| row.take_text(0)).collect::<Result<Vec<_>, _>>()?;
    languages.sort_unstable();
    Ok(languages)
}

/// A channel's present revision; `None` once it is deleted.
pub async fn revision<D: Database>(database: &D, channel: ChannelKey) -> Result<Option<i64>, DatabaseError> {
    let mut answers = Answers::from(database.read(vec![STATE.with([channel.into()])]).await?);
    answers.next_row()?.map(|row| row.integer(0)).transpose()
}

fn filtered<const N: usize>(channel: ChannelKey, filter: &Filter, rest: [Value; N]) -> Vec<Value> {
    let kind = Value::from(filter.kind.map(MessageType::code));
    let language = Value::from(filter.language.as_deref());
    let mut parameters = vec![channel.into(), kind.clone(), kind, language.clone(), language];
    parameters.extend(rest);
    parameters
}

fn count(limit: usize) -> Value {
    Value::Integer(i64::try_from(limit).unwrap_or(i64::MAX))
}

fn state(answers: &mut Answers) -> Result<Delta, DatabaseError> {
    let row = answers.next_row()?.ok_or_else(|| inconsistent("a channel without a state"))?;
    let drops = answers.next_rows()?.into_iter();
    let drops = drops
        .map(|mut row| Ok((row.take_text(0)?, row.integer(1)?)))
        .collect::<Result<_, DatabaseError>>()?;
    Ok(Delta {
        revision: row.integer(0)?,
        reset: false,
        messages: Vec::new(),
        gone: Vec::new(),
        queued: row.integer(1)?,
        stats: [row.integer(2)?, row.integer(3)?, row.integer(4)?],
        drops,
        moderators: presence::present(answers.next_rows()?)?,
    })
}

fn queued(rows: Rows) -> Result<Vec<Queued>, DatabaseError> {
    rows.into_iter()
        .map(|mut row| {
            Ok(Queued {
                id: row.integer(0)?,
                sender: sender(&row, 1, 8, 9)?,
                unnamed_number: row.optional_integer(2)?,
                message: row.take_text(3)?,
                kind: MessageType::from_code(row.integer(4)?)
                    .ok_or_else(|| inconsistent("a message's kind"))?,
                arrived_at: row.integer(5)?,
                language: row.optional_text(6)?.map(str::to_owned),
                profile_img: row.optional_text(7)?.map(str::to_owned),
                revision: row.integer(10)?,
                target_message: row.optional_text(11)?.map(str::to_owned),
            })
        })
        .collect()
}

/// A sender from three columns of a row.
pub(crate) fn sender(
    row: &Row,
    name: usize,
    sender_id: usize,
    central_id: usize,
) -> Result<Sender, DatabaseError> {
    let sender_id = row.optional_text(sender_id)?.map(str::parse::<SenderId>).transpose();
    let central_id = row.optional_integer(central_id)?.map(CentralId::try_from).transpose();
    Ok(Sender {
        central_id: central_id.map_err(|_| inconsistent("a message's central id"))?,
        sender_id: sender_id.map_err(|_| inconsistent("a message's sender id"))?,
        screen_name: ScreenName::new(row.text(name)?),
    })
}
