//! The adapters for Spin keep the ports' promises (`guests/ports`).

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    time::Instant,
};

use crate::Running;

#[tokio::test]
async fn the_database_port_is_kept() {
    assert_eq!(Running::start_ports(&[]).await.ask("/database").await, "passed");
}

#[tokio::test]
async fn the_database_port_is_kept_on_a_server_of_libsql() {
    assert_eq!(Running::start_ports(&["--like-libsql"]).await.ask("/database").await, "passed");
}

#[tokio::test]
async fn the_key_value_port_is_kept() {
    assert_eq!(Running::start_ports(&[]).await.ask("/key-value").await, "passed");
}

#[tokio::test]
async fn the_wake_ups_port_is_kept() {
    assert_eq!(Running::start_ports(&[]).await.ask("/wakeups").await, "passed");
}

#[tokio::test]
async fn who_waits_alone_hears_of_a_change_soon_each_time() {
    let host = Running::start_ports(&[]).await;
    let mut revision = host.ask("/change").await;
    let mut waited = Vec::new();
    for _ in 0..5 {
        let path = format!("/wait?{revision}");
        let began = Instant::now();
        let (wake, changed) = tokio::join!(host.ask(&path), host.ask("/change"));
        waited.push(began.elapsed());
        assert_eq!(wake, "Changed");
        revision = changed;
    }
    // The best of them: the machine may be busy, but it does not make anything faster.
    assert!(waited.iter().min() < Some(&Duration::from_millis(450)), "{waited:?}");
}

#[tokio::test]
async fn a_store_that_is_not_granted_is_named() {
    let host = Running::start_ports(&[]).await;
    assert!(host.ask("/poor/revision").await.contains("sqlite_databases = [\"default\"]"));
    assert!(host.ask("/poor/get").await.contains("key_value_stores = [\"default\"]"));
}

#[tokio::test]
async fn changes_that_come_together_are_all_kept() {
    let host = Running::start_ports(&[]).await;
    let changes = (0..100).map(|_| host.ask("/change"));
    futures_util::future::join_all(changes).await;
    assert_eq!(host.ask("/revision").await, "100");
}

#[tokio::test]
async fn a_write_waits_for_a_lock_from_when_it_was_asked_whoever_waits_before_it() {
    let host = Running::start_ports(&[]).await;
    assert_eq!(host.ask("/change-together").await, "changed");
    let other = rusqlite::Connection::open(host.database()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let asked_after = async |seconds| {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        let asked_at = Instant::now();
        (host.ask("/change-together").await, asked_at.elapsed())
    };
    let unlocked = async {
        tokio::time::sleep(Duration::from_secs(7)).await;
        other.execute_batch("ROLLBACK").unwrap();
    };
    let (first, second, third, ()) = tokio::join!(asked_after(0), asked_after(2), asked_after(4), unlocked);
    for (answer, waited) in [first, second] {
        assert!(answer.contains("not available") && answer.contains("locked"), "{answer}");
        assert!((4_400..5_500).contains(&waited.as_millis()), "after {waited:?}");
    }
    assert_eq!(third.0, "changed", "who has not waited for too long waits on");
    assert!(third.1 < Duration::from_secs(4), "{:?}", third.1);
    assert_eq!(host.ask("/revision").await, "2");
}

/// A server that answers each request with `answer`, or never.
async fn server(answer: Option<Vec<u8>>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let answer = answer.clone();
            tokio::spawn(async move {
                let mut head = [0_u8; 4096];
                drop(stream.read(&mut head).await);
                match answer {
                    // The client may have had enough before the end.
                    Some(answer) => drop(stream.write_all(&answer).await),
                    None => tokio::time::sleep(Duration::from_mins(10)).await,
                }
            });
        }
    });
    port
}

async fn fetched(port: u16) -> String {
    let allowed = format!("allowed_port={port}");
    let host = Running::start_ports(&["--variable", &allowed]).await;
    host.ask(&format!("/fetch?http://127.0.0.1:{port}/")).await
}

#[tokio::test]
async fn other_servers_are_asked_within_a_limit_of_time_and_size() {
    let short = b"HTTP/1.1 404 Not Found\r\ncontent-length: 4\r\n\r\nnone".to_vec();
    assert_eq!(fetched(server(Some(short)).await).await, "404 4");
    assert_eq!(fetched(server(None).await).await, "timed out");
    let mut long = b"HTTP/1.1 200 OK\r\ncontent-length: 2000000\r\n\r\n".to_vec();
    long.resize(long.len() + 2_000_000, b'x');
    assert_eq!(fetched(server(Some(long)).await).await, "too large");
}
