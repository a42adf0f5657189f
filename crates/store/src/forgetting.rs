//! Texts, names and ids whose time is over, or whose sender asks for it.
//!
//! A message that is forgotten keeps its row, so that counts and the log's decisions stay: only what it said and who
//! said it is emptied. Its position is turned below 0, out of reach of feeds. One that nobody had decided about is
//! rejected with it, as the log says, and so leaves the queue.

use std::collections::BTreeMap;

use moderation::{NormalisedText, Sender, Status, normalise};
use platform::{
    clock::Millis,
    database::{Answers, Batch, Database, DatabaseError, Row, Statement},
};

use crate::{
    audit::{self, Action as Audited, Change},
    channels::{self, ChannelKey},
    chores::{Bit, Task},
    decisions::{self, Action, Context},
    lists::{self, List},
    statements::{MANY, batch, many_numbers, settings_batch},
};

/// How many pages of messages are looked through at a time for a sender's.
const PAGES: usize = 16;

/// Who is to be forgotten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whom {
    /// Whoever has this Wikimedia account.
    CentralId(i64),
    /// Whoever sent something under this name, as names are compared.
    Name(NormalisedText),
}

impl Whom {
    fn is(&self, sender: &Sender) -> bool {
        match self {
            Self::CentralId(id) => sender.central_id.is_some_and(|central| central.get() == *id),
            Self::Name(name) => normalise(sender.screen_name.as_str()) == *name,
        }
    }
}

queries! { "forgetting";
    NEXT: Page = "SELECT id, channel_id, arrived_at, status, unnamed_number, screen_name, sender_id, central_id, \
        position FROM messages WHERE id > ? ORDER BY id LIMIT 256";
    // No other message of the channel has its own number for a key: those of messages begin with a letter. And no
    // decision in force is one that could be taken back.
    EMPTY: Page = concat!(
        "UPDATE messages SET position = 0 - position, seen_key = id, screen_name = '', unnamed_number = NULL, \
         sender_id = NULL, central_id = NULL, message = '', target_key = NULL, profile_img = NULL, \
         decided_revision = 0 - decided_revision WHERE channel_id + 0 = ? AND position > 0 AND id IN ", many_numbers!()
    );
    TOUCH_FEED: Rows = "UPDATE channel_state SET feed_revision = revision, feed_changed_at = ? WHERE channel_id = ?";
    NUMBERS: Page = "DELETE FROM senders WHERE channel_id = ? AND number <= ?";
    NUMBER: Rows = "DELETE FROM senders WHERE channel_id = ? AND sender_key = ?";
    UNNAME_ENTRY: Rows = "UPDATE sender_entries SET screen_name = '' WHERE id = ?";
    REMOVE_ENTRY: Rows = "DELETE FROM sender_entries WHERE id = ?";
    ENDED_ENTRIES: Rows = "DELETE FROM sender_entries WHERE expires_at < ?";
    ENDED_PATTERNS: Rows = "DELETE FROM patterns WHERE expires_at < ?";
}

/// Begins to forget what arrived before this time; `days` is for the trail.
pub async fn purge<D: Database>(
    database: &D,
    before: Millis,
    days: u32,
    change: Change<'_>,
) -> Result<(), DatabaseError> {
    let write = audit::entry(audit::SITE, change, Audited::Purge, "", &format!("{days} days"));
    let mut statements = ended_entries(before).to_vec();
    statements.extend([Task::Purge(before).begin(change.now), write]);
    database.write(Batch::of(statements)).await.map(drop)
}

/// Begins to forget a sender. Whom is not in the trail.
pub async fn forget<D: Database>(database: &D, whom: &Whom, change: Change<'_>) -> Result<(), DatabaseError> {
    let known_by = match whom {
        Whom::CentralId(_) => "a central id",
        Whom::Name(_) => "a name",
    };
    let write = audit::entry(audit::SITE, change, Audited::Forget, "", &format!("by {known_by}"));
    let statements = vec![Task::Forget(whom.clone()).begin(change.now), write];
    database.write(Batch::of(statements)).await.map(drop)
}

/// Removes entries of lists that ended before this time; they have matched nothing since.
pub(crate) fn ended_entries(before: Millis) -> [Statement; 2] {
    [ENDED_ENTRIES.with([before.into()]), ENDED_PATTERNS.with([before.into()])]
}

/// A message that may have to be forgotten.
struct Candidate {
    id: i64,
    channel: ChannelKey,
    arrived_at: Millis,
    status: i64,
    unnamed_number: Option<i64>,
    sender: Sender,
    is_forgotten: bool,
}

fn candidate(row: &Row) -> Result<Candidate, DatabaseError> {
    Ok(Candidate {
        id: row.integer(0)?,
        channel: ChannelKey(row.integer(1)?),
        arrived_at: row.integer(2)?,
        status: row.integer(3)?,
        unnamed_number: row.optional_integer(4)?,
        sender: crate::queue::sender(row, 5, 6, 7)?,
        is_forgotten: row.integer(8)? <= 0,
    })
}

