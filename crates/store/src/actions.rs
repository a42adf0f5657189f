//! What a moderator does about a sender or a text: an entry on a list, and the queued messages it is about.
//!
//! The entry and the decisions commit together. Intake stores nothing screened with rules older than the
//! entry, so after the commit no such message can arrive; one that arrived between the look at the queue and
//! the commit is found by a second look.

use moderation::{Identifier, Sender, normalise};
use platform::database::{Database, DatabaseError};

use crate::{
    audit::Change,
    decisions::{self, Action, Context},
    lists::{self, List, Note},
    patterns, queue,
};

/// What an entry did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listed {
    /// The new entry's number; `None` where there was one already, which is not this moderator's to take back.
    pub entry: Option<i64>,
    /// How many queued messages it decided.
    pub messages: u64,
}

/// Bans (`List::Ban`) or trusts (`List::Trust`) a sender in the channel, and rejects or approves their queued
/// messages. `identifier` is the sender's strongest.
pub async fn list_sender<D: Database>(
    database: &D,
    context: Context<'_>,
    list: List,
    sender: &Sender,
    identifier: &Identifier,
    note: &Note,
) -> Result<Listed, DatabaseError> {
    let action = match list {
        List::Ban => Action::Ban,
        List::Trust => Action::Allow,
    };
    let key = identifier.key();
    let change = Change { by: context.by, now: context.now };
    let entry = lists::insertion(context.channel, list, (sender, &key), note, change);
    let selections = decisions::of_sender(database, context, action, identifier).await?;
    let decided = decisions::decide_selected(database, context, selections, entry.to_vec()).await?;
    let mut messages = decided.messages;
    if let Identifier::Name(_) = identifier {
        let late = decisions::of_sender(database, context, action, identifier).await?;
        if !late.is_empty() {
            messages += decisions::decide_selected(database, context, late, vec![]).await?.messages;
        }
    }
    let entry =
        if decided.is_new { lists::made(database, context.channel, list, &key, change).await? } else { None };
    Ok(Listed { entry, messages })
}

/// Keeps a message's text as a pattern and rejects it and the similar queued ones; answers how many, or
/// `None` where there is no such message.
pub async fn block_similar<D: Database>(
    database: &D,
    context: Context<'_>,
    message: i64,
    note: &Note,
) -> Result<Option<u64>, DatabaseError> {
    let Some(found) = decisions::find(database, context.channel, message).await? else { return Ok(None) };
    block(database, context, &found.text, Some(message), note).await.map(Some)
}

/// Keeps a text as a pattern and rejects the similar queued messages; answers how many.
pub async fn block_text<D: Database>(
    database: &D,
    context: Context<'_>,
    text: &str,
    note: &Note,
) -> Result<u64, DatabaseError> {
    block(database, context, text, None, note).await
}

async fn block<D: Database>(
    database: &D,
    context: Context<'_>,
    text: &str,
    message: Option<i64>,
    note: &Note,
) -> Result<u64, DatabaseError> {
    let normalised = normalise(text);
    let action = Action::BlockSimilar;
    let change = Change { by: context.by, now: context.now };
    let entry = patterns::insertion(context.channel, (text, message), note, change);
    // Known before the first look, so that the second need only look at what came after it.
    let known = queue::revision(database, context.channel).await?;
    let similar = decisions::similar_queued(database, context.channel, &normalised, None).await?;
    let selections = decisions::many(context, action, message, &similar);
    let mut messages =
        decisions::decide_selected(database, context, selections, entry.to_vec()).await?.messages;
    let late = decisions::similar_queued(database, context.channel, &normalised, known).await?;
    if !late.is_empty() {
        let selections = decisions::many(context, action, None, &late);
        messages += decisions::decide_selected(database, context, selections, vec![]).await?.messages;
    }
    Ok(messages)
}
