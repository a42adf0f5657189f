//! Messages and the decisions on them.

use std::collections::{HashMap, HashSet};

use anyhow::{Context as _, Result};
use moderation::{CentralId, Incoming, MessageType, SenderId, Status};
use rusqlite::{Connection, Statement, params};

use super::{
    CHANNEL, MODERATOR, Seed,
    events::{self, Message},
    number,
    timeline::{Fate, Timeline},
};
use crate::load::event_stream;

const MESSAGE: &str = "INSERT INTO messages (id, channel_id, revision, arrival, status, decided_revision, decided_at, \
    position, seen_key, kind, screen_name, unnamed_number, sender_id, central_id, message, target_key, language, \
    profile_img, arrived_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
const SENDER: &str = "INSERT INTO senders (channel_id, sender_key, number) VALUES (?, ?, ?)";
const DECISION: &str = "INSERT INTO decisions (channel_id, revision, message_id, moderator_id, moderator_name, action, \
    previous_status, previous_revision, previous_decided_at, status, after_revision, after_decided_at, decided_at) \
    VALUES (?, ?, ?, ?, ?, ?, 0, NULL, ?, ?, ?, ?, ?)";

/// Writes all of them; the highest number given to a sender without a name.
pub(super) fn write(connection: &Connection, seed: &Seed, timeline: &Timeline) -> Result<i64> {
    let mut insert = connection.prepare(MESSAGE)?;
    let mut number_sender = connection.prepare(SENDER)?;
    let mut numbers: HashMap<String, i64> = HashMap::new();
    let mut reactions = HashSet::new();
    let spam_from = seed.stored - seed.queued;
    // A load later has other ids: those begin at its own time.
    let mut bodies = event_stream(1, timeline.began_at);
    for (place, fate) in timeline.messages.iter().enumerate() {
        let similar = place.checked_sub(spam_from).filter(|place| *place < seed.similar);
        let (message, seen_key) = next(&mut bodies, similar, &mut reactions)?;
        let incoming = &message.incoming;
        let unnamed =
            incoming.sender.screen_name.is_empty().then(|| incoming.sender.anonymous_key(&seen_key));
        let unnamed = match unnamed {
            Some(key) => Some(number_of(&mut number_sender, &mut numbers, key)?),
            None => None,
        };
        insert.execute(params![
            number(place),
            CHANNEL,
            fate.revision(),
            fate.arrival,
            fate.status.rank(),
            fate.decided.map(|(revision, _)| revision),
            fate.decided.map_or(fate.arrived_at, |(_, at)| at),
            fate.revision(),
            seen_key,
            incoming.kind.code(),
            incoming.sender.screen_name.as_str(),
            unnamed,
            incoming.sender.sender_id.as_ref().map(SenderId::as_str),
            incoming.sender.central_id.map(CentralId::get),
            incoming.text,
            message.target_key,
            message.language,
            incoming.profile_img,
            fate.arrived_at,
        ])?;
    }
    write_decisions(connection, timeline)?;
    Ok(number(numbers.len()) - 1)
}

/// The number of the sender without a name who has this key.
fn number_of(insert: &mut Statement<'_>, numbers: &mut HashMap<String, i64>, key: String) -> Result<i64> {
    if let Some(known) = numbers.get(&key) {
        return Ok(*known);
    }
    let new = number(numbers.len());
    insert.execute(params![CHANNEL, key, new])?;
    numbers.insert(key, new);
    Ok(new)
}

/// The next event's message with its seen key, or the spammer's at this place. A reaction cannot say what a spammer
/// says; one that was given before is a repetition, which no server stores.
fn next(
    bodies: &mut impl Iterator<Item = Vec<u8>>,
    similar: Option<usize>,
    reactions: &mut HashSet<String>,
) -> Result<(Message, String)> {
    loop {
        let body = bodies.next().context("the generator of traffic has ended")?;
        let Some(mut message) = events::read(&body)? else { continue };
        let seen_key = message.incoming.seen_key();
        let is_reaction = message.incoming.kind == MessageType::Emoji;
        if is_reaction && (similar.is_some() || !reactions.insert(seen_key.clone())) {
            continue;
        }
        if let Some(place) = similar {
            message.incoming = Incoming { text: events::spam(place), ..message.incoming };
        }
        return Ok((message, seen_key));
    }
}

fn write_decisions(connection: &Connection, timeline: &Timeline) -> Result<()> {
    let mut insert = connection.prepare(DECISION)?;
    for place in &timeline.decisions {
        let fate = timeline.messages.get(*place).context("a decision on no message")?;
        let Some((revision, at)) = fate.decided else { continue };
        let action = match fate.status {
            Status::Highlighted => "highlight",
            Status::Rejected => "reject",
            Status::Approved | Status::Queued => "approve",
        };
        insert.execute(params![
            CHANNEL,
            revision,
            number(*place),
            MODERATOR.0,
            MODERATOR.1,
            action,
            fate.arrived_at,
            fate.status.rank(),
            revision,
            at,
            at,
        ])?;
    }
    Ok(())
}

impl Fate {
    /// When the message last changed, which is also its place among those of its status.
    fn revision(&self) -> i64 {
        self.decided.map_or(self.arrival, |(revision, _)| revision)
    }
}
