//! What admins do: secrets, the trail, the end of a channel, forgetting, entries that end.

use moderation::{Decision, DropCause, Role, normalise};
use platform::{config::Secret, database::Value};
use store::{
    actions, audit,
    channels::{self, CreateError},
    chores::{self, Task},
    deletion,
    forgetting::{self, Whom},
    health::{self, Event, Refused},
    lists::{self, List, Note},
    members,
    messages::{Start, count_drop},
    patterns, rules, secrets,
};

use crate::support::{
    Memory, NO_NOTE, Stage, change, dropped, message, named, person, ready, sender,
    stage::{START, number},
};

const DAY: i64 = 24 * 60 * 60 * 1000;

fn trail(stage: &Stage) -> Vec<(String, String, String)> {
    let entries = ready(audit::page(&stage.database, None, None, 100)).unwrap();
    entries.into_iter().map(|entry| (entry.action, entry.about, entry.detail)).collect()
}

fn work(database: &Memory, now: i64) -> usize {
    let mut bits = 0;
    while ready(chores::lend_a_hand(database, now, 30)).unwrap() {
        bits += 1;
        assert!(bits < 10_000, "it never ends");
    }
    bits
}

#[test]
fn an_old_secret_is_taken_for_an_hour_and_never_pushed_out() {
    let stage = Stage::new();
    let (database, channel) = (&stage.database, stage.channel);
    let before = stage.channel().webhook_secret;
    let replace = |secret: &str, now| {
        ready(secrets::replace(database, channel, &Secret::new(secret), change(now))).unwrap()
    };
    let taken = |now| {
        let rules = ready(rules::load(database, "main", now)).unwrap().unwrap();
        rules.secrets(now).map(|secret| secret.expose().to_owned()).collect::<Vec<_>>()
    };
    assert!(replace("second", START));
    assert_eq!(taken(START), ["second", before.expose()]);
    assert!(!replace("third", START + 1), "the first is still in use somewhere");
    assert_eq!(taken(START + secrets::OVERLAP_MS - 1), ["second", before.expose()]);
    assert_eq!(taken(START + secrets::OVERLAP_MS), ["second"]);
    assert!(replace("third", START + secrets::OVERLAP_MS));
    assert!(ready(secrets::revoke_old(database, channel, change(START + secrets::OVERLAP_MS + 1))).unwrap());
    assert_eq!(taken(START + secrets::OVERLAP_MS + 1), ["third"]);
    let actions: Vec<_> = trail(&stage).into_iter().map(|(action, ..)| action).collect();
    assert_eq!(actions, ["revoke-secret", "new-secret", "new-secret", "create-channel"]);
}

#[test]
fn what_is_changed_is_in_the_trail() {
    let stage = Stage::new();
    let other = Stage::in_database(&stage.database, "other");
    let (database, channel) = (&stage.database, stage.channel);
    ready(members::add(database, channel, &person(5), Role::Moderator, change(START))).unwrap();
    ready(members::remove(database, channel, 5, change(START + 1))).unwrap();
    ready(members::remove(database, channel, 5, change(START + 2))).unwrap();
    let mut settings = stage.channel().settings;
    settings.name = "New".to_owned();
    settings.max_age_seconds = 600;
    let before = stage.channel().settings;
    ready(channels::update(database, channel, &before, &settings, change(START + 3))).unwrap();
    let page = ready(audit::page(database, Some(channel), None, 100)).unwrap();
    let told: Vec<_> = page.iter().map(|it| (&*it.action, &*it.about, &*it.detail)).collect();
    let expected = [
        ("edit-settings", "", "name, max_age_seconds"),
        ("remove-member", "Person 5", "moderator"),
        ("add-member", "Person 5", "moderator"),
        ("create-channel", "main", ""),
    ];
    assert_eq!(told, expected, "and not that nobody was removed");
    assert_eq!((&*page[0].by, page[0].changed_at), ("Person 9", START + 3));
    assert_eq!(page[0].channel.as_deref(), Some("main"));
    let rest = ready(audit::page(database, Some(channel), Some(page[1].id), 1)).unwrap();
    assert_eq!(rest, page[2..3]);
    assert_eq!(ready(audit::page(database, Some(other.channel), None, 100)).unwrap().len(), 1);
    assert_eq!(ready(audit::page(database, None, None, 100)).unwrap().len(), 5);
}

