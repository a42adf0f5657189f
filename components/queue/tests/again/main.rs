//! A poll with nothing new is answered as before, for as long as that is right and no longer.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests say what went wrong by it")]

mod stage;

use store::presence::{GONE_AFTER_MS, TOUCH_EVERY_MS};

use self::stage::{REVISION, START, Stage};

/// What is read to answer from the one row.
const GLANCE: [&str; 1] = ["glance::AT"];
/// What is read first, wherever the whole answer is.
const WHOLE: &str = "channels::FIND_WITH_ROLE";

/// A stage where one poll has been answered.
fn answered() -> Stage {
    let stage = Stage::new();
    let (status, body) = stage.poll(REVISION);
    assert_eq!((status, body["revision"].as_i64()), (200, Some(REVISION)));
    assert_eq!(stage.asked()[0], WHOLE);
    stage
}

#[test]
fn one_row_is_read_while_nothing_happens() {
    let stage = answered();
    let first = stage.poll(REVISION);
    assert_eq!(stage.asked(), GLANCE);
    assert_eq!(first, stage.poll(REVISION));
    assert_eq!(first.1["moderators"][0]["username"], "Ann");
}

#[test]
fn a_change_is_heard_of_at_once() {
    let stage = answered();
    stage.database().revision += 1;
    assert_eq!(stage.poll(REVISION).1["revision"].as_i64(), Some(REVISION + 1));
    assert!(stage.asked().contains(&"queue::ARRIVED"));
}

#[test]
fn who_stands_elsewhere_is_not_meant() {
    let stage = answered();
    assert_eq!(stage.poll(REVISION - 1).0, 200);
    assert_eq!(stage.asked()[0], WHOLE);
}

#[test]
fn who_is_no_member_any_more_is_refused_at_once() {
    let stage = answered();
    stage.database().role = None;
    assert_eq!(stage.poll(REVISION).0, 403);
}

#[test]
fn who_has_logged_out_is_refused_at_once() {
    let stage = answered();
    stage.log_out();
    assert_eq!(stage.poll(REVISION).0, 401);
}

#[test]
fn a_channel_that_was_made_anew_is_another() {
    let stage = answered();
    stage.database().channel += 1;
    assert_eq!(stage.poll(REVISION).0, 200);
    assert_eq!(stage.asked()[..2], [GLANCE[0], WHOLE]);
    stage.database().channel = 0;
    assert_eq!(stage.poll(REVISION).0, 404, "and one that was deleted is none");
}

#[test]
fn whoever_stays_is_recorded_as_often_as_ever() {
    let stage = answered();
    stage.set_clock(START + TOUCH_EVERY_MS - 1);
    stage.poll(REVISION);
    assert_eq!(stage.asked(), GLANCE);
    stage.set_clock(START + TOUCH_EVERY_MS);
    stage.poll(REVISION);
    assert!(stage.asked().contains(&"presence::SEEN"));
}

#[test]
fn whoever_goes_is_seen_to_have_gone() {
    let stage = Stage::new();
    stage.database().others_seen_at = Some(START - GONE_AFTER_MS + 10);
    assert_eq!(stage.poll(REVISION).1["moderators"].as_array().unwrap().len(), 2);
    stage.asked();
    stage.set_clock(START + 9);
    stage.poll(REVISION);
    assert_eq!(stage.asked(), GLANCE);
    stage.set_clock(START + 10);
    stage.poll(REVISION);
    assert_eq!(stage.asked()[..2], [GLANCE[0], WHOLE]);
}

#[test]
fn who_would_rather_wait_waits() {
    let stage = answered();
    stage.poll_with(&format!("since={REVISION}&wait=1"));
    assert_eq!(stage.asked()[0], WHOLE);
}
