//! Decisions on one message: the most restrictive wins, in whatever order they come.

use moderation::{Decision, Status};
use store::{
    decisions::{Decided, find},
    log,
};

use crate::support::{Stage, named, person, ready, sender, stage::START};

fn permutations(decisions: &[Decision]) -> Vec<Vec<Decision>> {
    if decisions.is_empty() {
        return vec![vec![]];
    }
    let mut all = Vec::new();
    for (index, first) in decisions.iter().enumerate() {
        let mut rest = decisions.to_vec();
        rest.remove(index);
        for mut permutation in permutations(&rest) {
            permutation.insert(0, *first);
            all.push(permutation);
        }
    }
    all
}

#[test]
fn in_any_order_the_most_restrictive_wins() {
    use Decision::{Approve, Highlight, Reject};
    let stage = Stage::new();
    let sets = [
        &[Approve, Highlight, Reject, Approve][..],
        &[Highlight, Approve, Highlight],
        &[Highlight, Highlight],
    ];
    let mut number = 0;
    for (decisions, expected) in
        sets.into_iter().zip([Status::Rejected, Status::Approved, Status::Highlighted])
    {
        for order in permutations(decisions) {
            number += 1;
            let id = stage.queued(&number.to_string(), "hello", named("Ana"));
            let mut status = Status::Queued;
            for (decision, by) in order.iter().zip(1..) {
                let decided = stage.decide(id, *decision, &person(by), START + by);
                let expected = if decision.status() > status {
                    status = decision.status();
                    Decided::Effective
                } else {
                    Decided::Superseded(status)
                };
                assert_eq!(decided, expected, "{order:?}");
            }
            assert_eq!(status, expected);
            let found = ready(find(&stage.database, stage.channel, id)).unwrap().unwrap();
            assert_eq!(found.status, expected);
        }
    }
    assert_eq!(stage.counts().0, stage.counts().1);
}

#[test]
fn one_without_effect_changes_nothing_and_is_not_logged() {
    let stage = Stage::new();
    let other = Stage::in_database(&stage.database, "other");
    let id = stage.queued("1", "hello", named("Ana"));
    assert_eq!(stage.decide(id, Decision::Approve, &person(1), START), Decided::Effective);
    let before = stage.database.everything();
    assert_eq!(stage.decide(id, Decision::Approve, &person(1), START), Decided::Superseded(Status::Approved));
    assert_eq!(
        stage.decide(id, Decision::Highlight, &person(2), START),
        Decided::Superseded(Status::Approved)
    );
    assert_eq!(stage.decide(999, Decision::Reject, &person(1), START), Decided::NoMessage);
    assert_eq!(
        other.decide(id, Decision::Reject, &person(1), START),
        Decided::NoMessage,
        "of another channel"
    );
    assert_eq!(stage.database.everything(), before);
    assert_eq!(
        ready(log::page(&stage.database, stage.channel, &log::Filter::default(), 9)).unwrap().len(),
        1
    );
}

#[test]
fn a_message_is_found_with_what_decisions_need() {
    let stage = Stage::new();
    let other = Stage::in_database(&stage.database, "other");
    let who = sender(5, "s-5", "Ana");
    let id = stage.queued("1", "Hello!", who.clone());
    let found = ready(find(&stage.database, stage.channel, id)).unwrap().unwrap();
    assert_eq!((found.status, &*found.text, found.sender), (Status::Queued, "Hello!", who));
    assert!(ready(find(&stage.database, other.channel, id)).unwrap().is_none());
    assert!(ready(find(&stage.database, stage.channel, id + 1)).unwrap().is_none());
}

#[test]
fn a_moderators_name_is_cut_to_its_column() {
    let stage = Stage::new();
    let id = stage.queued("1", "Hello!", named("Ana"));
    let long = store::Person { central_id: 1, username: "ü".repeat(300) };
    assert_eq!(stage.decide(id, Decision::Approve, &long, START), Decided::Effective);
    let entries = ready(log::page(&stage.database, stage.channel, &log::Filter::default(), 9)).unwrap();
    assert_eq!(entries[0].moderator, "ü".repeat(255));
}
