//! Two channels of one database, each beside its model.

use moderation::{ChannelSettings, Decision, Incoming, LanguageTag, Sender};
use platform::clock::Millis;
use store::{
    decisions::{Decided, Undone},
    lists::List,
    messages::{Kept, Start},
    rules::Stamp,
};

use super::{
    checks,
    clients::{Client, Past, whole},
    model::{Act, Model},
    steps::{CHANNELS, Step},
};
use crate::support::{Memory, NO_NOTE, Stage, change, dropped, person, ready, stage::START};

pub(super) struct Side {
    pub(super) stage: Stage,
    pub(super) model: Model,
    clients: [Client; 3],
    past: Past,
    first_stamp: Stamp,
}

pub(super) struct World {
    sides: Vec<Side>,
    now: Millis,
    actions: u64,
}

impl World {
    pub(super) fn new() -> Self {
        let database = Memory::migrated();
        let sides = (0..CHANNELS).map(|index| {
            let stage = Stage::in_database(&database, &format!("channel-{index}"));
            let first_stamp = stage.stamp();
            let (model, clients, past) = Default::default();
            Side { stage, model, clients, past, first_stamp }
        });
        Self { sides: sides.collect(), now: START, actions: 0 }
    }

    /// Lets something happen, and looks at everything.
    pub(super) fn take(&mut self, step: &Step) {
        self.actions += 1;
        let before: Vec<_> = self.sides.iter().map(checks::Before::of).collect();
        let changed = self.happen(step);
        for (index, (side, before)) in self.sides.iter_mut().zip(&before).enumerate() {
            let changed = changed.filter(|(channel, _)| *channel == index).map(|(_, settings)| settings);
            checks::all(side, before, changed, self.now);
            side.past.remember(side.stage.channel().state.revision, whole(&side.stage));
        }
    }

    /// Looks at what only the whole story shows.
    pub(super) fn finish(&mut self) {
        for side in &mut self.sides {
            side.past.lead_to_the_present(&side.stage);
            checks::log(side);
            checks::pages(side);
            for client in &mut side.clients {
                client.poll(&side.stage, 0);
            }
        }
    }

    /// Answers which channel was written to, and whether its feed must be made anew whatever is in it.
    fn happen(&mut self, step: &Step) -> Option<(usize, bool)> {
        match step {
            Step::Keep { channel, incoming, language, start, stale } => {
                let kept = self.keep(*channel, incoming, language.as_ref(), *start, *stale);
                // Where the message's status is known only once it is stored, the revision advances before that.
                (kept == Kept::Stored || *start == Start::ApprovedIfSymbolRecent).then_some((*channel, false))
            }
            Step::Drop { channel, incoming, cause } => {
                let side = &mut self.sides[*channel];
                side.model.count_drop(incoming, *cause);
                let stamp = side.stage.stamp();
                ready(store::messages::count_drop(&side.stage.database, stamp, incoming, dropped(*cause, 1)))
                    .unwrap();
                Some((*channel, false))
            }
            Step::Decide { channel, message, by, decision } => {
                let id = self.message(*message)?;
                self.decide(*channel, id, *by, *decision);
                Some((*channel, false))
            }
            Step::Similar { channel, message, by, block } => {
                let id = self.message(*message)?;
                self.similar(*channel, id, *by, *block).then_some((*channel, false))
            }
            Step::ListSender { channel, sender, by, list } => {
                self.list_sender(*channel, sender, *by, *list).then_some((*channel, false))
            }
            Step::Undo { channel, message, by, group } => {
                let id = self.message(*message)?;
                self.undo(*channel, id, *by, *group).then_some((*channel, false))
            }
            Step::Settings { channel } => {
                let side = &self.sides[*channel];
                let settings = ChannelSettings::new(format!("Name {}", self.actions));
                let (database, key) = (&side.stage.database, side.stage.channel);
                ready(store::channels::update(
                    database,
                    key,
                    &side.stage.channel().settings,
                    &settings,
                    change(self.now),
                ))
                .unwrap();
                Some((*channel, true))
            }
            Step::BanGlobally { sender } => {
                let key = sender.key()?;
                let database = &self.sides[0].stage.database;
                ready(store::lists::ban_globally(database, sender, &key, &NO_NOTE, change(self.now)))
                    .unwrap();
                None
            }
            Step::Poll { channel, client, forgets } => {
                let side = &mut self.sides[*channel];
                side.clients[*client].poll(&side.stage, *forgets);
                None
            }
            Step::Wait { by } => {
                self.now += by;
                None
            }
        }
    }

