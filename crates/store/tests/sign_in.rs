//! The way to the wiki and back.

use store::sign_in::{self, LONGEST_MS};

use crate::support::{key_value::MemoryKeyValue, ready, stage::START};

fn begun() -> MemoryKeyValue {
    let store = MemoryKeyValue::default();
    ready(sign_in::begin(&store, "the state", "the browser", "/next", START)).unwrap();
    store
}

fn finished(store: &MemoryKeyValue, state: &str, browser: &str, now: i64) -> Option<String> {
    ready(sign_in::finish(store, state, browser, now)).unwrap()
}

#[test]
fn whoever_went_comes_back_once() {
    let store = begun();
    assert_eq!(finished(&store, "the state", "the browser", START + 1).as_deref(), Some("/next"));
    assert_eq!(finished(&store, "the state", "the browser", START + 1), None);
    assert_eq!(store.all(), []);
}

#[test]
fn another_state_or_browser_does_not_and_uses_nothing_up() {
    let store = begun();
    for (state, browser) in
        [("another", "the browser"), ("the state", "another"), ("", ""), ("the state", "")]
    {
        assert_eq!(finished(&store, state, browser, START), None, "{state}, {browser}");
    }
    assert!(finished(&store, "the state", "the browser", START).is_some());
}

#[test]
fn who_takes_too_long_does_not_come_back() {
    assert!(finished(&begun(), "the state", "the browser", START + LONGEST_MS - 1).is_some());
    let store = begun();
    assert_eq!(store.all()[0].2, START + LONGEST_MS, "the store may forget it by then");
    assert_eq!(finished(&store, "the state", "the browser", START + LONGEST_MS), None);
}

#[test]
fn several_windows_of_a_browser_go_side_by_side() {
    let store = begun();
    ready(sign_in::begin(&store, "second", "the browser", "/second", START)).unwrap();
    assert_eq!(finished(&store, "the state", "the browser", START).as_deref(), Some("/next"));
    assert_eq!(finished(&store, "second", "the browser", START).as_deref(), Some("/second"));
}

#[test]
fn the_store_sees_neither_the_state_nor_the_browser_s_secret() {
    for (name, value, _) in begun().all() {
        let value = String::from_utf8(value).unwrap();
        for secret in ["the state", "the browser"] {
            assert!(!name.contains(secret) && !value.contains(secret), "{name}: {value}");
        }
    }
}

#[test]
fn what_another_version_wrote_is_nobody_s_way_back() {
    for other in [&b"{}"[..], b"\xff", b"", b"[1]"] {
        let store = begun();
        store.overwrite(other);
        assert_eq!(finished(&store, "the state", "the browser", START), None);
    }
}