#[test]
fn a_deleted_channel_is_gone_at_once_and_all_it_held_soon() {
    let stage = Stage::new();
    let other = Stage::in_database(&stage.database, "other");
    let kept = other.queued("kept", "stays", named("Ana"));
    let ids = stage.queued_many(600, "spam");
    stage.decide(ids[0], Decision::Approve, &person(1), START);
    stage.keep(&message("unnamed", "x", sender(0, "s-1", "")), Start::Queued, START);
    let identifier = named("Spam").strongest().unwrap();
    let context = stage.context(&person(1), START).by.clone();
    let context = stage.context(&context, START);
    ready(actions::list_sender(&stage.database, context, List::Ban, &named("Spam"), &identifier, &NO_NOTE))
        .unwrap();
    ready(members::add(&stage.database, stage.channel, &person(1), Role::Admin, change(START))).unwrap();
    let (greatest, channel) = (*ids.last().unwrap() + 1, number(stage.channel));

    assert!(ready(deletion::delete(&stage.database, &stage.channel(), change(START))).unwrap());
    assert_eq!(ready(channels::find(&stage.database, "main")).unwrap(), None);
    assert_eq!(ready(rules::stamp(&stage.database, "main")).unwrap(), None);
    let open = ready(chores::open(&stage.database, START)).unwrap();
    assert!(open.iter().any(|chore| chore.task == Task::Delete(stage.channel)));

    // Made anew while its remains are still there, it inherits nothing.
    let anew = Stage::in_database(&stage.database, "main");
    let first = anew.queued("many-0", "new", named("Ana"));
    assert!(first > greatest, "{first} is not one of {greatest} that were");
    assert!(work(&stage.database, START) > 4, "in several bits");

    let tables =
        ["messages", "decisions", "senders", "drops", "sender_entries", "patterns", "members", "presence"];
    for table in tables {
        let left = format!("SELECT COUNT(*) FROM {table} WHERE channel_id = {channel}");
        assert_eq!(stage.database.integer(&left), 0, "{table}");
    }
    assert_eq!(anew.queue(), [first]);
    assert_eq!(other.queue(), [kept]);
    assert_eq!(trail(&stage)[1], ("delete-channel".into(), "main".into(), "main".into()));
}

#[test]
fn numbers_are_not_given_again_after_a_deletion() {
    let stage = Stage::new();
    let other = Stage::in_database(&stage.database, "other");
    let last = *stage.queued_many(3, "spam").last().unwrap();
    stage.decide(last, Decision::Approve, &person(1), START);
    let decision = stage.database.integer("SELECT MAX(id) FROM decisions");
    ready(deletion::delete(&stage.database, &stage.channel(), change(START))).unwrap();
    work(&stage.database, START);
    let next = other.queued("1", "hello", named("Ana"));
    assert!(next > last);
    other.decide(next, Decision::Approve, &person(1), START);
    assert!(stage.database.integer("SELECT MAX(id) FROM decisions") > decision);
    // What holds the place is replaced by the next deletion.
    ready(deletion::delete(&stage.database, &other.channel(), change(START))).unwrap();
    for table in ["messages", "decisions"] {
        let rows = format!("SELECT COUNT(*) FROM {table} WHERE channel_id = 0");
        assert_eq!(stage.database.integer(&rows), 1, "{table}");
    }
}

