//! Taking decisions back.

use moderation::Decision::{self, Approve, Highlight, Reject};
use platform::clock::Millis;
use store::{
    decisions::{Decided, Undone, reject_similar, undo},
    feed,
    lists::List,
    log,
};

use crate::support::{Between, Memory, NO_NOTE, Stage, named, person, ready, sender, stage::START};

fn taken_back(stage: &Stage, message: i64, by: i64, whole_group: bool, now: Millis) -> Undone {
    let who = person(by);
    ready(undo(&stage.database, stage.context(&who, now), message, whole_group)).unwrap()
}

fn decide(stage: &Stage, message: i64, decision: Decision, by: i64, now: Millis) {
    assert_eq!(stage.decide(message, decision, &person(by), now), Decided::Effective);
}

fn in_feed(stage: &Stage) -> Vec<(i64, Millis)> {
    let feed = ready(feed::load(&stage.database, stage.channel, false)).unwrap().unwrap();
    feed.items.iter().map(|item| (item.id, item.approved_at)).collect()
}

#[test]
fn step_by_step_back_to_the_queue() {
    let stage = Stage::new();
    let id = stage.queued("1", "hello", named("Ana"));
    let mut rows = vec![stage.row(id)];
    for (decision, now) in [(Highlight, 1), (Approve, 2), (Reject, 3)] {
        decide(&stage, id, decision, 1, START + now);
        rows.push(stage.row(id));
    }
    rows.pop();
    while let Some(row) = rows.pop() {
        assert_eq!(taken_back(&stage, id, 1, false, START + 9), Undone::Messages(1));
        assert_eq!(stage.row(id), row);
        assert_eq!(stage.counts().0, stage.counts().1);
    }
    assert_eq!(taken_back(&stage, id, 1, false, START + 9), Undone::NotYours, "nothing is left to take back");
    assert_eq!(stage.queue(), [id]);
}

#[test]
fn only_while_nobody_else_has_decided_since() {
    let stage = Stage::new();
    let id = stage.queued("1", "hello", named("Ana"));
    decide(&stage, id, Approve, 1, START);
    decide(&stage, id, Reject, 2, START);
    for whole_group in [false, true] {
        assert_eq!(taken_back(&stage, id, 1, whole_group, START), Undone::NotYours);
        assert_eq!(taken_back(&stage, id, 3, whole_group, START), Undone::NotYours);
        assert_eq!(taken_back(&stage, 999, 1, whole_group, START), Undone::NoMessage);
    }
    assert_eq!(taken_back(&stage, id, 2, false, START), Undone::Messages(1));
    assert_eq!(taken_back(&stage, id, 1, false, START), Undone::Messages(1), "it is the last again");
}

#[test]
fn in_its_own_channel_only() {
    let stage = Stage::new();
    let other = Stage::in_database(&stage.database, "other");
    let (mine, theirs) = (stage.queued("1", "hello", named("Ana")), other.queued("1", "hello", named("Ana")));
    decide(&stage, mine, Approve, 1, START);
    decide(&other, theirs, Approve, 1, START);
    let before = stage.database.everything();
    for whole_group in [false, true] {
        assert_eq!(taken_back(&other, mine, 1, whole_group, START), Undone::NoMessage);
        assert_eq!(taken_back(&stage, theirs, 1, whole_group, START), Undone::NoMessage);
    }
    assert_eq!(stage.database.everything(), before);
    // Both decisions have the same revision in their channels.
    assert_eq!(taken_back(&other, theirs, 1, true, START), Undone::Messages(1));
    assert_eq!(in_feed(&stage).len(), 1);
}

#[test]
fn a_message_returns_to_its_place_in_the_feed() {
    let stage = Stage::new();
    let ids: Vec<i64> = (0..3).map(|n| stage.queued(&n.to_string(), "hello", named("Ana"))).collect();
    for (id, now) in ids.iter().zip(1..) {
        decide(&stage, *id, Approve, 1, START + now);
    }
    let before = in_feed(&stage);
    assert_eq!(before, [(ids[2], START + 3), (ids[1], START + 2), (ids[0], START + 1)]);
    let revision = stage.channel().state.feed_revision;

    decide(&stage, ids[1], Reject, 2, START + 4);
    assert_eq!(in_feed(&stage), [before[0], before[2]]);
    taken_back(&stage, ids[1], 2, false, START + 5);
    assert_eq!(in_feed(&stage), before);
    let after = stage.channel().state;
    assert!(after.feed_revision > revision, "clients have to hear of it all the same");
    assert_eq!(after.feed_changed_at, START + 5);
}

