//! What a moderator does about a sender or a text: an entry on a list, and the queued messages it is about.
//!
//! The entry and the decisions commit together. Intake stores nothing screened with rules older than the
//! entry, so after the commit no such message can arrive; one that arrived between the look at the queue and
//! the commit is found by a second look.

use moderation::{Identifier, Sender, normalise};
use platform::database::{Database, DatabaseError};

use crate::{
    decisions::{self, Action, Context},
    lists::{self, List},
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
) -> Result<Listed, DatabaseError> {
    let action = match list {
        List::Ban => Action::Ban,
        List::Trust => Action::Allow,
    };
    let key = identifier.key();
    let entry = lists::insertion(context.channel, list, sender, &key, context.by, context.now);
    let selections = decisions::of_sender(database, context, action, identifier).await?;
    let mut messages = decisions::decide_selected(database, context, selections, vec![entry]).await?;
    if let Identifier::Name(_) = identifier {
        let late = decisions::of_sender(database, context, action, identifier).await?;
        if !late.is_empty() {
            messages += decisions::decide_selected(database, context, late, vec![]).await?;
        }
    }
    let entry = lists::made(database, context.channel, list, &key, context.by, context.now).await?;
    Ok(Listed { entry, messages })
}

/// Keeps a message's text as a pattern and rejects it and the similar queued ones; answers how many, or
/// `None` where there is no such message.
pub async fn block_similar<D: Database>(
    database: &D,
    context: Context<'_>,
    message: i64,
) -> Result<Option<u64>, DatabaseError> {
    let Some(found) = decisions::find(database, context.channel, message).await? else { return Ok(None) };
    let text = normalise(&found.text);
    let action = Action::BlockSimilar;
    let entry = patterns::insertion(context.channel, &found.text, message, context.by, context.now);
    // Known before the first look, so that the second need only look at what came after it.
    let known = queue::revision(database, context.channel).await?;
    let similar = decisions::similar_queued(database, context.channel, &text, None).await?;
    let selections = decisions::many(context, action, Some(message), &similar);
    let mut messages = decisions::decide_selected(database, context, selections, vec![entry]).await?;
    let late = decisions::similar_queued(database, context.channel, &text, known).await?;
    if !late.is_empty() {
        let selections = decisions::many(context, action, None, &late);
        messages += decisions::decide_selected(database, context, selections, vec![]).await?;
    }
    Ok(Some(messages))
}
