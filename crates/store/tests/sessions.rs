//! Who is logged in, and for how long.

use store::sessions::{self, IDLE_MS, LONGEST_MS, Session};

use crate::support::{key_value::MemoryKeyValue, person, ready, stage::START};

const MINUTE: i64 = 60_000;

fn begun() -> (MemoryKeyValue, String) {
    let store = MemoryKeyValue::default();
    let id = ready(sessions::begin(&store, &person(1), START)).unwrap();
    (store, id)
}

fn at(store: &MemoryKeyValue, id: &str, now: i64) -> Option<Session> {
    ready(sessions::find(store, id, now)).unwrap()
}

#[test]
fn a_session_is_found_by_its_id_until_it_ends() {
    let (store, id) = begun();
    let session = at(&store, &id, START).unwrap();
    assert_eq!(session.person, person(1));
    assert_eq!(at(&store, &id, START + MINUTE), Some(session.clone()), "the token stays the same");
    assert_eq!(at(&store, "another", START), None);

    let other = ready(sessions::begin(&store, &person(1), START)).unwrap();
    let other_session = at(&store, &other, START).unwrap();
    assert_ne!(other, id);
    assert_ne!(other_session.csrf_token, session.csrf_token);
    assert_ne!(other_session.csrf_token, other, "who sees the page's token has not the session");

    ready(sessions::end(&store, &id)).unwrap();
    assert_eq!(at(&store, &id, START), None);
    assert!(at(&store, &other, START).is_some());
    ready(sessions::end(&store, &id)).unwrap();
}

#[test]
fn the_store_never_sees_the_id_nor_the_token() {
    let (store, id) = begun();
    let token = at(&store, &id, START).unwrap().csrf_token;
    for (name, value, _) in store.all() {
        let value = String::from_utf8(value).unwrap();
        assert!(!name.contains(&id) && !value.contains(&id) && !value.contains(&token), "{value}");
        let [kind, hash] = name.split(':').collect::<Vec<_>>()[..] else { panic!("{name}") };
        assert_eq!((kind, hash.len()), ("session", 64));
    }
}

#[test]
fn all_sessions_of_a_person_end_at_once() {
    let (store, one) = begun();
    let two = ready(sessions::begin(&store, &person(1), START + MINUTE)).unwrap();
    let another = ready(sessions::begin(&store, &person(2), START)).unwrap();
    let now = START + MINUTE;
    ready(sessions::end_all(&store, person(1).central_id, now)).unwrap();
    assert_eq!(
        (at(&store, &one, now), at(&store, &two, now)),
        (None, None),
        "also one that begins just then"
    );
    assert!(at(&store, &another, now).is_some());
    let later = ready(sessions::begin(&store, &person(1), now + 1)).unwrap();
    assert_eq!(at(&store, &later, now + 1).unwrap().person, person(1));
    // The mark outlives what it has ended.
    let mark = store.all().into_iter().find(|(name, ..)| name.starts_with("sessions-ended:")).unwrap();
    assert_eq!(mark.2, now + LONGEST_MS);
}

#[test]
fn a_mark_that_cannot_be_read_ends_everything() {
    let (store, id) = begun();
    ready(sessions::end_all(&store, person(1).central_id, START - 1)).unwrap();
    assert!(at(&store, &id, START).is_some());
    let (name, ..) = store.all().into_iter().find(|(name, ..)| name.starts_with("sessions-ended:")).unwrap();
    ready(platform::key_value::KeyValue::set(&store, &name, b"soon".to_vec(), START)).unwrap();
    assert_eq!(at(&store, &id, START), None);
}

#[test]
fn a_session_that_nobody_uses_ends() {
    let (store, id) = begun();
    assert!(at(&store, &id, START + IDLE_MS - 1).is_some());
    let (store, id) = begun();
    assert_eq!(at(&store, &id, START + IDLE_MS), None);
    assert_eq!(store.all()[0].2, START + IDLE_MS, "the store may forget it by then");
}

#[test]
fn a_session_that_is_used_goes_on_up_to_its_longest() {
    let (store, id) = begun();
    let mut now = START;
    while now + IDLE_MS / 2 < START + LONGEST_MS {
        now += IDLE_MS / 2;
        assert!(at(&store, &id, now).is_some(), "after {} h", (now - START) / 3_600_000);
    }
    assert!(at(&store, &id, START + LONGEST_MS - 1).is_some());
    assert_eq!(store.all()[0].2, START + LONGEST_MS);
    assert_eq!(at(&store, &id, START + LONGEST_MS), None);
}

#[test]
fn who_is_logged_in_stays_so_while_nothing_can_be_written() {
    let (store, id) = begun();
    store.fill_up();
    let later = START + 11 * MINUTE;
    assert_eq!(at(&store, &id, later).unwrap().person, person(1));
    assert_eq!(at(&store, &id, START + IDLE_MS), None, "its end is where it was");
    assert!(ready(sessions::begin(&store, &person(1), later)).is_err(), "nobody new");
}

#[test]
fn a_session_is_not_written_with_each_use() {
    let (store, id) = begun();
    let written = store.all();
    at(&store, &id, START + 10 * MINUTE);
    assert_eq!(store.all(), written);
    at(&store, &id, START + 10 * MINUTE + 1);
    assert_eq!(store.all()[0].2, START + 10 * MINUTE + 1 + IDLE_MS);
}

#[test]
fn what_another_version_wrote_is_no_session() {
    let (store, id) = begun();
    for other in [&b"{}"[..], b"\xff", b"", b"[1]"] {
        store.overwrite(other);
        assert_eq!(at(&store, &id, START), None);
    }
}