#[test]
fn a_message_returns_to_its_place_in_the_queue() {
    let stage = Stage::new();
    let ids: Vec<i64> = (0..5).map(|n| stage.queued(&n.to_string(), "hello", named("Ana"))).collect();
    let whole = stage.queue();
    decide(&stage, ids[2], Reject, 1, START);
    let since = stage.delta(None).revision;
    taken_back(&stage, ids[2], 1, false, START);
    assert_eq!(stage.queue(), whole);
    let delta = stage.delta(Some(since));
    assert_eq!(delta.messages.iter().map(|message| message.id).collect::<Vec<_>>(), [ids[2]]);
    assert_eq!(delta.gone, [0; 0]);
}

#[test]
fn a_whole_group_as_far_as_it_is_in_force() {
    let stage = Stage::new();
    let ids = stage.queued_many(6, "buy pills now");
    decide(&stage, ids[0], Approve, 2, START);
    let rows: Vec<_> = ids.iter().map(|id| stage.row(*id)).collect();
    let who = person(1);
    let rejected = ready(reject_similar(&stage.database, stage.context(&who, START + 1), ids[0])).unwrap();
    assert_eq!(rejected, Some(6), "the approved one that was named, and those that were queued");

    assert_eq!(taken_back(&stage, ids[3], 1, false, START + 2), Undone::Messages(1), "one by itself");
    decide(&stage, ids[3], Approve, 3, START + 2);
    assert_eq!(taken_back(&stage, ids[3], 1, true, START + 3), Undone::NotYours);
    assert_eq!(taken_back(&stage, ids[4], 1, true, START + 3), Undone::Messages(5), "the rest of the group");
    for (index, id) in ids.iter().enumerate().filter(|(index, _)| *index != 3) {
        assert_eq!(stage.row(*id), rows[index]);
    }
    assert_eq!(stage.counts().0, [4, 0, 2, 0]);
    assert_eq!(stage.counts().0, stage.counts().1);
    assert_eq!(taken_back(&stage, ids[5], 1, true, START + 3), Undone::NotYours, "there is no second time");
}

#[test]
fn a_group_that_somebody_else_decides_meanwhile() {
    let stage = Stage::new();
    let ids = stage.queued_many(3, "buy pills now");
    let (by, spam) = (person(1), sender(0, "", "Spam"));
    let (context, identifier) = (stage.context(&by, START), spam.strongest().unwrap());
    let ban = store::actions::list_sender(&stage.database, context, List::Ban, &spam, &identifier, &NO_NOTE);
    assert_eq!(ready(ban).unwrap().messages, 3);
    let (channel, id) = (stage.channel, ids[0]);
    // One of the group is taken back by itself, and rejected by somebody else.
    let decides = move |database: &Memory| {
        let (first, other) = (person(1), person(2));
        let context = |by| store::decisions::Context { channel, by, now: START };
        assert_eq!(ready(undo(database, context(&first), id, false)).unwrap(), Undone::Messages(1));
        let rejected = store::decisions::decide(database, context(&other), id, Reject);
        assert_eq!(ready(rejected).unwrap(), Decided::Effective);
    };
    let database = Between::new(&stage.database, 0, decides);
    assert_eq!(ready(undo(&database, context, id, true)).unwrap(), Undone::NotYours);
    assert!(database.happened());
    assert_eq!(stage.counts(), ([0, 0, 0, 3], [0, 0, 0, 3]), "the rest of the group stands as it did");
    assert_eq!(taken_back(&stage, ids[1], 1, true, START), Undone::Messages(2));
}

#[test]
fn is_a_row_of_the_log() {
    let stage = Stage::new();
    let id = stage.queued("1", "hello", named("Ana"));
    decide(&stage, id, Approve, 1, START);
    taken_back(&stage, id, 2, false, START + 1);
    taken_back(&stage, id, 1, false, START + 2);
    let entries = ready(log::page(&stage.database, stage.channel, &log::Filter::default(), 10)).unwrap();
    let entries: Vec<_> = entries.iter().map(|entry| (entry.decision(), entry.decided_at)).collect();
    assert_eq!(entries, [("undone", START + 2), ("approved", START)], "none for one that was refused");
}
