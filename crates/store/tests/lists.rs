//! Ban and trust entries, blocked texts, and the rules made of them.

use moderation::{ChannelSettings, Sender, normalise};
use store::{
    actions::{block_similar, list_sender},
    channels,
    lists::{self, Entry, List},
    patterns, rules,
};

use crate::support::{NO_NOTE, Stage, change, named, person, ready, sender, stage::START};

/// The number of the entry that was made, if one was.
fn entry(stage: &Stage, list: List, who: &Sender, now: i64) -> Option<i64> {
    let (by, identifier) = (person(1), who.strongest().unwrap());
    let listed = list_sender(&stage.database, stage.context(&by, now), list, who, &identifier, &NO_NOTE);
    ready(listed).unwrap().entry
}

fn listed(stage: &Stage, list: List, who: &Sender, now: i64) -> i64 {
    entry(stage, list, who, now).unwrap()
}

fn entries(stage: &Stage, list: List) -> Vec<Entry> {
    ready(lists::list(&stage.database, stage.channel, list)).unwrap()
}

fn compiled(stage: &Stage) -> rules::Compiled {
    ready(rules::load(&stage.database, &stage.id, START)).unwrap().unwrap()
}

#[test]
fn entries_are_kept_as_they_were_added_newest_first() {
    let stage = Stage::new();
    let people = [sender(5, "s-5", "Ana"), sender(0, "s-6", ""), named("Zoë")];
    let added = |(who, at): (Sender, i64)| (listed(&stage, List::Ban, &who, START + at), who, START + at);
    let mut expected: Vec<_> = people.into_iter().zip(0..).map(added).collect();
    expected.reverse();
    let entries = entries(&stage, List::Ban);
    let found = entries.iter().map(|entry| (entry.id, entry.sender.clone(), entry.added_at));
    assert_eq!(found.collect::<Vec<_>>(), expected);
    assert_eq!(entries[0].added_by, "Person 1");
}

#[test]
fn the_same_sender_is_one_entry() {
    let stage = Stage::new();
    let other = Stage::in_database(&stage.database, "other");
    let first = [(List::Ban, sender(5, "", "Ana")), (List::Ban, named("Zoe\u{308}"))];
    let again = [(List::Ban, sender(5, "s-1", "Another name")), (List::Ban, named(" ZOË "))];
    for (list, who) in &first {
        listed(&stage, *list, who, START);
    }
    for (list, who) in &again {
        assert_eq!(entry(&stage, *list, who, START + 1), None, "it is not theirs who finds it");
    }
    assert_eq!(entries(&stage, List::Ban).len(), 2);
    listed(&stage, List::Trust, &sender(5, "", "Ana"), START);
    listed(&other, List::Ban, &sender(5, "", "Ana"), START);
    assert_eq!(entries(&stage, List::Ban).len(), 2);
}

#[test]
fn an_entry_is_removed_from_its_own_list_only() {
    let stage = Stage::new();
    let other = Stage::in_database(&stage.database, "other");
    let id = listed(&stage, List::Ban, &sender(5, "", "Ana"), START);
    let remove = |stage: &Stage, list, id| {
        ready(lists::remove(&stage.database, stage.channel, list, id, change(START)))
    };
    assert!(!remove(&stage, List::Trust, id).unwrap());
    assert!(!remove(&other, List::Ban, id).unwrap());
    assert!(
        !ready(lists::remove(&stage.database, store::audit::SITE, List::Ban, id, change(START))).unwrap()
    );
    assert!(remove(&stage, List::Ban, id).unwrap());
    assert!(!remove(&stage, List::Ban, id).unwrap());
    assert!(entries(&stage, List::Ban).is_empty());
}

#[test]
fn a_global_ban_is_for_all_channels() {
    let stage = Stage::new();
    let other = Stage::in_database(&stage.database, "other");
    let (mallory, before) = (sender(5, "", "Mallory"), stage.stamp());
    let ban =
        || ready(lists::ban_globally(&stage.database, &mallory, "c:5", &NO_NOTE, change(START))).unwrap();
    assert!(ban());
    assert!(!ban(), "already");
    for stage in [&stage, &other] {
        assert!(stage.stamp().global_revision > before.global_revision);
        assert!(compiled(stage).rules.global_bans.find(&mallory).is_some());
        assert!(compiled(stage).rules.bans.is_empty());
        assert!(entries(stage, List::Ban).is_empty());
    }
    let bans = ready(lists::global_bans(&stage.database)).unwrap();
    assert_eq!(bans.iter().map(|entry| &entry.sender).collect::<Vec<_>>(), [&mallory]);
    assert!(
        ready(lists::remove(&stage.database, store::audit::SITE, List::Ban, bans[0].id, change(START)))
            .unwrap()
    );
    assert!(
        !ready(lists::remove(&stage.database, store::audit::SITE, List::Ban, bans[0].id, change(START)))
            .unwrap()
    );
    assert!(compiled(&other).rules.global_bans.is_empty());
}

