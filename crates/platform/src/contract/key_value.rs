//! What every key-value store promises.

use std::time::Duration;

use super::ManualClock;
use crate::{
    clock::{Clock as _, Millis},
    key_value::KeyValue,
};

const HOUR: Duration = Duration::from_hours(1);
const MILLISECOND: Duration = Duration::from_millis(1);
const START: Millis = 1_784_628_300_000;

/// Runs the suite over the store that `open` answers for a clock.
pub async fn key_value_contract<K: KeyValue>(open: impl AsyncFn(ManualClock) -> K) {
    let clock = ManualClock::at(START);
    let store = open(clock.clone()).await;
    values_come_back_until_deleted(&store, &clock).await;
    the_last_value_counts(&store, &clock).await;
    keys_are_told_apart(&store, &clock).await;
    nothing_is_answered_past_its_deadline(&store, &clock).await;
}

fn in_an_hour(clock: &ManualClock) -> Millis {
    clock.now() + 3_600_000
}

async fn values_come_back_until_deleted<K: KeyValue>(store: &K, clock: &ManualClock) {
    assert_eq!(store.get("contract:nothing").await.unwrap(), None);
    let long = format!(r#"{{"name":"Zoë 🦀","text":"{}"}}"#, "é".repeat(8 * 1024));
    for value in ["", "{}", long.as_str()] {
        store.set("contract:value", value.into(), in_an_hour(clock)).await.unwrap();
        assert_eq!(store.get("contract:value").await.unwrap().as_deref(), Some(value.as_bytes()));
    }
    store.delete("contract:value").await.unwrap();
    assert_eq!(store.get("contract:value").await.unwrap(), None);
    // No error where nothing is.
    store.delete("contract:value").await.unwrap();
}

async fn the_last_value_counts<K: KeyValue>(store: &K, clock: &ManualClock) {
    let key = "contract:overwritten";
    for value in ["first", "second"] {
        store.set(key, value.into(), in_an_hour(clock)).await.unwrap();
    }
    assert_eq!(store.get(key).await.unwrap().as_deref(), Some(&b"second"[..]));
    // So does its deadline, be it later or sooner than that before.
    store.set(key, "third".into(), in_an_hour(clock) + 1_000).await.unwrap();
    clock.advance(HOUR);
    assert_eq!(store.get(key).await.unwrap().as_deref(), Some(&b"third"[..]));
    store.set(key, "fourth".into(), clock.now() + 1).await.unwrap();
    clock.advance(MILLISECOND);
    assert_eq!(store.get(key).await.unwrap(), None);
}

async fn keys_are_told_apart<K: KeyValue>(store: &K, clock: &ManualClock) {
    let keys = ["contract:k", "contract:k:1", "contract:K", "contract:k%", "contract:ключ"];
    for key in keys {
        store.set(key, key.into(), in_an_hour(clock)).await.unwrap();
    }
    store.delete("contract:k").await.unwrap();
    assert_eq!(store.get("contract:k").await.unwrap(), None, "deleted");
    for key in &keys[1..] {
        assert_eq!(store.get(key).await.unwrap().as_deref(), Some(key.as_bytes()), "{key}");
        store.delete(key).await.unwrap();
    }
}

async fn nothing_is_answered_past_its_deadline<K: KeyValue>(store: &K, clock: &ManualClock) {
    let key = "contract:deadline";
    store.set(key, "soon gone".into(), in_an_hour(clock)).await.unwrap();
    clock.advance(HOUR.saturating_sub(MILLISECOND));
    assert!(store.get(key).await.unwrap().is_some(), "a millisecond before its deadline");
    clock.advance(MILLISECOND);
    assert_eq!(store.get(key).await.unwrap(), None, "at its deadline");
    // What expired is no obstacle to the next value.
    store.set(key, "again".into(), in_an_hour(clock)).await.unwrap();
    assert_eq!(store.get(key).await.unwrap().as_deref(), Some(&b"again"[..]));
    store.set(key, "late".into(), clock.now()).await.unwrap();
    assert_eq!(store.get(key).await.unwrap(), None, "set with a deadline that has passed");
}
