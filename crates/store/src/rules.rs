//! What intake screens with, and the revision it is of.

use std::sync::Arc;

use moderation::{ChannelRules, NormalisedText, Patterns, SenderList, normalise};
use platform::{
    config::Secret,
    database::{Answers, Database, DatabaseError, Rows},
};

use crate::{
    channels::{self, ChannelKey},
    lists::{self, List},
    patterns,
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
pub async fn load<D: Database>(
    database: &D,
    id: &str,
    channel: ChannelKey,
) -> Result<Option<Compiled>, DatabaseError> {
    let statements = vec![
        STAMP.with([id.into()]),
        channels::find_statement(id),
        lists::all_statement(ChannelKey(0), List::Ban),
        lists::all_statement(channel, List::Ban),
        lists::all_statement(channel, List::Trust),
        patterns::all_statement(channel),
    ];
    let mut answers = Answers::from(database.read(statements).await?);
    let Some(stamp) = stamp_of(&answers.next_rows()?)? else { return Ok(None) };
    let Some(found) = channels::found(&mut answers)? else { return Ok(None) };
    if stamp.channel != channel {
        // Deleted and made anew between two reads: the caller asks again.
        return Ok(None);
    }
    let mut senders = || -> Result<SenderList, DatabaseError> {
        let entries = lists::entries(answers.next_rows()?)?;
        Ok(SenderList::new(entries.into_iter().map(|entry| (entry.id, entry.sender))))
    };
    let (global_bans, bans, trusted) = (senders()?, senders()?, senders()?);
    let texts: Vec<(i64, NormalisedText)> = patterns::entries(answers.next_rows()?)?
        .into_iter()
        .map(|entry| (entry.id, normalise(&entry.pattern)))
        .collect();
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
