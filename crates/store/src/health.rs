//! How Eventyay's requests fared of late: when one was last accepted, refused (and why), or asked for the challenge.
//!
//! Who takes the requests notes this every few seconds at most, so these times are that exact and no more.

use std::collections::HashMap;

use moderation::Status;
use platform::{
    clock::Millis,
    database::{Answers, Batch, Database, DatabaseError, Rows},
};

use crate::{channels::ChannelKey, statements::inconsistent};

/// How long an outcome need not be noted again, in milliseconds.
pub const INTERVAL_MS: Millis = 5_000;

/// Why a request was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refused {
    /// It was not signed, or with another secret.
    Signature,
    /// It was no event that could be read.
    Malformed,
    /// Its time was too old, or in the future.
    Timestamp,
}

impl Refused {
    const ALL: [Self; 3] = [Self::Signature, Self::Malformed, Self::Timestamp];

    /// The word that is stored and told.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Signature => "signature",
            Self::Malformed => "malformed",
            Self::Timestamp => "timestamp",
        }
    }

    fn parse(word: &str) -> Result<Self, DatabaseError> {
        let known = Self::ALL.into_iter().find(|it| it.as_str() == word);
        known.ok_or_else(|| inconsistent("why a request was refused"))
    }
}

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Event {
    /// It was signed and taken.
    Accepted,
    /// It was refused.
    Refused(Refused),
    /// It asked for the challenge, and got it.
    Challenged,
}

/// How a channel's webhook fared of late.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Health {
    /// When the challenge was last answered.
    pub challenged_at: Option<Millis>,
    /// When a signed event was last taken.
    pub accepted_at: Option<Millis>,
    /// When a request was last refused, and why.
    pub refused: Option<(Millis, Refused)>,
}

queries! { "health";
    // Of each channel the message that came last to this status.
    NEWEST: Page = "SELECT s.channel_id, m.arrived_at FROM channel_state s JOIN messages m \
        ON m.channel_id = s.channel_id AND m.status = ? AND m.position = (SELECT MAX(x.position) FROM messages x \
        WHERE x.channel_id = s.channel_id AND x.status = ?)";
    ADD: Rows = "INSERT INTO webhook_health (channel_id) SELECT c.id FROM channels c WHERE c.id = ? \
        AND NOT EXISTS (SELECT 1 FROM webhook_health h WHERE h.channel_id = c.id)";
    // Another process may have noted it just now.
    ACCEPTED: Rows = "UPDATE webhook_health SET accepted_at = ? WHERE channel_id = ? \
        AND (accepted_at IS NULL OR accepted_at <= ?)";
    REFUSED: Rows = "UPDATE webhook_health SET refused_at = ?, refused_why = ? WHERE channel_id = ?";
    CHALLENGED: Rows = "UPDATE webhook_health SET challenged_at = ? WHERE channel_id = ?";
    OF_CHANNEL: Rows = "SELECT channel_id, challenged_at, accepted_at, refused_at, refused_why FROM webhook_health \
        WHERE channel_id = ?";
    ALL_CHANNELS: Page = "SELECT channel_id, challenged_at, accepted_at, refused_at, refused_why FROM webhook_health";
}

/// Notes what became of a request.
pub async fn note<D: Database>(
    database: &D,
    channel: ChannelKey,
    event: Event,
    now: Millis,
) -> Result<(), DatabaseError> {
    let update = match event {
        Event::Accepted => ACCEPTED.with([now.into(), channel.into(), (now - INTERVAL_MS).into()]),
        Event::Refused(why) => REFUSED.with([now.into(), why.as_str().into(), channel.into()]),
        Event::Challenged => CHALLENGED.with([now.into(), channel.into()]),
    };
    database.write(Batch::of(vec![ADD.with([channel.into()]), update])).await.map(drop)
}

/// How a channel's webhook fared.
pub async fn of<D: Database>(database: &D, channel: ChannelKey) -> Result<Health, DatabaseError> {
    let mut answers = Answers::from(database.read(vec![OF_CHANNEL.with([channel.into()])]).await?);
    Ok(healths(&answers.next_rows()?)?.remove(&channel).unwrap_or_default())
}

/// How all channels' webhooks fared, as far as anything came.
pub async fn all<D: Database>(database: &D) -> Result<HashMap<ChannelKey, Health>, DatabaseError> {
    let mut answers = Answers::from(database.read(vec![ALL_CHANNELS.with([])]).await?);
    healths(&answers.next_rows()?)
}

/// When each channel's last message arrived. Exact while it is queued; of one that is decided about, when the last
/// one to be decided about arrived, or the last event that was taken if that is later.
pub async fn last_messages<D: Database>(database: &D) -> Result<HashMap<ChannelKey, Millis>, DatabaseError> {
    let statuses = Status::ALL.map(|status| NEWEST.with([status.rank().into(), status.rank().into()]));
    let mut answers = Answers::from(database.read(statuses.into()).await?);
    let mut last = HashMap::new();
    for _ in Status::ALL {
        for row in answers.next_rows()? {
            let newest = last.entry(ChannelKey(row.integer(0)?)).or_insert(Millis::MIN);
            *newest = row.integer(1)?.max(*newest);
        }
    }
    Ok(last)
}

fn healths(rows: &Rows) -> Result<HashMap<ChannelKey, Health>, DatabaseError> {
    rows.iter()
        .map(|row| {
            let refused = row
                .optional_integer(3)?
                .map(|at| Ok::<_, DatabaseError>((at, Refused::parse(row.text(4)?)?)));
            let health = Health {
                challenged_at: row.optional_integer(1)?,
                accepted_at: row.optional_integer(2)?,
                refused: refused.transpose()?,
            };
            Ok((ChannelKey(row.integer(0)?), health))
        })
        .collect::<Result<_, DatabaseError>>()
}
