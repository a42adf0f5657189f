//! Reactions whose symbol a moderator approved just now need no moderator.

use moderation::{Decision, SYMBOL_WINDOW_MS, Status};
use platform::clock::Millis;
use store::{
    decisions::{Decided, Undone, find, undo},
    messages::{Kept, Start},
};

use crate::support::{Stage, message, named, person, reaction, ready, stage::START};

/// A reaction with this symbol arrives; answers whether it was approved.
fn is_approved(stage: &Stage, source_id: &str, symbol: &str, now: Millis) -> bool {
    let incoming = reaction(source_id, symbol, named("Cheerful"));
    assert_eq!(stage.keep(&incoming, Start::ApprovedIfSymbolRecent, now), Kept::Stored);
    status(stage, stage.number_of(&incoming.seen_key())) == Status::Approved
}

fn status(stage: &Stage, id: i64) -> Status {
    ready(find(&stage.database, stage.channel, id)).unwrap().unwrap().status
}

/// A queued reaction with this symbol.
fn queued(stage: &Stage, symbol: &str) -> i64 {
    let incoming = reaction("first", symbol, named("First"));
    stage.keep(&incoming, Start::Queued, START);
    stage.number_of(&incoming.seen_key())
}

/// A channel in which a moderator decided on a reaction at the start.
fn decided(decision: Decision) -> (Stage, i64) {
    let stage = Stage::new();
    let id = queued(&stage, "👍");
    assert_eq!(stage.decide(id, decision, &person(1), START), Decided::Effective);
    (stage, id)
}

#[test]
fn within_ten_seconds() {
    for decision in [Decision::Approve, Decision::Highlight] {
        let (stage, _) = decided(decision);
        assert!(is_approved(&stage, "1", "👍", START));
        assert!(is_approved(&stage, "2", "👍", START + SYMBOL_WINDOW_MS));
        assert!(!is_approved(&stage, "3", "👍", START + SYMBOL_WINDOW_MS + 1), "no chain of approvals");
        assert_eq!(stage.counts().0, stage.counts().1);
    }
}

#[test]
fn the_same_symbol_only() {
    let (stage, _) = decided(Decision::Approve);
    assert!(!is_approved(&stage, "1", "🎉", START));
    assert!(!is_approved(&stage, "1", "👍🏽", START));
}

#[test]
fn in_the_same_channel_only() {
    let (stage, _) = decided(Decision::Approve);
    let other = Stage::in_database(&stage.database, "other");
    assert!(!is_approved(&other, "1", "👍", START));
}

#[test]
fn not_by_a_rejection() {
    let (stage, _) = decided(Decision::Reject);
    assert!(!is_approved(&stage, "1", "👍", START));
}

#[test]
fn not_by_an_approval_that_is_not_in_force() {
    let (stage, id) = decided(Decision::Approve);
    assert_eq!(stage.decide(id, Decision::Reject, &person(2), START), Decided::Effective);
    assert!(!is_approved(&stage, "1", "👍", START), "rejected since");

    // Undoing is no approval of its own: what counts is when the one in force again was given.
    let (first, second, late) = (person(1), person(2), START + SYMBOL_WINDOW_MS);
    let undone = ready(undo(&stage.database, stage.context(&second, late), id, false)).unwrap();
    assert_eq!(undone, Undone::Messages(1));
    assert!(is_approved(&stage, "2", "👍", late), "in force again");
    assert!(!is_approved(&stage, "3", "👍", late + 1), "as old as it was");
    ready(undo(&stage.database, stage.context(&first, late), id, false)).unwrap();
    assert!(!is_approved(&stage, "4", "👍", late), "taken back");
}

#[test]
fn not_by_an_approval_that_no_moderator_gave() {
    let stage = Stage::new();
    let trusted = reaction("first", "👍", named("Trusted"));
    assert_eq!(stage.keep(&trusted, Start::Approved, START), Kept::Stored);
    assert!(!is_approved(&stage, "1", "👍", START));
}

#[test]
fn not_by_a_text() {
    let stage = Stage::new();
    assert_eq!(stage.keep(&message("t", "👍", named("Ana")), Start::Queued, START), Kept::Stored);
    assert_eq!(
        stage.decide(stage.number_of("m:t"), Decision::Approve, &person(1), START),
        Decided::Effective
    );
    assert!(!is_approved(&stage, "1", "👍", START));
}

#[test]
fn the_feed_changes_with_what_is_approved() {
    let (stage, _) = decided(Decision::Approve);
    let before = stage.channel().state;
    assert!(!is_approved(&stage, "1", "🎉", START + 5));
    assert_eq!(stage.channel().state.feed_revision, before.feed_revision);
    assert!(is_approved(&stage, "2", "👍", START + 5));
    let after = stage.channel().state;
    assert_eq!((after.feed_revision, after.feed_changed_at), (after.revision, START + 5));
    assert_eq!((after.queued, after.approved), (1, 2));
}
