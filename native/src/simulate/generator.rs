//! The traffic of a busy conference chat, one event after the other.

use std::collections::{BTreeMap, VecDeque};

use fastrand::Rng;
use platform::clock::Millis;

use super::{
    people::{Person, people, uuid},
    phrases::{REACTIONS, SPAM, SPAMMER_NAMES},
    texts,
    wire::{Event, Meta},
};

/// How many of the newest messages people still react to.
const REMEMBERED: usize = 200;

/// What a [`SimulatedEvent`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventKind {
    /// What most people write.
    Text,
    /// Texts that a page, a feed or a filter could trip over: markup, invisible and control characters,
    /// half an emoji, very long or very short ones.
    Odd,
    /// A question to the speakers.
    Question,
    /// Somebody reacts to an earlier message.
    Reaction,
    /// Somebody takes a reaction back.
    ReactionRemoved,
    /// One text again and again, with small changes, under changing names.
    Spam,
    /// An earlier event's body once more.
    Duplicate,
}

/// One event, ready to be signed and posted.
#[derive(Debug, Clone)]
pub struct SimulatedEvent {
    /// The request's body: compact ASCII JSON.
    pub body: Vec<u8>,
    /// What it is about.
    pub kind: EventKind,
}

/// An endless stream of events. The same seed, start and times give the same events.
#[derive(Debug)]
pub struct Generator {
    random: Rng,
    people: Vec<Person>,
    spammer: Spammer,
    /// Eventyay's own id of the channel.
    channel: String,
    next_message_id: i64,
    recent: VecDeque<Target>,
    /// Delivered once more soon.
    again: Option<Vec<u8>>,
}

/// A message as later reactions repeat it.
#[derive(Debug)]
struct Target {
    message_id: i64,
    timestamp: String,
    sender_id: Option<String>,
    message: String,
    cut_off: bool,
    /// Who reacted, by index into the people, per symbol.
    reactions: BTreeMap<&'static str, Vec<usize>>,
}

/// Repeats one text, and signs up anew when banned too often.
#[derive(Debug)]
struct Spammer {
    text: &'static str,
    sender_id: String,
    posts: u32,
}

impl Generator {
    /// A stream that `seed` determines. Message ids grow from `started` (in microseconds), so that a later
    /// run with the same seed does not repeat them, which would be taken for duplicates.
    #[must_use]
    pub fn new(seed: u64, started: Millis) -> Self {
        let mut random = Rng::with_seed(seed);
        let people = people(&mut random);
        let text = texts::pick(&mut random, SPAM);
        let spammer = Spammer { text, sender_id: uuid(&mut random), posts: 0 };
        let channel = uuid(&mut random);
        let next_message_id = started.saturating_mul(1000);
        let recent = VecDeque::with_capacity(REMEMBERED + 1);
        Self { random, people, spammer, channel, next_message_id, recent, again: None }
    }

    /// What is posted at `now`.
    pub fn next(&mut self, now: Millis) -> SimulatedEvent {
        if self.again.is_some()
            && self.random.u32(..3) == 0
            && let Some(body) = self.again.take()
        {
            return SimulatedEvent { body, kind: EventKind::Duplicate };
        }
        let event = match self.random.u32(..1000) {
            0..60 => self.spam(now),
            60..140 => self.question(now),
            140..260 => self.reaction(now),
            260..280 => self.reaction_removed(now),
            280..350 => self.odd(now),
            _ => self.text(now),
        };
        if self.random.u32(..200) == 0 {
            self.again = Some(event.body.clone());
        }
        event
    }

    fn text(&mut self, now: Millis) -> SimulatedEvent {
        let person = self.anybody();
        let message = texts::remark(&mut self.random, self.people[person].language);
        self.post(now, person, message, false, EventKind::Text)
    }

    fn odd(&mut self, now: Millis) -> SimulatedEvent {
        let person = self.anybody();
        let language = self.people[person].language;
        let random = &mut self.random;
        let mut cut_off = false;
        let message = match random.u32(..100) {
            0..45 => texts::short(random),
            45..60 => texts::emoji(random),
            60..72 => texts::markup(random),
            72..84 => texts::invisible(random, language),
            84..94 => texts::long(random, language),
            94..97 => texts::control(random, language),
            _ => {
                cut_off = true;
                texts::remark(random, language)
            }
        };
        self.post(now, person, message, cut_off, EventKind::Odd)
    }

    fn question(&mut self, now: Millis) -> SimulatedEvent {
        let person = self.anybody();
        let message = texts::question(&mut self.random, self.people[person].language);
        self.post(now, person, message, false, EventKind::Question)
    }

