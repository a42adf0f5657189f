//! What one look at a channel shows somebody.

use moderation::Role;
use store::{glance::at, members};

use crate::support::{Stage, change, message, named, person, ready, stage::START};

#[test]
fn a_glance_shows_what_the_channel_s_rows_say_now() {
    let stage = Stage::new();
    let other = Stage::in_database(&stage.database, "other");
    let glance = |id: &str| ready(at(&stage.database, id, 1)).unwrap();
    assert_eq!(glance(&stage.id).unwrap().role, None);
    ready(members::add(&stage.database, stage.channel, &person(1), Role::Admin, change(START))).unwrap();
    ready(members::add(&stage.database, other.channel, &person(2), Role::Admin, change(START))).unwrap();

    let before = glance(&stage.id).unwrap();
    assert_eq!((before.channel, before.role), (stage.channel, Some(Role::Admin)));
    assert_eq!(before.revision, stage.channel().state.revision);
    stage.keep(&message("1", "text", named("Ann")), store::messages::Start::Queued, START);
    assert_eq!(glance(&stage.id).unwrap().revision, before.revision + 1);

    assert_eq!(glance(&other.id).unwrap().role, None, "somebody else's role, or one in another channel");
    assert_eq!(glance("nowhere"), None);
    assert!(ready(members::remove(&stage.database, stage.channel, 1, change(START))).unwrap());
    assert_eq!(glance(&stage.id).unwrap().role, None);
}
