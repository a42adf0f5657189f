//! How the key-value adapter for Spin forgets what has expired (`guests/ports`).

use rusqlite::Connection;

use crate::Running;

const NOW: i64 = 1_784_628_300_000;
const MINUTE: i64 = 60_000;

/// Sets a value that stays, as an instance does that is new at this time.
async fn set(host: &Running, now: i64) {
    assert_eq!(host.ask(&format!("/set?{now},{},stays", NOW * 2)).await, "set");
}

/// The store's file, once it is there, with values under `chatstream:value:0`, … that expired just before `NOW`.
async fn store_with_expired(host: &Running, count: i64) -> Connection {
    for index in 0..count.min(1) {
        assert_eq!(host.ask(&format!("/set?{},{},{index}", NOW - 11 * MINUTE, NOW - 1)).await, "set");
    }
    let store = Connection::open(host.key_values()).unwrap();
    let another =
        "INSERT INTO spin_key_value SELECT store, 'chatstream:value:' || ?1, value FROM spin_key_value
                   WHERE key = 'chatstream:value:0'";
    store.execute_batch("BEGIN").unwrap();
    for index in 1..count {
        store.prepare_cached(another).unwrap().execute([index]).unwrap();
    }
    store.execute_batch("COMMIT").unwrap();
    store
}

fn count(store: &Connection, names: &str) -> i64 {
    let count = "SELECT count(*) FROM spin_key_value WHERE key GLOB ?1";
    store.query_row(count, [names], |row| row.get(0)).unwrap()
}

fn expired(store: &Connection) -> i64 {
    count(store, "chatstream:value:[0-9]*")
}

#[tokio::test]
async fn other_applications_values_stay() {
    let host = Running::start_ports(&[]).await;
    let store = store_with_expired(&host, 10).await;
    let insert = "INSERT INTO spin_key_value VALUES ('default', ?1, ?2)";
    let zeros = [0_u8; 20];
    let long_ago = 1_000_i64.to_be_bytes();
    for (name, value) in [
        ("session:1", &b"short"[..]),
        ("counter", &zeros),
        ("chatstream", &long_ago),
        ("chatstream:other", &long_ago),
        // Ours by its name alone.
        ("chatstream:value:torn", b"torn"),
    ] {
        store.execute(insert, (name, value)).unwrap();
    }
    set(&host, NOW).await;
    assert_eq!(expired(&store), 0);
    // Those five, the value set, and when it was swept.
    assert_eq!(count(&store, "*"), 7);
}

#[tokio::test]
async fn a_value_that_cannot_be_read_does_not_keep_the_others() {
    let host = Running::start_ports(&[]).await;
    let store = store_with_expired(&host, 10).await;
    // No bytes but text: the host says that it cannot.
    store.execute("UPDATE spin_key_value SET value = 'text' WHERE key = 'chatstream:value:5'", []).unwrap();
    set(&host, NOW).await;
    assert_eq!(expired(&store), 1);
    set(&host, NOW + 11 * MINUTE).await;
    assert_eq!(count(&store, "chatstream:value:5"), 1);
}

#[tokio::test]
async fn a_sweep_forgets_a_few_and_new_instances_know_of_it() {
    let host = Running::start_ports(&[]).await;
    let store = store_with_expired(&host, 40).await;
    for (now, left) in [
        (NOW, 24),
        (NOW, 24),
        (NOW + MINUTE - 1, 24),
        // There is more to forget, so that nothing piles up.
        (NOW + MINUTE, 8),
        (NOW + 2 * MINUTE, 0),
    ] {
        set(&host, now).await;
        assert_eq!(expired(&store), left, "{}", now - NOW);
    }
}