async fn next<D: Database>(database: &D, place: i64) -> Result<Vec<Candidate>, DatabaseError> {
    let rows = Answers::from(database.read(vec![NEXT.with([place.into()])]).await?).next_rows()?;
    rows.iter().map(candidate).collect()
}

/// Forgets some of what arrived before this time, after the message at `place`: numbers grow with time.
pub(crate) async fn purge_some<D: Database>(
    database: &D,
    before: Millis,
    place: i64,
    now: Millis,
) -> Result<Bit, DatabaseError> {
    let mut found = next(database, place).await?;
    let read = found.len();
    let old = found.iter().position(|message| message.arrived_at >= before).unwrap_or(read);
    found.truncate(old);
    let place = found.last().map_or(place, |message| message.id);
    let done = empty(database, found, true, now).await?;
    Ok(if old < MANY { Bit::End { place } } else { Bit::More { place, done } })
}

/// Forgets some of what this sender sent, after the message at `place`.
pub(crate) async fn forget_some<D: Database>(
    database: &D,
    whom: &Whom,
    place: i64,
    now: Millis,
) -> Result<Bit, DatabaseError> {
    if place == 0 {
        forget_in_lists(database, whom).await?;
    }
    let (mut place, mut done) = (place, 0);
    for _ in 0..PAGES {
        let mut found = next(database, place).await?;
        let read = found.len();
        place = found.last().map_or(place, |message| message.id);
        found.retain(|message| whom.is(&message.sender));
        done += empty(database, found, false, now).await?;
        if read < MANY {
            return Ok(Bit::End { place });
        }
        // Reading is quick; after something was written it is others' turn.
        if done > 0 {
            break;
        }
    }
    Ok(Bit::More { place, done })
}

/// Empties these messages, channel by channel; answers how many. Where all of a time are emptied, so are the numbers
/// that senders without a name had by then.
async fn empty<D: Database>(
    database: &D,
    messages: Vec<Candidate>,
    with_numbers: bool,
    now: Millis,
) -> Result<u64, DatabaseError> {
    let mut by_channel: BTreeMap<i64, Vec<Candidate>> = BTreeMap::new();
    for message in messages.into_iter().filter(|message| !message.is_forgotten && message.channel.0 != 0) {
        by_channel.entry(message.channel.0).or_default().push(message);
    }
    let mut done = 0;
    for (channel, messages) in by_channel {
        let channel = ChannelKey(channel);
        let of_status = |status: Status| {
            messages.iter().filter(move |message| message.status == status.rank()).map(|message| message.id)
        };
        let queued: Vec<i64> = of_status(Status::Queued).collect();
        if !queued.is_empty() {
            let by = channels::system();
            let context = Context { channel, by: &by, now };
            let selections = decisions::many(context, Action::Forget, None, &queued);
            decisions::decide_selected(database, context, selections, vec![]).await?;
        }
        let ids: Vec<i64> = messages.iter().map(|message| message.id).collect();
        let mut parameters = vec![channel.into()];
        parameters.extend(many_numbers(&ids));
        let mut statements = vec![Statement { query: &EMPTY, parameters }];
        if of_status(Status::Approved).chain(of_status(Status::Highlighted)).next().is_some() {
            statements.push(TOUCH_FEED.with([now.into(), channel.into()]));
        }
        let number = messages.iter().filter_map(|message| message.unnamed_number).max();
        if let Some(number) = number.filter(|_| with_numbers) {
            statements.push(NUMBERS.with([channel.into(), number.into()]));
        }
        database.write(batch(channel, statements)).await?;
        done += ids.len() as u64;
    }
    Ok(done)
}

/// Trust ends; a ban stays, without the name unless it has nothing else: else asking to be forgotten would end it.
async fn forget_in_lists<D: Database>(database: &D, whom: &Whom) -> Result<(), DatabaseError> {
    let mut all: Vec<ChannelKey> = channels::list(database).await?.iter().map(|it| it.key).collect();
    all.push(audit::SITE);
    for channel in all {
        let mut statements = Vec::new();
        if let Whom::CentralId(id) = whom {
            statements.push(NUMBER.with([channel.into(), format!("c:{id}").into()]));
        }
        for list in [List::Ban, List::Trust] {
            for entry in lists::list(database, channel, list).await? {
                let has_id = entry.sender.central_id.is_some() || entry.sender.sender_id.is_some();
                match list {
                    _ if !whom.is(&entry.sender) => {}
                    List::Trust => statements.push(REMOVE_ENTRY.with([entry.id.into()])),
                    List::Ban if has_id => statements.push(UNNAME_ENTRY.with([entry.id.into()])),
                    List::Ban => {}
                }
            }
        }
        if !statements.is_empty() {
            database.write(settings_batch(channel, statements)).await?;
        }
    }
    Ok(())
}
