//! The log of decisions.

use moderation::{Decision, MessageType, Status};
use store::{
    actions::{block_similar, list_sender},
    decisions::{reject_similar, undo},
    lists::List,
    log::{Entry, Filter, page},
};

use crate::support::{NO_NOTE, Stage, named, person, ready, sender, stage::START};

fn entries(stage: &Stage, filter: &Filter) -> Vec<Entry> {
    ready(page(&stage.database, stage.channel, filter, 100)).unwrap()
}

fn actions(stage: &Stage, filter: &Filter) -> Vec<String> {
    entries(stage, filter).into_iter().map(|entry| entry.action).collect()
}

/// One of each action, by persons 1 and 2 in turn.
fn story() -> Stage {
    let stage = Stage::new();
    let (one, two) = (person(1), person(2));
    let mut now = START;
    let mut ids = ["hello", "spam spam", "buy pills", "x", "y"].into_iter().zip(1..).map(|(text, n)| {
        stage.queued(&n.to_string(), text, if n < 4 { named("Ana") } else { sender(n, "", "") })
    });
    let mut next = || {
        now += 1;
        (ids.next(), now)
    };
    let (Some(first), at) = next() else { panic!("five messages") };
    stage.decide(first, Decision::Highlight, &one, at);
    stage.decide(first, Decision::Approve, &two, at);
    stage.decide(first, Decision::Reject, &one, at);
    ready(undo(&stage.database, stage.context(&one, at), first, false)).unwrap();
    let (Some(second), at) = next() else { panic!("five messages") };
    ready(reject_similar(&stage.database, stage.context(&two, at), second)).unwrap();
    let (Some(third), at) = next() else { panic!("five messages") };
    ready(block_similar(&stage.database, stage.context(&one, at), third, &NO_NOTE)).unwrap();
    for (list, account) in [(List::Ban, 4), (List::Trust, 5)] {
        let (_, at) = next();
        let account = sender(account, "", "");
        let identifier = account.strongest().unwrap();
        let listed =
            list_sender(&stage.database, stage.context(&two, at), list, &account, &identifier, &NO_NOTE);
        assert_eq!(ready(listed).unwrap().messages, 1);
    }
    stage
}

const ALL: [&str; 8] =
    ["allow", "ban", "block-similar", "reject-similar", "undo", "reject", "approve", "highlight"];

#[test]
fn it_names_each_action_newest_first() {
    let stage = story();
    assert_eq!(actions(&stage, &Filter::default()), ALL);
    let words: Vec<_> = entries(&stage, &Filter::default()).iter().map(Entry::decision).collect();
    let expected =
        ["approved", "rejected", "rejected", "rejected", "undone", "rejected", "approved", "highlighted"];
    assert_eq!(words, expected);
}

#[test]
fn it_holds_what_happened_to_what() {
    let stage = story();
    let all = entries(&stage, &Filter::default());
    let (newest, oldest) = (&all[0], &all[7]);
    assert_eq!((newest.unnamed_number, &*newest.screen_name), (Some(2), ""));
    assert_eq!((&*newest.message, newest.kind, newest.arrived_at), ("y", MessageType::Text, START));
    assert_eq!(
        (newest.decided_at, &*newest.moderator, newest.status),
        (START + 5, "Person 2", Status::Approved)
    );
    assert_eq!((&*oldest.screen_name, oldest.unnamed_number, &*oldest.message), ("Ana", None, "hello"));
    assert_eq!(oldest.message_id, all[4].message_id);
    assert_eq!(all[4].status, Status::Approved, "where the message stands after the undo");
}

#[test]
fn it_can_be_asked_for_a_part() {
    let stage = story();
    let rejected = Filter { status: Some(Status::Rejected), ..Filter::default() };
    assert_eq!(actions(&stage, &rejected), ["ban", "block-similar", "reject-similar", "reject"]);
    let undone = Filter { undone: Some(true), ..Filter::default() };
    assert_eq!(actions(&stage, &undone), ["undo"]);
    let approved = Filter { status: Some(Status::Approved), undone: Some(false), ..Filter::default() };
    assert_eq!(actions(&stage, &approved), ["allow", "approve"]);
    let by_two = Filter { moderator: Some("Person 2".to_owned()), ..Filter::default() };
    assert_eq!(actions(&stage, &by_two), ["allow", "ban", "reject-similar", "approve"]);
    let by_nobody = Filter { moderator: Some("person 2".to_owned()), ..Filter::default() };
    assert_eq!(actions(&stage, &by_nobody), [""; 0], "names are exact");
}

#[test]
fn pages_go_on_where_the_last_one_ended() {
    let stage = story();
    let (mut before, mut seen) = (None, Vec::new());
    loop {
        let filter = Filter { before, ..Filter::default() };
        let entries = ready(page(&stage.database, stage.channel, &filter, 3)).unwrap();
        let Some(last) = entries.last() else { break };
        before = Some(last.id);
        seen.extend(entries.into_iter().map(|entry| entry.action));
        // What is decided meanwhile does not move the pages.
        let id = stage.queued(&format!("new-{}", seen.len()), "hello", named("Ana"));
        stage.decide(id, Decision::Approve, &person(3), START);
    }
    assert_eq!(seen, ALL);
}

#[test]
fn pages_break_a_group_where_they_must() {
    let stage = Stage::new();
    let ids = stage.queued_many(10, "buy pills");
    let by = person(1);
    ready(reject_similar(&stage.database, stage.context(&by, START), ids[0])).unwrap();
    let (mut before, mut seen) = (None, Vec::new());
    while seen.len() < 10 {
        let filter = Filter { before, ..Filter::default() };
        let entries = ready(page(&stage.database, stage.channel, &filter, 4)).unwrap();
        before = Some(entries.last().unwrap().id);
        seen.extend(entries.into_iter().map(|entry| entry.message_id));
    }
    seen.sort_unstable();
    assert_eq!(seen, ids);
}

#[test]
fn each_channel_has_its_own() {
    let stage = story();
    let other = Stage::in_database(&stage.database, "other");
    assert_eq!(actions(&other, &Filter::default()), [""; 0]);
    let id = other.queued("1", "hello", named("Ana"));
    other.decide(id, Decision::Approve, &person(1), START);
    assert_eq!(actions(&other, &Filter::default()), ["approve"]);
    let theirs = entries(&stage, &Filter::default())[0].id;
    let before = Filter { before: Some(theirs), ..Filter::default() };
    assert_eq!(actions(&other, &before), [""; 0], "their entry is older than ours");
}
