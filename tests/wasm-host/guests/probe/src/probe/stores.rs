//! Key-value stores.

use http::Response;
use spin_sdk::key_value::{Error, Store};

use super::{Body, text};

/// Everything a store can do, once.
pub(super) async fn round(label: &str) -> Response<Body> {
    text(match all(label).await {
        Ok(report) => report,
        Err(Error::AccessDenied) => "access denied".to_owned(),
        Err(Error::NoSuchStore) => "no such store".to_owned(),
        Err(error) => error.to_string(),
    })
}

async fn all(label: &str) -> Result<String, Error> {
    let store = Store::open(label).await?;
    let before = store.get("a").await?.map(|value| String::from_utf8_lossy(&value).into_owned());
    store.set("a", "1").await?;
    store.set("a", "2").await?;
    for number in 0..20 {
        store.set(format!("key {number}"), [0, 255]).await?;
    }
    store.delete("key 0").await?;
    store.delete("never there").await?;
    let exists = (store.exists("a").await?, store.exists("key 0").await?);
    let keys = store.get_keys().await.collect().await?.len();
    let after = store.get("a").await?.map(|value| String::from_utf8_lossy(&value).into_owned());
    Ok(format!("{before:?} {after:?} {exists:?} {keys}"))
}
