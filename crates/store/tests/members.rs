//! Who moderates what.

use moderation::Role;
use store::{
    channels::find_with_role,
    members::{add, list, remove},
};

use crate::support::{Stage, change, person, ready, stage::START};

fn role(stage: &Stage, central_id: i64) -> Option<Role> {
    ready(find_with_role(&stage.database, &stage.id, central_id)).unwrap().unwrap().1
}

fn appoint(stage: &Stage, central_id: i64, role: Role, now: i64) {
    ready(add(&stage.database, stage.channel, &person(central_id), role, change(now))).unwrap();
}

#[test]
fn a_member_has_one_role_in_a_channel() {
    let stage = Stage::new();
    let other = Stage::in_database(&stage.database, "other");
    assert_eq!(role(&stage, 1), None);
    appoint(&stage, 1, Role::Moderator, START);
    appoint(&stage, 1, Role::Admin, START + 1);
    appoint(&other, 1, Role::Moderator, START + 2);
    assert_eq!(role(&stage, 1), Some(Role::Admin));
    assert_eq!(role(&other, 1), Some(Role::Moderator));
    assert_eq!(role(&stage, 2), None);
    assert_eq!(ready(find_with_role(&stage.database, "nowhere", 1)).unwrap(), None);

    assert!(ready(remove(&stage.database, stage.channel, 1, change(START))).unwrap());
    assert!(!ready(remove(&stage.database, stage.channel, 1, change(START))).unwrap());
    assert_eq!(role(&stage, 1), None);
    assert_eq!(role(&other, 1), Some(Role::Moderator));
}

#[test]
fn members_are_listed_by_name() {
    let stage = Stage::new();
    for central_id in [3, 1, 2] {
        appoint(&stage, central_id, Role::Moderator, START + central_id);
    }
    let members = ready(list(&stage.database, stage.channel)).unwrap();
    let members = members.into_iter().map(|member| (member.person, member.role, member.added_at));
    let expected = [1, 2, 3].map(|id| (person(id), Role::Moderator, START + id));
    assert_eq!(members.collect::<Vec<_>>(), expected);
}

#[test]
fn a_person_sees_their_channels() {
    let stage = Stage::new();
    let archived = Stage::in_database(&stage.database, "an-old-one");
    Stage::in_database(&stage.database, "not-theirs");
    appoint(&stage, 1, Role::Moderator, START);
    appoint(&archived, 1, Role::Admin, START);
    ready(store::channels::archive(&stage.database, archived.channel, Some(START), change(START))).unwrap();

    let theirs = ready(store::channels::of_member(&stage.database, 1)).unwrap();
    let theirs: Vec<_> =
        theirs.iter().map(|channel| (&*channel.id, channel.archived, channel.role.as_deref())).collect();
    assert_eq!(theirs, [("an-old-one", true, Some("admin")), ("main", false, Some("moderator"))]);
    assert!(ready(store::channels::of_member(&stage.database, 2)).unwrap().is_empty());
}
