//! What intake screens with, and the revision it is of.

use std::sync::Arc;

use moderation::{
    CentralId, ChannelRules, NormalisedText, Patterns, ScreenName, Sender, SenderId, SenderList, normalise,
};
use platform::{
    clock::Millis,
    config::Secret,
    database::{Answers, Database, DatabaseError, Rows},
};

use crate::{
    channels::{self, ChannelKey},
    secrets::OldSecret,
    statements::inconsistent,
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
    /// What it may still sign with.
    pub old_secret: Option<OldSecret>,
    /// From then on they have to be compiled anew: an entry ends.
    pub valid_until: Millis,
    /// What a message is screened with.
    pub rules: ChannelRules,
}

impl Compiled {
    /// The secrets that Eventyay may sign with at `now`.
    pub fn secrets(&self, now: Millis) -> impl Iterator<Item = &Secret> {
        let old = self.old_secret.as_ref().filter(|old| now < old.until);
        std::iter::once(&self.secret).chain(old.map(|old| &old.secret))
    }
}

// A match is by the strongest identifier alone, so the others are not brought along: there are thousands of entries.
macro_rules! select_senders {
    ($where:literal) => {
        concat!(
            "SELECT id, list = 'trust', central_id, CASE WHEN central_id IS NULL THEN sender_id END, \
             CASE WHEN central_id IS NULL AND sender_id IS NULL THEN screen_name END, expires_at \
             FROM sender_entries WHERE ",
            $where
        )
    };
}

queries! { "rules";
    STAMP: Rows = "SELECT c.id, s.settings_revision, g.global_revision FROM channels c \
        JOIN channel_state s ON s.channel_id = c.id JOIN site_state g ON g.id = 1 \
        WHERE c.slug = ? AND c.archived_at IS NULL";
    // By the name alone, so that nobody has to ask for the number first.
    GLOBAL_BANS: Page = select_senders!("channel_id = 0 AND list = 'ban'");
    SENDERS: Page = select_senders!("channel_id = (SELECT c.id FROM channels c WHERE c.slug = ?)");
    PATTERNS: Page = "SELECT id, pattern, expires_at FROM patterns \
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

/// Loads and compiles a channel's rules as they are at `now`, from one snapshot. `None` as for [`stamp`].
pub async fn load<D: Database>(
    database: &D,
    id: &str,
    now: Millis,
) -> Result<Option<Compiled>, DatabaseError> {
    let statements = vec![
        STAMP.with([id.into()]),
        channels::find_statement(id),
        GLOBAL_BANS.with([]),
        SENDERS.with([id.into()]),
        PATTERNS.with([id.into()]),
    ];
    let mut answers = Answers::from(database.read(statements).await?);
    let Some(stamp) = stamp_of(&answers.next_rows()?)? else { return Ok(None) };
    let Some(found) = channels::found(&mut answers)? else { return Ok(None) };
    let mut valid_until = Millis::MAX;
    let mut is_live = |expires_at: Option<Millis>| match expires_at {
        None => true,
        Some(end) if end <= now => false,
        Some(end) => {
            valid_until = end.min(valid_until);
            true
        }
    };
    let [global_bans, _] = senders(&answers.next_rows()?, &mut is_live)?;
    let [bans, trusted] = senders(&answers.next_rows()?, &mut is_live)?;
    let texts: Vec<(i64, NormalisedText)> = answers
        .next_rows()?
        .into_iter()
        .filter_map(|row| match row.optional_integer(2) {
            Ok(end) if !is_live(end) => None,
            Ok(_) => Some(row.integer(0).and_then(|id| Ok((id, normalise(row.text(1)?))))),
            Err(error) => Some(Err(error)),
        })
        .collect::<Result<_, DatabaseError>>()?;
    Ok(Some(Compiled {
        stamp,
        secret: found.webhook_secret,
        old_secret: found.old_secret,
        valid_until,
        rules: ChannelRules {
            settings: found.settings,
            global_bans: Arc::new(global_bans),
            bans,
            trusted,
            patterns: Patterns::new(texts),
        },
    }))
}

/// The banned and the trusted, as far as their entries have not ended.
fn senders(
    rows: &Rows,
    is_live: &mut impl FnMut(Option<Millis>) -> bool,
) -> Result<[SenderList; 2], DatabaseError> {
    let mut lists = [Vec::new(), Vec::new()];
    for row in rows {
        if !is_live(row.optional_integer(5)?) {
            continue;
        }
        let sender = Sender {
            central_id: row.optional_integer(2)?.map(CentralId::try_from).transpose().map_err(wrong)?,
            sender_id: row.optional_text(3)?.map(str::parse::<SenderId>).transpose().map_err(wrong)?,
            screen_name: ScreenName::new(row.optional_text(4)?.unwrap_or_default()),
        };
        lists[usize::from(row.boolean(1)?)].push((row.integer(0)?, sender));
    }
    Ok(lists.map(SenderList::new))
}

fn wrong<E>(_: E) -> DatabaseError {
    inconsistent("an entry's sender")
}