#[test]
fn a_message_under_way_is_not_stored_in_a_channel_that_is_deleted() {
    let stage = Stage::new();
    let stamp = stage.stamp();
    ready(deletion::delete(&stage.database, &stage.channel(), change(START))).unwrap();
    let late = message("late", "hello", named("Ana"));
    let kept =
        ready(store::messages::keep(&stage.database, stamp, &late, None, Start::Queued, START)).unwrap();
    assert_eq!(kept, store::messages::Kept::NotStored);
    assert!(!matches!(
        ready(channels::create(
            &stage.database,
            &"main".parse().unwrap(),
            &moderation::ChannelSettings::new("x"),
            change(START)
        )),
        Err(CreateError::Taken)
    ));
}

/// Text, name, sender id and central id of a message.
fn told(stage: &Stage, id: i64) -> Vec<Value> {
    stage
        .database
        .rows(&format!("SELECT message, screen_name, sender_id, central_id FROM messages WHERE id = {id}"))
        .concat()
}

fn nothing() -> Vec<Value> {
    vec![Value::Text(String::new()), Value::Text(String::new()), Value::Null, Value::Null]
}

#[test]
fn what_is_too_old_is_forgotten_at_night_and_counts_and_decisions_stay() {
    let stage = Stage::new();
    let approved = stage.queued("1", "old and approved", sender(5, "s-5", "Ana"));
    stage.decide(approved, Decision::Approve, &person(1), START);
    let waiting = stage.queued("2", "old and waiting", sender(6, "", "Ben"));
    let unnamed = message("3", "old and unnamed", sender(0, "s-9", ""));
    stage.keep(&unnamed, Start::Approved, START);
    let young = message("4", "young", named("Cleo"));
    stage.keep(&young, Start::Approved, START + 20 * DAY);
    let young = stage.number_of("m:4");

    let night = START + 31 * DAY;
    assert!(work(&stage.database, night) > 0);
    for id in [approved, waiting, waiting + 1] {
        assert_eq!(told(&stage, id), nothing(), "{id}");
    }
    assert_eq!(told(&stage, young)[0], Value::Text("young".to_owned()));
    assert_eq!(stage.database.integer("SELECT COUNT(*) FROM senders"), 0);
    assert!(stage.database.rows("SELECT 1 FROM messages WHERE seen_key LIKE '%:%'").len() == 1);

    let (counts, counted) = stage.counts();
    assert_eq!(counts, counted);
    assert_eq!(counts, [0, 0, 3, 1], "what nobody decided about is rejected with it");
    let feed = ready(store::feed::load(&stage.database, stage.channel, false)).unwrap().unwrap();
    assert_eq!(feed.items.iter().map(|item| &*item.message).collect::<Vec<_>>(), ["young"]);
    assert_eq!(feed.changed_at, night, "whoever has the feed asks again");
    let log =
        ready(store::log::page(&stage.database, stage.channel, &store::log::Filter::default(), 10)).unwrap();
    let log: Vec<_> = log.iter().map(|entry| (&*entry.action, &*entry.moderator, &*entry.message)).collect();
    assert_eq!(log, [("forget", "chatstream", ""), ("approve", "Person 1", "")]);

    // It stays forgotten: nothing brings it back, and the next night finds nothing to do.
    assert_ne!(
        stage.decide(approved, Decision::Reject, &person(1), night),
        store::decisions::Decided::Effective
    );
    let mine = person(1);
    let undone = ready(store::decisions::undo(&stage.database, stage.context(&mine, night), approved, false));
    assert_eq!(undone.unwrap(), store::decisions::Undone::NotYours);
    let before = stage.database.rows("SELECT * FROM messages");
    assert!(work(&stage.database, night + DAY) > 0);
    assert_eq!(stage.database.rows("SELECT * FROM messages"), before);
}

