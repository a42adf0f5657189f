//! Who is on the way to the wiki and back: kept in the key-value port under a hash of the `state` that makes the way
//! with them, so that whoever reads the store can finish nobody's login.

use platform::{
    clock::Millis,
    key_value::{KeyValue, KeyValueError},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// How long the way may take, in milliseconds: 10 minutes, as long as the wiki's codes live.
pub const LONGEST_MS: Millis = 600_000;

#[derive(Serialize, Deserialize)]
struct Stored {
    /// The hash of what the browser's cookie has.
    browser: String,
    next: String,
    begun_at: Millis,
}

fn hash(secret: &str) -> String {
    hex::encode(Sha256::digest(secret))
}

fn name(state: &str) -> String {
    format!("sign-in:{}", hash(state))
}

/// Remembers that the browser with this secret went to the wiki with `state`, and where it wants to go afterwards.
pub async fn begin<K: KeyValue>(
    store: &K,
    state: &str,
    browser: &str,
    next: &str,
    now: Millis,
) -> Result<(), KeyValueError> {
    let stored = Stored { browser: hash(browser), next: next.to_owned(), begun_at: now };
    let content = serde_json::to_vec(&stored)
        .map_err(|error| KeyValueError::Failed(format!("a login cannot be written: {error}")))?;
    store.set(&name(state), content, now + LONGEST_MS).await
}

/// Where to go, if this browser went to the wiki with `state`, not too long ago, and comes back for the first time.
pub async fn finish<K: KeyValue>(
    store: &K,
    state: &str,
    browser: &str,
    now: Millis,
) -> Result<Option<String>, KeyValueError> {
    let name = name(state);
    let Some(content) = store.get(&name).await? else { return Ok(None) };
    let Ok(stored) = serde_json::from_slice::<Stored>(&content) else { return Ok(None) };
    // Somebody else who has got hold of the address does not use it up.
    if !bool::from(stored.browser.as_bytes().ct_eq(hash(browser).as_bytes())) {
        return Ok(None);
    }
    store.delete(&name).await?;
    Ok((now < stored.begun_at + LONGEST_MS).then_some(stored.next))
}