#[test]
fn a_blocked_text_is_kept_once() {
    let stage = Stage::new();
    let by = person(1);
    let ids = ["Buy pills!", "Buy pills!", "Sell pills!"]
        .into_iter()
        .zip(1..)
        .map(|(text, n)| stage.queued(&n.to_string(), text, named("Spam")));
    let block =
        |id| ready(block_similar(&stage.database, stage.context(&by, START + id), id, &NO_NOTE)).unwrap();
    let rejected: Vec<_> = ids.collect::<Vec<_>>().into_iter().map(block).collect();
    assert_eq!(rejected, [Some(2), Some(0), Some(1)]);
    let patterns = || ready(patterns::list(&stage.database, stage.channel)).unwrap();
    let kept = patterns();
    assert_eq!(kept.iter().map(|entry| &*entry.pattern).collect::<Vec<_>>(), ["Sell pills!", "Buy pills!"]);
    assert_eq!((&*kept[1].added_by, kept[1].added_at), ("Person 1", START + 1));
    assert!(compiled(&stage).rules.patterns.find(&normalise("buy pills?")).is_some());

    let other = Stage::in_database(&stage.database, "other");
    assert!(compiled(&other).rules.patterns.is_empty());
    assert!(!ready(patterns::remove(&stage.database, other.channel, kept[0].id, change(START))).unwrap());
    assert!(ready(patterns::remove(&stage.database, stage.channel, kept[0].id, change(START))).unwrap());
    assert!(!ready(patterns::remove(&stage.database, stage.channel, kept[0].id, change(START))).unwrap());
    assert_eq!(patterns(), kept[1..]);
}

#[test]
fn rules_are_what_the_lists_and_the_settings_say() {
    let stage = Stage::new();
    let (banned, trusted) = (sender(5, "", "Mallory"), sender(6, "", "Ana"));
    let ban = listed(&stage, List::Ban, &banned, START);
    let trust = listed(&stage, List::Trust, &trusted, START);
    let settings = ChannelSettings { emoji_auto_approve: true, ..ChannelSettings::new("New name") };
    ready(channels::update(
        &stage.database,
        stage.channel,
        &stage.channel().settings,
        &settings,
        change(START),
    ))
    .unwrap();
    let compiled = compiled(&stage);
    assert_eq!(compiled.stamp, stage.stamp());
    assert_eq!(compiled.secret, stage.channel().webhook_secret);
    assert_eq!(compiled.rules.settings, settings);
    assert_eq!((compiled.rules.bans.find(&banned), compiled.rules.bans.find(&trusted)), (Some(ban), None));
    assert_eq!(compiled.rules.trusted.find(&trusted), Some(trust));
}

#[test]
fn each_change_makes_rules_out_of_date() {
    let stage = Stage::new();
    let other = Stage::in_database(&stage.database, "other");
    let theirs = other.stamp();
    let mut last = stage.stamp();
    let mut advanced = |what: &str| {
        let now = stage.stamp();
        assert!(now.settings_revision > last.settings_revision, "{what}");
        last = now;
    };
    let id = listed(&stage, List::Ban, &sender(5, "", ""), START);
    advanced("a ban");
    ready(lists::remove(&stage.database, stage.channel, List::Ban, id, change(START))).unwrap();
    advanced("its end");
    let secret = platform::config::Secret::new("t");
    ready(channels::regenerate_token(&stage.database, stage.channel, &secret, change(START))).unwrap();
    advanced("a token");
    stage.queued("1", "hello", named("Ana"));
    assert_eq!(stage.stamp(), last, "a message changes no rules");
    assert_eq!(other.stamp(), theirs);
}

#[test]
fn an_archived_channel_takes_nothing() {
    let stage = Stage::new();
    assert_eq!(ready(rules::stamp(&stage.database, "nowhere")).unwrap(), None);
    ready(channels::archive(&stage.database, stage.channel, Some(START), change(START))).unwrap();
    assert_eq!(ready(rules::stamp(&stage.database, "main")).unwrap(), None);
    assert!(ready(rules::load(&stage.database, "main", START)).unwrap().is_none());
    assert!(ready(rules::load(&stage.database, "nowhere", START)).unwrap().is_none());
    ready(channels::archive(&stage.database, stage.channel, None, change(START))).unwrap();
    assert_eq!(ready(rules::load(&stage.database, "main", START)).unwrap().unwrap().stamp, stage.stamp());
}

#[test]
fn rules_are_those_of_the_channel_that_has_the_name_and_of_the_whole_site() {
    let stage = Stage::new();
    let other = Stage::in_database(&stage.database, "other");
    let (banned, trusted, elsewhere, everywhere) =
        (sender(1, "", ""), sender(2, "", ""), sender(3, "", ""), sender(4, "", ""));
    listed(&stage, List::Ban, &banned, START);
    listed(&stage, List::Trust, &trusted, START);
    listed(&other, List::Ban, &elsewhere, START);
    ready(lists::ban_globally(&stage.database, &everywhere, "c:4", &NO_NOTE, change(START))).unwrap();

    let rules = compiled(&stage).rules;
    let found = |list: &moderation::SenderList| {
        [&banned, &trusted, &elsewhere, &everywhere].map(|who| list.find(who).is_some())
    };
    assert_eq!(found(&rules.bans), [true, false, false, false]);
    assert_eq!(found(&rules.trusted), [false, true, false, false]);
    assert_eq!(found(&rules.global_bans), [false, false, false, true]);
}

#[test]
fn an_entry_matches_by_the_strongest_of_what_it_has() {
    let stage = Stage::new();
    let entries = [sender(1, "s-1", "Ana"), sender(0, "s-2", "Bob"), sender(0, "", "Zoë")];
    let ids = entries.map(|who| listed(&stage, List::Ban, &who, START));
    let bans = compiled(&stage).rules.bans;
    assert_eq!(bans.len(), 3);
    let same = [sender(1, "", ""), sender(0, "s-2", ""), named("ZOE\u{308}")];
    assert_eq!(same.map(|who| bans.find(&who)), ids.map(Some));
    let alike = [sender(0, "s-1", "Ana"), named("Ana"), named("Bob"), sender(9, "", "Zoë")];
    assert_eq!(alike.map(|who| bans.find(&who)), [None; 4]);
}