#[test]
fn a_purge_goes_on_where_it_was_left() {
    let stage = Stage::new();
    stage.queued_many(700, "old");
    let purge = |now| ready(forgetting::purge(&stage.database, START + 1, 0, change(now))).unwrap();
    // Not the nightly one: it is not yet night.
    stage.database.run("UPDATE chores SET due_at = 9223372036854775807");
    purge(START + 1);
    assert!(ready(chores::lend_a_hand(&stage.database, START + 1, 30)).unwrap());
    let forgotten = || stage.database.integer("SELECT COUNT(*) FROM messages WHERE message = ''");
    assert_eq!(forgotten(), 256, "a bit at a time");
    // A hand that was lost in the middle: nobody else comes before its time is over.
    stage.database.run("UPDATE chores SET leased_until = due_at + 30000 WHERE kind = 'purge'");
    assert!(!ready(chores::lend_a_hand(&stage.database, START + 2, 30)).unwrap());
    assert!(work(&stage.database, START + 60_000) > 0);
    assert_eq!(forgotten(), 700);
    assert_eq!(stage.counts().0, [0, 0, 0, 700]);
}

#[test]
fn a_sender_is_forgotten_in_all_channels_and_the_trail_does_not_name_them() {
    let stage = Stage::new();
    let other = Stage::in_database(&stage.database, "other");
    let ana = sender(5, "s-5", "Ana the First");
    let (here, there) = (stage.queued("1", "hello", ana.clone()), other.queued("1", "bye", ana.clone()));
    let namesake = stage.queued("2", "I am not her", sender(6, "", "ana  THE first"));
    let by = person(1);
    for (list, who) in [(List::Ban, &ana), (List::Trust, &ana)] {
        let identifier = who.strongest().unwrap();
        let context = other.context(&by, START);
        ready(actions::list_sender(&stage.database, context, list, who, &identifier, &NO_NOTE)).unwrap();
    }
    ready(forgetting::forget(&stage.database, &Whom::CentralId(5), change(START))).unwrap();
    work(&stage.database, START);
    assert_eq!((told(&stage, here), told(&stage, there)), (nothing(), nothing()));
    assert_ne!(told(&stage, namesake), nothing());
    assert!(ready(lists::list(&stage.database, other.channel, List::Trust)).unwrap().is_empty());
    let bans = ready(lists::list(&stage.database, other.channel, List::Ban)).unwrap();
    assert_eq!((bans[0].sender.screen_name.as_str(), bans[0].sender.central_id.unwrap().get()), ("", 5));

    let whom = Whom::Name(normalise("Ana the first"));
    ready(forgetting::forget(&stage.database, &whom, change(START))).unwrap();
    work(&stage.database, START);
    assert_eq!(told(&stage, namesake), nothing());
    let everything = format!("{:?}", stage.database.everything());
    assert!(!everything.to_lowercase().contains("ana the"), "{everything}");
    assert_eq!(trail(&stage)[0], ("forget".into(), String::new(), "by a name".into()));
}

#[test]
fn an_entry_ends_by_itself_and_may_be_made_anew() {
    let stage = Stage::new();
    let (database, by) = (&stage.database, person(1));
    let mallory = sender(5, "", "Mallory");
    let identifier = mallory.strongest().unwrap();
    let ban = |minutes: Option<i64>, now| {
        let note = Note::new("too loud", minutes, now).unwrap();
        ready(actions::list_sender(
            database,
            stage.context(&by, now),
            List::Ban,
            &mallory,
            &identifier,
            &note,
        ))
        .unwrap()
    };
    let is_banned = |now| {
        let rules = ready(rules::load(database, "main", now)).unwrap().unwrap();
        (rules.rules.bans.find(&mallory).is_some(), rules.valid_until)
    };
    let end = START + 600_000;
    assert!(ban(Some(10), START).entry.is_some());
    assert_eq!(is_banned(START), (true, end));
    assert_eq!(is_banned(end - 1), (true, end));
    assert_eq!(is_banned(end), (false, i64::MAX));
    assert!(ban(Some(10), START).entry.is_none(), "nor is it made twice in one millisecond");
    assert!(ban(Some(5), START + 1).entry.is_none(), "a shorter one changes nothing");
    assert_eq!(is_banned(START + 1).1, end);
    ban(Some(60), START + 2);
    assert_eq!(is_banned(START + 2).1, START + 2 + 3_600_000, "a longer one does");
    assert!(ban(Some(10), START + DAY).entry.is_some(), "one that has ended is no hindrance");
    ban(None, START + DAY);
    assert_eq!(is_banned(START + 9 * DAY), (true, i64::MAX));
    ban(Some(10), START + DAY);
    assert_eq!(is_banned(START + 9 * DAY), (true, i64::MAX), "nor has a shorter one any say");
    assert_eq!(ready(lists::list(database, stage.channel, List::Ban)).unwrap().len(), 1);
    for (reason, minutes) in [("x".repeat(501), None), (String::new(), Some(0)), ("a\u{0}".to_owned(), None)]
    {
        assert!(Note::new(&reason, minutes, START).is_err());
    }
}

