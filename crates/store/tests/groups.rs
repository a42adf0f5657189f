//! Decisions on many messages at once: bans, trust, similar texts.

use moderation::{Decision, Sender, Status};
use store::{
    actions::{Listed, block_similar, list_sender},
    decisions::{Undone, find, reject_similar, undo},
    lists::List,
    messages::{Kept, Start},
};

use crate::support::{Between, Memory, NO_NOTE, Stage, message, named, person, ready, sender, stage::START};

fn listed(stage: &Stage, list: List, who: &Sender) -> Listed {
    let by = person(1);
    let identifier = who.strongest().unwrap();
    ready(list_sender(&stage.database, stage.context(&by, START), list, who, &identifier, &NO_NOTE)).unwrap()
}

fn status(stage: &Stage, id: i64) -> Status {
    ready(find(&stage.database, stage.channel, id)).unwrap().unwrap().status
}

#[test]
fn a_ban_rejects_what_is_queued_and_leaves_what_was_decided() {
    let stage = Stage::new();
    let mallory = sender(5, "s-5", "Mallory");
    let ids: Vec<i64> = (0..4).map(|n| stage.queued(&n.to_string(), "spam", mallory.clone())).collect();
    let other = stage.queued("other", "spam", sender(6, "s-5", "Mallory"));
    let elsewhere = Stage::in_database(&stage.database, "elsewhere").queued("0", "spam", mallory.clone());
    stage.decide(ids[0], Decision::Approve, &person(2), START);
    stage.decide(ids[1], Decision::Highlight, &person(2), START);

    let banned = listed(&stage, List::Ban, &mallory);
    assert_eq!(banned.messages, 2);
    assert_eq!([0, 1, 2, 3].map(|index| status(&stage, ids[index]).rank()), [2, 1, 3, 3]);
    assert_eq!(status(&stage, other), Status::Queued, "another account");
    assert_eq!(stage.database.integer(&format!("SELECT status FROM messages WHERE id = {elsewhere}")), 0);
    assert_eq!(stage.counts().0, stage.counts().1);

    assert_eq!(listed(&stage, List::Ban, &mallory).messages, 0, "once is enough");
}

#[test]
fn a_ban_by_name_touches_no_account() {
    let stage = Stage::new();
    let account = stage.queued("1", "hi", sender(5, "s-5", "Ana"));
    let same_name = stage.queued("2", "hi", named(" aNA\u{200b}"));
    let with_id = stage.queued("3", "hi", sender(0, "s-6", "Ana"));
    let another = stage.queued("4", "hi", named("Anna"));
    let nameless = stage.queued("5", "hi", sender(0, "s-7", ""));
    assert_eq!(listed(&stage, List::Ban, &named("ANA")).messages, 2);
    let statuses = [account, same_name, with_id, another, nameless].map(|id| status(&stage, id).rank());
    assert_eq!(statuses, [0, 3, 3, 0, 0]);
}

#[test]
fn a_ban_by_sender_id_goes_by_that_alone() {
    let stage = Stage::new();
    let ids = [sender(0, "s-5", "Ana"), sender(5, "s-5", "Bo"), sender(0, "s-50", "Ana"), named("Ana")];
    let ids = [0, 1, 2, 3].map(|n: usize| stage.queued(&n.to_string(), "hi", ids[n].clone()));
    assert_eq!(listed(&stage, List::Ban, &sender(0, "s-5", "Ana")).messages, 2);
    assert_eq!(ids.map(|id| status(&stage, id).rank()), [3, 3, 0, 0]);
}

#[test]
fn trust_approves_what_is_queued() {
    let stage = Stage::new();
    let ana = sender(5, "", "Ana");
    let ids: Vec<i64> = (0..3).map(|n| stage.queued(&n.to_string(), "hi", ana.clone())).collect();
    stage.decide(ids[0], Decision::Reject, &person(2), START);
    let before = stage.channel().state.feed_revision;
    assert_eq!(listed(&stage, List::Trust, &ana).messages, 2);
    assert_eq!([0, 1, 2].map(|index| status(&stage, ids[index]).rank()), [3, 2, 2]);
    assert!(stage.channel().state.feed_revision > before);
}

