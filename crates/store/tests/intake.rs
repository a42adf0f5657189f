//! Keeping messages, and counting those that are not kept.

use moderation::{ChannelSettings, DropCause, Incoming, MessageType};
use platform::database::{DatabaseError, Value};
use store::{
    decisions::Decided,
    lists::List,
    messages::{Kept, Start, count_drop, keep},
    rules::Stamp,
};

use crate::support::{
    NO_NOTE, Stage, change, dropped, message, named, person, reaction, ready, sender, stage::START,
};

fn kept(stage: &Stage, stamp: Stamp, incoming: &Incoming) -> Kept {
    ready(keep(&stage.database, stamp, incoming, None, Start::Queued, START)).unwrap()
}

#[test]
fn a_message_is_kept_as_it_came() {
    let stage = Stage::new();
    let long_name = "ü".repeat(255);
    let whole = Incoming {
        kind: MessageType::Question,
        profile_img: Some("https://example.org/a.png".to_owned()),
        ..message("9f1c", " <b>What's\u{202e} 'this'?\n\"; --", sender(7, "s-7", &long_name))
    };
    let language = "zh-Hant".parse().unwrap();
    let stored = keep(&stage.database, stage.stamp(), &whole, Some(&language), Start::Queued, START + 5);
    assert_eq!(ready(stored).unwrap(), Kept::Stored);
    stage.queued("1", "plain", named("Ana"));

    let queued = stage.delta(None).messages;
    let first = &queued[1];
    assert_eq!((&first.message, first.kind), (&whole.text, MessageType::Question));
    assert_eq!(first.sender, whole.sender);
    assert_eq!((first.arrived_at, first.unnamed_number), (START + 5, None));
    assert_eq!(first.language.as_deref(), Some("zh-Hant"));
    assert_eq!(first.profile_img, whole.profile_img);
    assert_eq!(first.target_message, None);
    let plain = &queued[0];
    assert_eq!((&plain.sender, plain.kind), (&named("Ana"), MessageType::Text));
    assert_eq!((&plain.language, &plain.profile_img), (&None, &None));
}

#[test]
fn a_message_that_was_seen_before_changes_nothing() {
    let stage = Stage::new();
    let first = message("1", "first", named(""));
    assert_eq!(stage.keep(&first, Start::Queued, START), Kept::Stored);
    let cheer = reaction("1", "👍", named(""));
    assert_eq!(stage.keep(&cheer, Start::Approved, START), Kept::Stored, "a reaction is not its message");
    stage.decide(stage.number_of("m:1"), moderation::Decision::Approve, &person(1), START);

    let before = stage.database.everything();
    let again =
        [first, message("1", "another text", named("Ana")), message("1", "x", sender(5, "", "")), cheer];
    for again in &again {
        for start in [Start::Queued, Start::Approved, Start::ApprovedIfSymbolRecent] {
            assert_eq!(stage.keep(again, start, START + 1), Kept::NotStored);
        }
    }
    assert_eq!(stage.database.everything(), before);

    let other = Stage::in_database(&stage.database, "other");
    assert_eq!(other.keep(&again[0], Start::Queued, START), Kept::Stored, "in its channel");
}

/// The changes after which a message that was screened before them has to be screened again.
fn changes(stage: &Stage) {
    let (who, database, channel) = (person(1), &stage.database, stage.channel);
    let message = stage.queued("pattern", "buy pills", named("Spam"));
    let outdated = stage.stamp();
    let mut stamps = vec![outdated];
    let mut changed = |what: &str| {
        let before = database.everything();
        let stranger = self::message("new", "hello", named(""));
        for stamp in &stamps {
            assert_eq!(kept(stage, *stamp, &stranger), Kept::NotStored, "screened before {what}");
        }
        assert_eq!(database.everything(), before, "not even a number is given to a sender without a name");
        stamps.push(stage.stamp());
    };
    let banned = sender(5, "", "Mallory");
    let (identifier, context) = (banned.strongest().unwrap(), stage.context(&who, START));
    let ban = store::actions::list_sender(database, context, List::Ban, &banned, &identifier, &NO_NOTE);
    let entry = ready(ban).unwrap().entry.unwrap();
    changed("a ban");
    assert!(ready(store::lists::remove(database, channel, List::Ban, entry, change(START))).unwrap());
    changed("its end");
    ready(store::actions::block_similar(database, stage.context(&who, START), message, &NO_NOTE)).unwrap();
    changed("a blocked text");
    ready(store::channels::update(
        database,
        channel,
        &ChannelSettings::new("Old"),
        &ChannelSettings::new("New"),
        change(START),
    ))
    .unwrap();
    changed("new settings");
    ready(store::lists::ban_globally(database, &banned, "c:5", &NO_NOTE, change(START))).unwrap();
    changed("a global ban");
    ready(store::channels::archive(database, channel, Some(START), change(START))).unwrap();
    ready(store::channels::archive(database, channel, None, change(START))).unwrap();
    changed("the channel's archive");
}

