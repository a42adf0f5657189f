//! What intake screens with, and the revision it is of.

use std::sync::Arc;

use moderation::{ChannelRules, NormalisedText, Patterns, Sender, SenderList, normalise};
use platform::{
    config::Secret,
    database::{Answers, Database, DatabaseError, Row, Rows},
};

use crate::{
    channels::{self, ChannelKey},
    lists::List,
    queue::sender,
};

/// Which version of a channel's rules is the present one. Read with every message: short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// The channel.
    pub channel: ChannelKey,
    /// Advances with the channel's settings and lists.
    pub settings_revision: i64,
    /// Advances with the global ban list.
    pub global_revision: i64,
}

/// A channel's rules, compiled.
#[derive(Debug)]
pub struct Compiled {
    /// Which version this is.
    pub stamp: Stamp,
    /// What Eventyay signs with.
    pub secret: Secret,
    /// What a message is screened with.
    pub rules: ChannelRules,
}

queries! { "rules";
    STAMP: Rows = "SELECT c.id, s.settings_revision, g.global_revision FROM channels c \
        JOIN channel_state s ON s.channel_id = c.id JOIN site_state g ON g.id = 1 \
        WHERE c.slug = ? AND c.archived_at IS NULL";
    // By the name alone, so that nobody has to ask for the number first.
    GLOBAL_BANS: Page = "SELECT list, id, screen_name, sender_id, central_id FROM sender_entries \
        WHERE channel_id = 0 AND list = ?";
    SENDERS: Page = "SELECT list, id, screen_name, sender_id, central_id FROM sender_entries \
        WHERE channel_id = (SELECT c.id FROM channels c WHERE c.slug = ?)";
    PATTERNS: Page = "SELECT id, pattern FROM patterns \
        WHERE channel_id = (SELECT c.id FROM channels c WHERE c.slug = ?)";
}

fn stamp_of(rows: &Rows) -> Result<Option<Stamp>, DatabaseError> {
    let Some(row) = rows.first() else { return Ok(None) };
    Ok(Some(Stamp {
        channel: ChannelKey(row.integer(0)?),
        settings_revision: row.integer(1)?,
        global_revision: row.integer(2)?,
    }))
}

/// The present version of the rules of the channel with this name, unless there is none or it is archived.
pub async fn stamp<D: Database>(database: &D, id: &str) -> Result<Option<Stamp>, DatabaseError> {
    let mut answers = Answers::from(database.read(vec![STAMP.with([id.into()])]).await?);
    stamp_of(&answers.next_rows()?)
}

/// Loads and compiles a channel's rules, from one snapshot. `None` as for [`stamp`].
pub async fn load<D: Database>(database: &D, id: &str) -> Result<Option<Compiled>, DatabaseError> {
    let statements = vec![
        STAMP.with([id.into()]),
        channels::find_statement(id),
        GLOBAL_BANS.with([List::Ban.as_str().into()]),
        SENDERS.with([id.into()]),
        PATTERNS.with([id.into()]),
    ];
    let mut answers = Answers::from(database.read(statements).await?);
    let Some(stamp) = stamp_of(&answers.next_rows()?)? else { return Ok(None) };
    let Some(found) = channels::found(&mut answers)? else { return Ok(None) };
    let global_bans = SenderList::new(senders(answers.next_rows()?)?);
    let mut entries = answers.next_rows()?;
    let mut of = |list: List| -> Result<SenderList, DatabaseError> {
        let is_of = |row: &mut Row| row.text(0).is_ok_and(|word| word == list.as_str());
        Ok(SenderList::new(senders(entries.extract_if(.., is_of).collect())?))
    };
    let (bans, trusted) = (of(List::Ban)?, of(List::Trust)?);
    let texts: Vec<(i64, NormalisedText)> = answers
        .next_rows()?
        .into_iter()
        .map(|row| Ok((row.integer(0)?, normalise(row.text(1)?))))
        .collect::<Result<_, DatabaseError>>()?;
    Ok(Some(Compiled {
        stamp,
        secret: found.webhook_secret,
        rules: ChannelRules {
            settings: found.settings,
            global_bans: Arc::new(global_bans),
            bans,
            trusted,
            patterns: Patterns::new(texts),
        },
    }))
}

fn senders(rows: Rows) -> Result<Vec<(i64, Sender)>, DatabaseError> {
    rows.into_iter().map(|row| Ok((row.integer(1)?, sender(&row, 2, 3, 4)?))).collect()
}
