//! SQLite databases, and how they differ from what one would wish.

use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::timeout;

use crate::Running;

#[tokio::test]
async fn every_kind_of_value_goes_in_and_comes_out() {
    let host = Running::start().await;
    let expected = "a,b,c,d,e Some([Value::Null, Value::Integer(-9223372036854775808), Value::Real(0.5), \
                    Value::Text(\"häß\\0\"), Value::Blob([0, 255])])";
    assert_eq!(host.ask("/sql/values").await, expected);
}

#[tokio::test]
async fn an_error_is_told_only_after_the_rows() {
    let host = Running::start().await;
    let expected = r#"columns 0, row false, Err(Error::Io("no such table: nowhere"))"#;
    assert_eq!(host.ask("/sql/late-error").await, expected);
}

#[tokio::test]
async fn a_statement_waits_until_the_rows_of_the_one_before_are_taken() {
    let host = Running::start().await;
    let stuck = timeout(Duration::from_secs(1), host.get("/sql/undrained"));
    assert!(stuck.await.is_err(), "an undrained result must hang here, as it would in production");
    assert_eq!(host.ask("/sql/given-up").await, "1 row");
}

#[tokio::test]
async fn only_the_first_statement_runs() {
    let host = Running::start().await;
    assert_eq!(host.ask("/sql/first-only").await, "1 table");
}

#[tokio::test]
async fn changes_and_row_ids_are_the_connections_own() {
    let host = Running::start().await;
    assert_eq!(host.ask("/sql/counts").await, "3 3 2");
}

#[tokio::test]
async fn a_transaction_that_is_abandoned_is_rolled_back() {
    let host = Running::start().await;
    assert_eq!(host.ask("/sql/abandon").await, "left open");
    assert_eq!(host.ask("/sql/abandoned").await, "0 rows");
}

#[tokio::test]
async fn a_locked_database_is_waited_for_without_stopping_others() {
    let host = Running::start().await;
    assert_eq!(host.ask("/sql/insert").await, "inserted");
    let locked = host.ask("/sql/lock?1500");
    let others = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let waiting = join_all((0..4).map(|_| host.ask("/sql/insert")));
        let hello = timeout(Duration::from_millis(900), host.ask("/hello"));
        tokio::join!(waiting, hello)
    };
    let (unlocked, (inserted, hello)) = tokio::join!(locked, others);
    assert_eq!(unlocked, "unlocked");
    assert_eq!(inserted, ["inserted"; 4]);
    assert_eq!(hello.expect("an answer while the database is locked"), "hello");
}

#[tokio::test]
async fn a_database_that_is_not_granted_is_refused() {
    let host = Running::start().await;
    assert_eq!(host.ask("/sql/open?default").await, "1 row");
    assert_eq!(host.ask("/sql/open?other").await, "access denied");
    assert_eq!(host.ask("/poor/sql/open?default").await, "access denied");
}