#[test]
fn a_message_that_was_screened_with_outdated_rules_is_not_stored() {
    let stage = Stage::new();
    changes(&stage);
    assert_eq!(kept(&stage, stage.stamp(), &message("new", "hello", named(""))), Kept::Stored);
}

#[test]
fn senders_without_a_name_are_numbered_without_gaps() {
    let stage = Stage::new();
    let other = Stage::in_database(&stage.database, "other");
    let account = sender(5, "", "");
    let story = [
        ("1", account.clone(), Some(1)),
        ("2", named("Ana"), None),
        ("3", sender(0, "s-1", ""), Some(2)),
        ("3", sender(0, "s-2", ""), None),
        ("4", sender(0, "s-1", ""), Some(2)),
        ("5", named(""), Some(3)),
        ("6", named(""), Some(4)),
        ("7", account.clone(), Some(1)),
        // The same account with a name now, and without again.
        ("8", sender(5, "", "Bo"), None),
        ("9", account, Some(1)),
        ("10", sender(6, "", ""), Some(5)),
    ];
    for (id, sender, number) in story {
        let stored = stage.keep(&message(id, "hello", sender.clone()), Start::Queued, START);
        if stored == Kept::Stored {
            assert_eq!(stage.delta(None).messages[0].unnamed_number, number, "message {id}");
        } else {
            assert_eq!((id, number), ("3", None), "seen before");
        }
        if sender.screen_name.is_empty() && sender.central_id.is_some() {
            other.keep(&message(id, "hello", sender), Start::Approved, START);
        }
    }
    let theirs = other.database.integer("SELECT COUNT(*) FROM senders WHERE channel_id = 2 AND number <= 2");
    assert_eq!(theirs, 2, "each channel counts for itself");
}

#[test]
fn a_reaction_shows_what_it_is_about() {
    let stage = Stage::new();
    stage.keep(&reaction("1", "👍", named("Ana")), Start::Queued, START);
    let target =
        || stage.delta(None).messages.into_iter().find(|m| m.message == "👍").unwrap().target_message;
    assert_eq!(target(), None, "not known (yet)");
    let id = stage.queued("1", "Hello!", named("Bo"));
    assert_eq!(target().as_deref(), Some("Hello!"));
    assert_eq!(stage.decide(id, moderation::Decision::Reject, &person(1), START), Decided::Effective);
    assert_eq!(target().as_deref(), Some("Hello!"));
}

#[test]
fn drops_are_counted_by_cause_unless_seen_before() {
    let stage = Stage::new();
    let other = Stage::in_database(&stage.database, "other");
    stage.queued("1", "seen", named("Ana"));
    let count = |stage: &Stage, id: &str, cause| {
        let incoming = message(id, "seen", named("Ana"));
        ready(count_drop(&stage.database, stage.stamp(), &incoming, dropped(cause, 1))).unwrap();
    };
    for (id, cause) in [
        ("1", DropCause::Ban),
        ("2", DropCause::Ban),
        ("3", DropCause::Ban),
        ("1", DropCause::Pattern),
        ("4", DropCause::GlobalBan),
    ] {
        count(&stage, id, cause);
    }
    count(&other, "1", DropCause::Pattern);
    let drops = |stage: &Stage| {
        let mut drops = stage.delta(None).drops;
        drops.retain(|(_, count)| *count > 0);
        drops.sort();
        drops
    };
    assert_eq!(drops(&stage), [("ban".to_owned(), 2), ("global_ban".to_owned(), 1)]);
    assert_eq!(drops(&other), [("pattern".to_owned(), 1)]);
    assert_eq!(stage.counts().0, [1, 0, 0, 0]);
}

#[test]
fn what_cannot_be_stored_leaves_nothing() {
    let stage = Stage::new();
    let id = stage.queued("1", "first", named("Ana"));
    stage.database.woken();
    let before = (stage.database.everything(), stage.channel().state);
    stage.database.fail_next(1);
    let second = message("2", "hello", named(""));
    let stored = keep(&stage.database, stage.stamp(), &second, None, Start::Approved, START);
    assert!(matches!(ready(stored), Err(DatabaseError::Unavailable(_))));
    stage.database.fail_next(1);
    let who = person(1);
    let decided = store::decisions::decide(
        &stage.database,
        stage.context(&who, START),
        id,
        moderation::Decision::Approve,
    );
    assert!(ready(decided).is_err());
    assert_eq!((stage.database.everything(), stage.channel().state), before);
    assert_eq!(stage.database.woken(), [0; 0], "nobody is woken for nothing");
}

#[test]
fn whoever_waits_for_the_channel_is_woken() {
    let stage = Stage::new();
    let other = Stage::in_database(&stage.database, "other");
    let id = stage.queued("1", "first", named("Ana"));
    assert_eq!(stage.database.woken(), [stage.channel.topic().0]);
    stage.decide(id, moderation::Decision::Approve, &person(1), START);
    assert_eq!(stage.database.woken(), [stage.channel.topic().0]);
    other.queued("1", "first", named("Ana"));
    assert_eq!(other.database.woken(), [other.channel.topic().0]);
    assert_eq!(stage.row(id)[5], Value::Integer(stage.channel.topic().0));
}
