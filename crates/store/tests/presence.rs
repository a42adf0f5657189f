//! Who has a channel's queue open.

use platform::clock::Millis;
use store::presence::{GONE_AFTER_MS, Present, TOUCH_EVERY_MS, focus, stay, touch};

use crate::support::{Stage, person, ready, stage::START};

/// Who is here, as the queue says it.
fn present(stage: &Stage, now: Millis) -> Vec<Present> {
    let filter = store::queue::Filter::default();
    ready(store::queue::page(&stage.database, stage.channel, None, &filter, 1, now)).unwrap().moderators
}

fn who(stage: &Stage, now: Millis) -> Vec<(i64, Option<i64>)> {
    present(stage, now).iter().map(|present| (present.person.central_id, present.focus)).collect()
}

fn touched(stage: &Stage, central_id: i64, now: Millis) {
    let known = present(stage, now);
    ready(touch(&stage.database, stage.channel, &person(central_id), &known, now)).unwrap();
}

#[test]
fn somebody_new_is_shown_to_the_others() {
    let stage = Stage::new();
    let revision = stage.channel().state.revision;
    touched(&stage, 2, START);
    touched(&stage, 1, START);
    assert_eq!(who(&stage, START), [(1, None), (2, None)]);
    assert_eq!(present(&stage, START)[0].person, person(1));
    assert_eq!(stage.channel().state.revision, revision + 2);
    assert_eq!(stage.database.woken().len(), 2);
}

#[test]
fn somebody_who_stays_disturbs_nobody() {
    let stage = Stage::new();
    touched(&stage, 1, START);
    ready(focus(&stage.database, stage.channel, &person(1), Some(5), START)).unwrap();
    let revision = stage.channel().state.revision;
    stage.database.woken();

    touched(&stage, 1, START + TOUCH_EVERY_MS - 1);
    assert_eq!(present(&stage, START)[0].seen_at, START, "not written yet");
    touched(&stage, 1, START + TOUCH_EVERY_MS);
    assert_eq!(present(&stage, START)[0].seen_at, START + TOUCH_EVERY_MS);
    assert_eq!(who(&stage, START), [(1, Some(5))], "what they look at stays");
    assert_eq!(stage.channel().state.revision, revision);
    assert_eq!(stage.database.woken(), [0; 0]);
}

#[test]
fn who_was_not_heard_of_has_gone_and_may_come_back() {
    let stage = Stage::new();
    ready(focus(&stage.database, stage.channel, &person(1), Some(5), START)).unwrap();
    let gone = START + GONE_AFTER_MS;
    assert_eq!(who(&stage, gone - 1), [(1, Some(5))]);
    assert_eq!(who(&stage, gone), []);

    let revision = stage.channel().state.revision;
    ready(stay(&stage.database, stage.channel, &person(1), gone)).unwrap();
    assert_eq!(who(&stage, gone), [(1, None)]);
    assert!(stage.channel().state.revision > revision, "the others are shown that they are back");
}

#[test]
fn a_focus_is_shown_to_the_others() {
    let stage = Stage::new();
    let other = Stage::in_database(&stage.database, "other");
    ready(focus(&stage.database, stage.channel, &person(1), Some(5), START)).unwrap();
    ready(focus(&stage.database, other.channel, &person(1), Some(6), START)).unwrap();
    let revision = stage.channel().state.revision;
    ready(focus(&stage.database, stage.channel, &person(1), Some(7), START + 1)).unwrap();
    assert_eq!(who(&stage, START), [(1, Some(7))]);
    assert_eq!(who(&other, START), [(1, Some(6))]);
    assert!(stage.channel().state.revision > revision);

    ready(focus(&stage.database, stage.channel, &person(1), None, START + 1)).unwrap();
    assert_eq!(who(&stage, START), [(1, None)]);
}

#[test]
fn those_who_left_are_swept_away() {
    let stage = Stage::new();
    for central_id in 1..=5 {
        touched(&stage, central_id, START);
    }
    touched(&stage, 6, START + GONE_AFTER_MS);
    assert_eq!(stage.database.integer("SELECT COUNT(*) FROM presence"), 1);
}