#[test]
fn a_rejection_reaches_what_is_similar() {
    let stage = Stage::new();
    let similar = ["Buy cheap pills", "buy  CHEAP pills!", "buy cheap pi11s"].map(|text| {
        let id = format!("s{}", text.len() + text.matches('1').count() * 100);
        stage.queued(&id, text, named("Spam"))
    });
    let other = stage.queued("o", "buy cheap bread", named("Ana"));
    let approved = stage.queued("a", "buy cheap pills", named("Bo"));
    stage.decide(approved, Decision::Approve, &person(2), START);
    let who = person(1);
    let rejected = ready(reject_similar(&stage.database, stage.context(&who, START), similar[0])).unwrap();
    assert_eq!(rejected, Some(3));
    assert_eq!(similar.map(|id| status(&stage, id)), [Status::Rejected; 3]);
    assert_eq!((status(&stage, other), status(&stage, approved)), (Status::Queued, Status::Approved));

    let again = ready(reject_similar(&stage.database, stage.context(&who, START), approved)).unwrap();
    assert_eq!(again, Some(1), "what is named is rejected whatever its status allows");
    let again = ready(reject_similar(&stage.database, stage.context(&who, START), approved)).unwrap();
    assert_eq!(again, Some(0));
    assert_eq!(ready(reject_similar(&stage.database, stage.context(&who, START), 999)).unwrap(), None);
    assert_eq!(
        ready(block_similar(&stage.database, stage.context(&who, START), 999, &NO_NOTE)).unwrap(),
        None
    );
}

#[test]
fn more_than_one_statement_names() {
    let stage = Stage::new();
    let other = Stage::in_database(&stage.database, "other");
    let ids = stage.queued_many(700, "buy pills now");
    let theirs = other.queued_many(3, "buy pills now");
    let who = person(1);
    let context = stage.context(&who, START + 1);
    let rejected = ready(reject_similar(&stage.database, context, ids[300])).unwrap();
    assert_eq!(rejected, Some(700));
    assert_eq!(stage.counts(), ([0, 0, 0, 700], [0, 0, 0, 700]));
    assert_eq!(other.queue().len(), theirs.len());
    let logged = "SELECT COUNT(*) FROM decisions WHERE previous_status = 0 AND status = 3";
    assert_eq!(stage.database.integer(logged), 700);

    let undone = ready(undo(&stage.database, context, ids[650], true)).unwrap();
    assert_eq!(undone, Undone::Messages(700));
    assert_eq!(stage.counts(), ([700, 0, 0, 0], [700, 0, 0, 0]));
    let newest: Vec<i64> = ids.into_iter().rev().take(500).collect();
    assert_eq!(stage.queue(), newest);
}

/// Somebody else's message, which arrives at the last moment before the entry is committed.
fn arrives_late(channel: &'static str, text: &'static str) -> impl FnOnce(&Memory) + Send + 'static {
    move |database: &Memory| {
        let stamp = ready(store::rules::stamp(database, channel)).unwrap().unwrap();
        let late = message("late", text, named("Mallory"));
        let kept = store::messages::keep(database, stamp, &late, None, Start::Queued, START);
        assert_eq!(ready(kept).unwrap(), Kept::Stored);
    }
}

#[test]
fn what_arrives_between_the_look_and_the_commit_is_found() {
    let by = person(1);
    let stage = Stage::new();
    stage.queued("1", "hello", named("Mallory"));
    let database = Between::new(&stage.database, 0, arrives_late("main", "hello"));
    let mallory = named("mallory");
    let identifier = mallory.strongest().unwrap();
    let context = stage.context(&by, START);
    let banned = ready(list_sender(&database, context, List::Ban, &mallory, &identifier, &NO_NOTE)).unwrap();
    assert!(database.happened());
    assert_eq!(banned.messages, 2);
    assert_eq!(stage.queue(), [0; 0]);

    let stage = Stage::new();
    let id = stage.queued("1", "buy pills now", named("Spam"));
    let database = Between::new(&stage.database, 0, arrives_late("main", "buy pills now!"));
    let context = stage.context(&by, START);
    assert_eq!(ready(block_similar(&database, context, id, &NO_NOTE)).unwrap(), Some(2));
    assert!(database.happened());
    assert_eq!(stage.queue(), [0; 0]);
    assert_eq!(stage.counts().0, stage.counts().1);
}