    /// A message of either channel.
    fn message(&self, index: usize) -> Option<i64> {
        let all: Vec<i64> = self.sides.iter().flat_map(|side| side.model.ids(|_| true)).collect();
        all.get(index.checked_rem(all.len())?).copied()
    }

    fn act(&self, by: i64, name: &'static str) -> Act {
        Act { by, at: self.now, action: self.actions, name }
    }

    fn keep(
        &mut self,
        channel: usize,
        incoming: &Incoming,
        language: Option<&LanguageTag>,
        start: Start,
        stale: bool,
    ) -> Kept {
        let side = &mut self.sides[channel];
        let present = side.stage.stamp();
        let stamp = if stale { side.first_stamp } else { present };
        let kept = store::messages::keep(&side.stage.database, stamp, incoming, language, start, self.now);
        let kept = ready(kept).unwrap();
        if stamp == present && !side.model.has_seen(incoming) {
            assert_eq!(kept, Kept::Stored);
            let id = side.stage.number_of(&incoming.seen_key());
            let language = language.map(ToString::to_string);
            side.model.keep(id, incoming, language, start, (self.actions, self.now));
        } else {
            assert_eq!(kept, Kept::NotStored);
        }
        kept
    }

    fn decide(&mut self, channel: usize, id: i64, by: i64, decision: Decision) {
        let act = self.act(by, decision.as_str());
        let Side { stage, model, .. } = &mut self.sides[channel];
        let status = model.find(id).map(|message| message.status());
        let took_effect = model.decide(&[id], decision, act, |id| stage.row(id)) > 0;
        let expected = match status {
            None => Decided::NoMessage,
            Some(_) if took_effect => Decided::Effective,
            Some(status) => Decided::Superseded(status),
        };
        assert_eq!(stage.decide(id, decision, &person(by), self.now), expected);
    }

    fn similar(&mut self, channel: usize, id: i64, by: i64, block: bool) -> bool {
        let act = self.act(by, if block { "block-similar" } else { "reject-similar" });
        let Side { stage, model, .. } = &mut self.sides[channel];
        let reached = model.similar(id);
        let rejected = model.decide(&reached, Decision::Reject, act, |id| stage.row(id));
        let (who, database) = (person(by), &stage.database);
        let context = stage.context(&who, self.now);
        let answer = if block {
            ready(store::actions::block_similar(database, context, id, &NO_NOTE))
        } else {
            ready(store::decisions::reject_similar(database, context, id))
        };
        let is_here = !reached.is_empty();
        assert_eq!(answer.unwrap(), is_here.then_some(rejected));
        is_here
    }

    fn list_sender(&mut self, channel: usize, sender: &Sender, by: i64, list: List) -> bool {
        let identifier = match list {
            List::Ban => sender.strongest(),
            List::Trust => moderation::trustable(sender).ok(),
        };
        let Some(identifier) = identifier else { return false };
        let (name, decision) = match list {
            List::Ban => ("ban", Decision::Reject),
            List::Trust => ("allow", Decision::Approve),
        };
        let act = self.act(by, name);
        let Side { stage, model, .. } = &mut self.sides[channel];
        let reached = model.queued_of(sender);
        let decided = model.decide(&reached, decision, act, |id| stage.row(id));
        let (who, database) = (person(by), &stage.database);
        let context = stage.context(&who, self.now);
        let listed = store::actions::list_sender(database, context, list, sender, &identifier, &NO_NOTE);
        let listed = ready(listed).unwrap();
        let made = (by, self.now);
        let first = model.entries.entry((name, identifier.key())).or_insert(made);
        assert_eq!(listed.entry.is_some(), *first == made, "who finds an entry did not make it");
        assert_eq!(listed.messages, decided);
        true
    }

    /// Answers whether there was anything to write.
    fn undo(&mut self, channel: usize, id: i64, by: i64, group: bool) -> bool {
        let act = self.act(by, "undo");
        let Side { stage, model, .. } = &mut self.sides[channel];
        let found = model.find(id).map(|message| !message.decisions.is_empty());
        let restored = model.undo(id, group, act);
        let who = person(by);
        let undone = store::decisions::undo(&stage.database, stage.context(&who, self.now), id, group);
        let expected = match restored.len() as u64 {
            0 if found.is_some() => Undone::NotYours,
            0 => Undone::NoMessage,
            messages => Undone::Messages(messages),
        };
        assert_eq!(ready(undone).unwrap(), expected);
        for (message, row) in restored {
            assert_eq!(stage.row(message), row, "message {message} stands as before the decision");
        }
        // Of a group, the store looks first.
        !group || found == Some(true)
    }
}
