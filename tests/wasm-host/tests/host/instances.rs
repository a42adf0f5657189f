//! How long an instance lives, and who shares it.

use std::time::Duration;

use futures_util::future::join_all;

use crate::Running;

#[tokio::test]
async fn an_instance_is_used_again_until_it_has_served_enough() {
    let host = Running::start_with(&["--max-instance-reuse-count", "3"]).await;
    let mut asked = Vec::new();
    for _ in 0..7 {
        asked.push(host.ask("/asked").await);
    }
    assert_eq!(asked, ["1", "2", "3", "1", "2", "3", "1"]);
}

#[tokio::test]
async fn an_idle_instance_goes() {
    let host = Running::start_with(&["--idle-instance-timeout", "20ms"]).await;
    assert_eq!(host.ask("/asked").await, "1");
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(host.ask("/asked").await, "1");
}

/// How many requests the instance had that is asked while others sleep.
async fn asked_beside_sleepers(host: &Running, sleepers: usize) -> String {
    let sleeping = join_all((0..sleepers).map(|_| host.ask("/sleep?2000")));
    let asked = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        host.ask("/asked").await
    };
    tokio::join!(sleeping, asked).1
}

#[tokio::test]
async fn an_instance_serves_other_requests_while_one_waits() {
    let host = Running::start().await;
    assert_eq!(asked_beside_sleepers(&host, 1).await, "2");
}

#[tokio::test]
async fn a_request_gets_another_instance_where_all_have_enough_to_do() {
    let host = Running::start_with(&["--max-instance-concurrent-reuse-count", "1"]).await;
    assert_eq!(asked_beside_sleepers(&host, 4).await, "1");
}

#[tokio::test]
async fn a_trap_ends_its_instance_and_is_answered_with_500() {
    let host = Running::start().await;
    assert_eq!(host.ask("/asked").await, "1");
    assert_eq!(host.get("/panic").await.status, 500);
    host.writes("probe: as it was asked to").await;
    assert!(host.log().contains("panicked at"), "{}", host.log());
    assert_eq!(host.ask("/asked").await, "1");
}
