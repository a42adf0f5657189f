//! A channel as it should be: what moderators were promised, in the plainest words.

use std::collections::BTreeMap;

use moderation::{Decision, DropCause, Incoming, MessageType, SYMBOL_WINDOW_MS, Sender, SenderList, Status};
use moderation::{is_similar, normalise};
use platform::{clock::Millis, database::Value};
use store::messages::Start;

/// A decision in force, and what it will be taken back to.
#[derive(Debug, Clone)]
pub(super) struct InForce {
    pub(super) by: i64,
    pub(super) status: Status,
    pub(super) at: Millis,
    /// The same for all decisions of one action; later actions have greater numbers.
    pub(super) action: u64,
    /// The message's row before it.
    before: Vec<Value>,
}

/// A message, and the decisions on it that are in force, each more restrictive than the one before.
#[derive(Debug, Clone)]
pub(super) struct Message {
    pub(super) id: i64,
    pub(super) incoming: Incoming,
    pub(super) language: Option<String>,
    pub(super) unnamed: Option<i64>,
    pub(super) arrived: (u64, Millis),
    arrived_as: Status,
    pub(super) decisions: Vec<InForce>,
}

impl Message {
    /// The most restrictive of what is in force.
    pub(super) fn status(&self) -> Status {
        self.decisions.iter().fold(self.arrived_as, |status, decision| status.join(decision.status))
    }

    /// What orders the feed, and when the feed says that it was approved.
    pub(super) fn placed(&self) -> (u64, Millis) {
        self.decisions.last().map_or(self.arrived, |decision| (decision.action, decision.at))
    }
}

/// A row of the log: when, what, to which status, by whom, on which message.
pub(super) type Logged = (Millis, &'static str, Status, i64, i64);

/// A channel.
#[derive(Debug, Clone, Default)]
pub(super) struct Model {
    pub(super) messages: Vec<Message>,
    /// What each action logged, in any order.
    pub(super) log: Vec<Vec<Logged>>,
    pub(super) unnamed: BTreeMap<String, i64>,
    pub(super) drops: BTreeMap<&'static str, i64>,
    /// Who made the entry of this action and this identifier, and when.
    pub(super) entries: BTreeMap<(&'static str, String), (i64, Millis)>,
}

/// Who decides, when, as which action.
#[derive(Debug, Clone, Copy)]
pub(super) struct Act {
    pub(super) by: i64,
    pub(super) at: Millis,
    pub(super) action: u64,
    pub(super) name: &'static str,
}

impl Model {
    pub(super) fn has_seen(&self, incoming: &Incoming) -> bool {
        self.messages.iter().any(|message| message.incoming.seen_key() == incoming.seen_key())
    }

    pub(super) fn find(&mut self, id: i64) -> Option<&mut Message> {
        self.messages.iter_mut().find(|message| message.id == id)
    }

    pub(super) fn ids(&self, fits: impl Fn(&Message) -> bool) -> Vec<i64> {
        self.messages.iter().filter(|message| fits(message)).map(|message| message.id).collect()
    }

    /// A message that is stored at a moment.
    pub(super) fn keep(
        &mut self,
        id: i64,
        incoming: &Incoming,
        language: Option<String>,
        start: Start,
        arrived: (u64, Millis),
    ) {
        let arrived_as = match start {
            Start::Approved | Start::Trusted(_) => Status::Approved,
            Start::ApprovedIfSymbolRecent if self.is_recent(&incoming.text, arrived.1) => Status::Approved,
            Start::Queued | Start::ApprovedIfSymbolRecent => Status::Queued,
        };
        let unnamed = incoming.sender.screen_name.is_empty().then(|| {
            let next = i64::try_from(self.unnamed.len()).unwrap() + 1;
            *self.unnamed.entry(incoming.sender.anonymous_key(&incoming.seen_key())).or_insert(next)
        });
        let incoming = incoming.clone();
        self.messages.push(Message {
            id,
            incoming,
            language,
            unnamed,
            arrived,
            arrived_as,
            decisions: vec![],
        });
    }

    /// Whether a moderator's approval of this symbol is in force and not older than the window.
    fn is_recent(&self, symbol: &str, now: Millis) -> bool {
        self.messages.iter().any(|message| {
            let decided = message.decisions.last();
            message.incoming.kind == MessageType::Emoji
                && message.incoming.text == symbol
                && message.status().is_public()
                && decided.is_some_and(|decision| decision.at >= now - SYMBOL_WINDOW_MS)
        })
    }

    pub(super) fn count_drop(&mut self, incoming: &Incoming, cause: DropCause) {
        if !self.has_seen(incoming) {
            *self.drops.entry(cause.as_str()).or_default() += 1;
        }
    }

    /// The messages that a rejection of what is similar to one reaches: itself, and the queued that are.
    pub(super) fn similar(&self, id: i64) -> Vec<i64> {
        let Some(named) = self.messages.iter().find(|message| message.id == id) else { return vec![] };
        let text = normalise(&named.incoming.text);
        let is_similar = |message: &Message| is_similar(&text, &normalise(&message.incoming.text));
        self.ids(|message| message.id == id || (message.status() == Status::Queued && is_similar(message)))
    }

    /// The queued messages that intake would have found on a list with this sender.
    pub(super) fn queued_of(&self, sender: &Sender) -> Vec<i64> {
        let list = SenderList::new([(1, sender.clone())]);
        let is_listed = |message: &Message| list.find(&message.incoming.sender).is_some();
        self.ids(|message| message.status() == Status::Queued && is_listed(message))
    }

    /// Decides on messages where that takes effect; answers on how many.
    pub(super) fn decide(
        &mut self,
        ids: &[i64],
        decision: Decision,
        act: Act,
        row: impl Fn(i64) -> Vec<Value>,
    ) -> u64 {
        let status = decision.status();
        let mut logged = Vec::new();
        for message in self.messages.iter_mut().filter(|message| ids.contains(&message.id)) {
            if status > message.status() {
                let before = row(message.id);
                message.decisions.push(InForce {
                    by: act.by,
                    status,
                    at: act.at,
                    action: act.action,
                    before,
                });
                logged.push((act.at, act.name, status, act.by, message.id));
            }
        }
        self.logged(logged)
    }

    /// Takes back this person's decision in force on a message, or all of the same action. Answers the rows that
    /// the messages should have again.
    pub(super) fn undo(&mut self, id: i64, group: bool, act: Act) -> Vec<(i64, Vec<Value>)> {
        let Some(last) = self.find(id).and_then(|message| message.decisions.last().cloned()) else {
            return vec![];
        };
        if last.by != act.by {
            return vec![];
        }
        let (mut restored, mut logged) = (Vec::new(), Vec::new());
        for message in &mut self.messages {
            let is_same = message.decisions.last().is_some_and(|decision| decision.action == last.action);
            if is_same
                && (group || message.id == id)
                && let Some(decision) = message.decisions.pop()
            {
                restored.push((message.id, decision.before));
                logged.push((act.at, act.name, message.status(), act.by, message.id));
            }
        }
        self.logged(logged);
        restored
    }

    fn logged(&mut self, rows: Vec<Logged>) -> u64 {
        let count = rows.len() as u64;
        if count > 0 {
            self.log.push(rows);
        }
        count
    }
}