    fn spam(&mut self, now: Millis) -> SimulatedEvent {
        self.spammer.posts += 1;
        if self.spammer.posts.is_multiple_of(20) {
            self.spammer.sender_id = uuid(&mut self.random);
        }
        let message = texts::disguise(&mut self.random, self.spammer.text);
        let screen_name = texts::pick(&mut self.random, SPAMMER_NAMES);
        let target = self.new_target(now, Some(self.spammer.sender_id.clone()), message, false);
        let body = Event {
            centralauth_id: None,
            centralauth_username: None,
            channel: &self.channel,
            message: &target.message,
            cut_off: false,
            message_id: target.message_id,
            meta: Meta::Text,
            profile_img: None,
            screen_name,
            sender_id: target.sender_id.as_deref(),
            timestamp: &target.timestamp,
            user_language: Some("en"),
        }
        .to_body();
        self.remember(target);
        SimulatedEvent { body, kind: EventKind::Spam }
    }

    fn post(
        &mut self,
        now: Millis,
        person: usize,
        message: String,
        cut_off: bool,
        kind: EventKind,
    ) -> SimulatedEvent {
        let target = self.new_target(now, self.people[person].sender_id.clone(), message, cut_off);
        let person = &self.people[person];
        let meta = if kind == EventKind::Question {
            Meta::Question { anonymous: person.screen_name.is_empty(), vote_count: self.random.u32(..20) }
        } else {
            Meta::Text
        };
        let body = event(&self.channel, person, &target, meta).to_body();
        self.remember(target);
        SimulatedEvent { body, kind }
    }

    fn reaction(&mut self, now: Millis) -> SimulatedEvent {
        if self.recent.is_empty() {
            return self.text(now);
        }
        let target = self.random.usize(..self.recent.len());
        let symbol = texts::pick(&mut self.random, REACTIONS);
        let person = self.anybody();
        // Who cannot be told apart cannot react, and a second reaction of one kind takes back the first.
        let reacted =
            self.recent[target].reactions.get(symbol).is_some_and(|people| people.contains(&person));
        if self.people[person].sender_id.is_none() || reacted {
            return self.text(now);
        }
        self.recent[target].reactions.entry(symbol).or_default().push(person);
        let body = self.reaction_body(target, person, "add", symbol);
        SimulatedEvent { body, kind: EventKind::Reaction }
    }

    fn reaction_removed(&mut self, now: Millis) -> SimulatedEvent {
        let Some(target) = self.recent.iter().rposition(|target| !target.reactions.is_empty()) else {
            return self.text(now);
        };
        let reactions = &mut self.recent[target].reactions;
        let Some(mut entry) = reactions.first_entry() else { return self.text(now) };
        let symbol = *entry.key();
        let people = entry.get_mut();
        let person = people.swap_remove(self.random.usize(..people.len()));
        if people.is_empty() {
            entry.remove();
        }
        let body = self.reaction_body(target, person, "remove", symbol);
        SimulatedEvent { body, kind: EventKind::ReactionRemoved }
    }

    /// Id, time, text and sender are those of the message reacted to; only the names are the reactor's.
    fn reaction_body(
        &self,
        target: usize,
        person: usize,
        action: &'static str,
        symbol: &'static str,
    ) -> Vec<u8> {
        let target = &self.recent[target];
        let id = |person: &usize| self.people[*person].sender_id.as_deref();
        let reactions =
            target.reactions.iter().map(|(symbol, people)| (*symbol, people.iter().filter_map(id).collect()));
        let meta = Meta::Reaction { action, symbol, reactions: reactions.collect() };
        event(&self.channel, &self.people[person], target, meta).to_body()
    }

    fn anybody(&mut self) -> usize {
        self.random.usize(..self.people.len())
    }

    fn new_target(
        &mut self,
        now: Millis,
        sender_id: Option<String>,
        message: String,
        cut_off: bool,
    ) -> Target {
        let message_id = self.next_message_id;
        self.next_message_id = message_id.saturating_add(1);
        let microseconds = now.saturating_mul(1000).saturating_add(self.random.i64(1..1000));
        let timestamp = timestamp(microseconds);
        Target { message_id, timestamp, sender_id, message, cut_off, reactions: BTreeMap::new() }
    }

    fn remember(&mut self, target: Target) {
        self.recent.push_back(target);
        if self.recent.len() > REMEMBERED {
            self.recent.pop_front();
        }
    }
}

fn event<'a>(channel: &'a str, person: &'a Person, target: &'a Target, meta: Meta<'a>) -> Event<'a> {
    Event {
        centralauth_id: person.account.as_ref().map(|(id, _)| *id),
        centralauth_username: person.account.as_ref().map(|(_, name)| name.as_str()),
        channel,
        message: &target.message,
        cut_off: target.cut_off,
        message_id: target.message_id,
        meta,
        profile_img: person.profile_img.as_deref(),
        screen_name: &person.screen_name,
        sender_id: target.sender_id.as_deref(),
        timestamp: &target.timestamp,
        user_language: person.user_language,
    }
}

/// ISO 8601 as Eventyay prints it: six digits after the point, and an offset instead of a `Z`.
fn timestamp(microseconds: i64) -> String {
    let at = jiff::Timestamp::from_microsecond(microseconds).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    let mut text = format!("{at:.6}");
    text.pop();
    text.push_str("+00:00");
    text
}

#[cfg(test)]
mod tests;
