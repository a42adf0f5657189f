//! What has to hold after every step.

use moderation::Status;
use platform::{clock::Millis, database::Value};
use store::{
    channels::ChannelState,
    feed,
    log::{self, Filter},
    queue,
};

use super::world::Side;
use crate::support::{ready, stage::number};

/// What a step is compared with.
pub(super) struct Before {
    state: ChannelState,
    settings_revision: i64,
    feed: Vec<Shown>,
}

/// A message in the feed: its number, whether it is highlighted, its place, when it was approved.
type Shown = (i64, bool, u64, Millis);

impl Before {
    pub(super) fn of(side: &Side) -> Self {
        Self {
            state: side.stage.channel().state,
            settings_revision: side.stage.stamp().settings_revision,
            feed: shown(side),
        }
    }
}

fn shown(side: &Side) -> Vec<Shown> {
    let public = side.model.messages.iter().filter(|message| message.status().is_public());
    let mut shown: Vec<Shown> = public
        .map(|message| {
            let (place, at) = message.placed();
            (message.id, message.status() == Status::Highlighted, place, at)
        })
        .collect();
    shown.sort_unstable_by_key(|(id, _, place, _)| std::cmp::Reverse((*place, *id)));
    shown
}

/// `changed` says whether the step wrote to this channel, and whether it changed the settings.
pub(super) fn all(side: &mut Side, before: &Before, changed: Option<bool>, now: Millis) {
    let state = side.stage.channel().state;
    match changed {
        Some(_) => assert!(state.revision > before.state.revision, "a write advances the revision"),
        None => assert_eq!(state, before.state, "what was not written to stays as it was"),
    }
    assert!(side.stage.stamp().settings_revision >= before.settings_revision);
    let feed_changed = shown(side) != before.feed || changed == Some(true);
    assert_eq!(state.feed_revision != before.state.feed_revision, feed_changed, "the feed's revision");
    if feed_changed {
        assert_eq!((state.feed_revision, state.feed_changed_at), (state.revision, now));
    }
    counters(side, state);
    messages(side);
    queued(side);
    feeds(side);
}

fn counters(side: &Side, state: ChannelState) {
    let (counters, counted) = side.stage.counts();
    assert_eq!(counters, counted, "the counters are what one would count");
    let modelled =
        Status::ALL.map(|status| side.model.ids(|message| message.status() == status).len() as u64);
    assert_eq!(counted.map(i64::unsigned_abs), modelled);
    let delta = side.stage.delta(Some(state.revision));
    assert!(delta.messages.is_empty() && delta.gone.is_empty() && !delta.reset);
    assert_eq!(delta.queued, state.queued);
    assert_eq!(delta.stats, [state.highlighted, state.approved, state.rejected]);
    let drops = delta.drops.iter().filter(|(_, count)| *count > 0);
    let modelled = side.model.drops.iter().map(|(cause, count)| ((*cause).to_owned(), *count));
    assert_eq!(drops.cloned().collect::<std::collections::BTreeMap<_, _>>(), modelled.collect());
}

/// Each message's status and number; and that numbers have no gaps.
fn messages(side: &Side) {
    let channel = number(side.stage.channel);
    let rows = side.stage.database.rows(&format!(
        "SELECT id, status, unnamed_number FROM messages WHERE channel_id = {channel} ORDER BY id"
    ));
    let modelled = side.model.messages.iter().map(|message| {
        vec![Value::Integer(message.id), Value::Integer(message.status().rank()), message.unnamed.into()]
    });
    assert_eq!(rows, modelled.collect::<Vec<_>>());
    let numbers = side.stage.database.rows(&format!(
        "SELECT sender_key, number FROM senders WHERE channel_id = {channel} ORDER BY sender_key"
    ));
    let modelled = side.model.unnamed.iter().map(|(key, n)| vec![key.as_str().into(), (*n).into()]);
    assert_eq!(numbers, modelled.collect::<Vec<_>>());
    let highest = side
        .stage
        .database
        .integer(&format!("SELECT unnamed FROM channel_state WHERE channel_id = {channel}"));
    assert_eq!(highest.unsigned_abs(), side.model.unnamed.len() as u64);
}

fn queued(side: &Side) {
    let mut modelled = side.model.ids(|message| message.status() == Status::Queued);
    modelled.reverse();
    assert_eq!(side.stage.queue(), modelled, "newest first");
    let queued = side.model.messages.iter().filter(|message| message.status() == Status::Queued);
    let mut languages: Vec<String> = queued.filter_map(|message| message.language.clone()).collect();
    languages.sort_unstable();
    languages.dedup();
    assert_eq!(ready(queue::languages(&side.stage.database, side.stage.channel)).unwrap(), languages);
}

fn feeds(side: &Side) {
    for highlights_only in [false, true] {
        let feed = ready(feed::load(&side.stage.database, side.stage.channel, highlights_only));
        let items = feed.unwrap().unwrap().items;
        let items: Vec<_> = items.iter().map(|item| (item.id, item.highlighted, item.approved_at)).collect();
        let modelled =
            shown(side).into_iter().filter(|(_, highlighted, ..)| *highlighted || !highlights_only);
        assert_eq!(items, modelled.map(|(id, highlighted, _, at)| (id, highlighted, at)).collect::<Vec<_>>());
    }
}

/// The log holds what took effect, newest first, whole or in pages.
pub(super) fn log(side: &Side) {
    let page = |before, limit| {
        let filter = Filter { before, ..Filter::default() };
        ready(log::page(&side.stage.database, side.stage.channel, &filter, limit)).unwrap()
    };
    let whole = page(None, 10_000);
    let mut rest = whole.as_slice();
    for action in side.model.log.iter().rev() {
        let (entries, after) = rest.split_at(action.len());
        let mut entries: Vec<_> = entries
            .iter()
            .map(|entry| {
                let by = entry.moderator.rsplit_once(' ').unwrap().1.parse::<i64>().unwrap();
                (entry.decided_at, verb(&entry.action), entry.status, by, entry.message_id)
            })
            .collect();
        let mut modelled = action.clone();
        entries.sort_unstable();
        modelled.sort_unstable();
        assert_eq!(entries, modelled);
        rest = after;
    }
    assert!(rest.is_empty(), "what took no effect is not logged");

    let (mut paged, mut before) = (Vec::new(), None);
    loop {
        let entries = page(before, 3);
        let Some(last) = entries.last() else { break };
        before = Some(last.id);
        paged.extend(entries);
    }
    assert_eq!(paged, whole);
}

fn verb(action: &str) -> &'static str {
    let all = ["approve", "highlight", "reject", "reject-similar", "ban", "allow", "block-similar", "undo"];
    all.into_iter().find(|name| *name == action).unwrap()
}

/// The queue in pages is the queue.
pub(super) fn pages(side: &Side) {
    let (mut paged, mut before) = (Vec::new(), None);
    loop {
        let filter = queue::Filter::default();
        let page = queue::page(&side.stage.database, side.stage.channel, before, &filter, 3, 0);
        let page = ready(page).unwrap().messages;
        let Some(last) = page.last() else { break };
        before = Some(last.id);
        paged.extend(page.iter().map(|message| message.id));
    }
    assert_eq!(paged, side.stage.queue());
}