#[test]
fn hits_are_counted_with_what_they_did() {
    let stage = Stage::new();
    let (database, by) = (&stage.database, person(1));
    let context = stage.context(&by, START);
    let entry = |list| {
        let who = sender(5, "", "Ana");
        let identifier = who.strongest().unwrap();
        ready(actions::list_sender(database, context, list, &who, &identifier, &NO_NOTE))
            .unwrap()
            .entry
            .unwrap()
    };
    let (ban, trust) = (entry(List::Ban), entry(List::Trust));
    ready(actions::block_text(database, context, "buy pills", &NO_NOTE)).unwrap();
    let pattern = ready(patterns::list(database, stage.channel)).unwrap()[0].id;
    for (id, start) in [
        ("1", Start::Trusted(trust)),
        ("2", Start::Trusted(trust)),
        ("x", Start::Queued),
        ("1", Start::Trusted(trust)),
    ] {
        stage.keep(&message(id, "hello", sender(5, "", "Ana")), start, START);
    }
    for (id, cause, entry) in
        [("3", DropCause::Ban, ban), ("1", DropCause::Ban, ban), ("4", DropCause::Pattern, pattern)]
    {
        let incoming = message(id, "hello", sender(5, "", "Ana"));
        ready(count_drop(database, stage.stamp(), &incoming, dropped(cause, entry))).unwrap();
    }
    let hits = |list| ready(lists::list(database, stage.channel, list)).unwrap()[0].hits;
    assert_eq!((hits(List::Trust), hits(List::Ban)), (2, 1), "what was seen before is no hit");
    assert_eq!(ready(patterns::list(database, stage.channel)).unwrap()[0].hits, 1);
}

#[test]
fn how_a_webhook_fares_is_noted() {
    let stage = Stage::new();
    let (database, channel) = (&stage.database, stage.channel);
    assert_eq!(ready(health::of(database, channel)).unwrap(), health::Health::default());
    ready(health::note(database, channel, Event::Challenged, START)).unwrap();
    ready(health::note(database, channel, Event::Refused(Refused::Signature), START + 1)).unwrap();
    ready(health::note(database, channel, Event::Accepted, START + 2)).unwrap();
    let expected = health::Health {
        challenged_at: Some(START),
        accepted_at: Some(START + 2),
        refused: Some((START + 1, Refused::Signature)),
    };
    assert_eq!(ready(health::of(database, channel)).unwrap(), expected);
    assert_eq!(ready(health::all(database)).unwrap()[&channel], expected);
    stage.keep(&message("1", "hello", named("Ana")), Start::Queued, START + 7);
    assert_eq!(ready(health::last_messages(database)).unwrap()[&channel], START + 7);
}

#[test]
fn lists_are_imported_all_or_none() {
    let stage = Stage::new();
    let entries: Vec<_> =
        (1..=3).map(|id| (sender(id, "", "Ana"), format!("c:{id}"), Note::default())).collect();
    let import =
        || ready(lists::import(&stage.database, stage.channel, List::Ban, &entries, change(START))).unwrap();
    assert_eq!((import(), import()), (3, 0));
    let texts = [("spam".to_owned(), Note::default()), ("spam".to_owned(), Note::default())];
    assert_eq!(ready(patterns::import(&stage.database, stage.channel, &texts, change(START))).unwrap(), 1);
}
