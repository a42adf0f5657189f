//! Key-value stores.

use crate::Running;

#[tokio::test]
async fn a_store_keeps_what_it_is_given() {
    let host = Running::start().await;
    assert_eq!(host.ask("/store?default").await, r#"None Some("2") (true, false) 20"#);
    assert_eq!(host.ask("/store?default").await, r#"Some("2") Some("2") (true, false) 20"#);
}

#[tokio::test]
async fn a_store_that_is_not_granted_is_refused() {
    let host = Running::start().await;
    assert_eq!(host.ask("/store?other").await, "access denied");
    assert_eq!(host.ask("/poor/store?default").await, "access denied");
}
