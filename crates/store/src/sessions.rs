//! Who is logged in: kept in the key-value port under a hash of the session's id, so that whoever reads the
//! store can take nobody's place.
//!
//! The port cannot be asked for all sessions of a person, and two logins at once would lose one of a list of them. So
//! ending all of a person's sessions is one value: the time before which none of them counts.

use hmac::{Hmac, KeyInit as _, Mac as _};
use platform::{
    clock::Millis,
    key_value::{KeyValue, KeyValueError},
    random::{self, RandomError},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::members::Person;

/// A session ends when nothing was heard of it for so long, in milliseconds: 12 hours.
pub const IDLE_MS: Millis = 12 * 3_600_000;
/// A session ends after so long in any case, in milliseconds: 14 days.
pub const LONGEST_MS: Millis = 14 * 24 * 3_600_000;
/// How often a session that is used is written anew, in milliseconds: 10 minutes.
const TOUCH_EVERY_MS: Millis = 600_000;

/// A session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Who.
    pub person: Person,
    /// What a state-changing call has to show.
    pub csrf_token: String,
}

/// Why there is no session.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The store failed.
    #[error(transparent)]
    KeyValue(#[from] KeyValueError),
    /// No id could be made.
    #[error(transparent)]
    Random(#[from] RandomError),
}

#[derive(Serialize, Deserialize)]
struct Stored {
    central_id: i64,
    username: String,
    started_at: Millis,
    seen_at: Millis,
}

impl Stored {
    fn deadline(&self) -> Millis {
        (self.seen_at + IDLE_MS).min(self.started_at + LONGEST_MS)
    }
}

fn name(id: &str) -> String {
    format!("session:{}", hex::encode(Sha256::digest(id)))
}

fn ended_name(central_id: i64) -> String {
    format!("sessions-ended:{central_id}")
}

/// What belongs to the session's id and does not give it away. It is kept nowhere: whoever reads the store could else
/// forge a request.
fn csrf_token(id: &str) -> String {
    // A key of any length will do, so that this cannot fail.
    let keyed = Hmac::<Sha256>::new_from_slice(id.as_bytes()).map(|key| key.chain_update("csrf token"));
    keyed.map(|token| hex::encode(token.finalize().into_bytes())).unwrap_or_default()
}

/// Begins a session; answers its id, for the cookie and nothing else.
pub async fn begin<K: KeyValue>(store: &K, person: &Person, now: Millis) -> Result<String, SessionError> {
    let id = random::token()?;
    let stored = Stored {
        central_id: person.central_id,
        username: person.username.clone(),
        started_at: now,
        seen_at: now,
    };
    put(store, &id, &stored).await?;
    Ok(id)
}

/// The session with this id, if there is one.
pub async fn find<K: KeyValue>(store: &K, id: &str, now: Millis) -> Result<Option<Session>, SessionError> {
    let Some(content) = store.get(&name(id)).await? else { return Ok(None) };
    // One that another version wrote in another shape: its owner logs in again.
    let Ok(mut stored) = serde_json::from_slice::<Stored>(&content) else { return Ok(None) };
    if now >= stored.deadline() || stored.started_at <= ended_at(store, stored.central_id).await? {
        return Ok(None);
    }
    if now - stored.seen_at > TOUCH_EVERY_MS {
        stored.seen_at = now;
        // Where nothing can be written, as on a full disk, the session ends a little sooner; that is no reason to
        // refuse its owner what can still be read.
        put(store, id, &stored).await.ok();
    }
    Ok(Some(Session {
        person: Person { central_id: stored.central_id, username: stored.username },
        csrf_token: csrf_token(id),
    }))
}

/// Ends the session with this id.
pub async fn end<K: KeyValue>(store: &K, id: &str) -> Result<(), SessionError> {
    Ok(store.delete(&name(id)).await?)
}

/// Ends every session that this person has begun by `now`, wherever.
pub async fn end_all<K: KeyValue>(store: &K, central_id: i64, now: Millis) -> Result<(), SessionError> {
    // By then even the youngest of them would have ended by itself.
    let deadline = now + LONGEST_MS;
    Ok(store.set(&ended_name(central_id), now.to_string().into_bytes(), deadline).await?)
}

/// When this person's sessions were ended, all at once; the beginning of time if they never were.
async fn ended_at<K: KeyValue>(store: &K, central_id: i64) -> Result<Millis, SessionError> {
    let Some(content) = store.get(&ended_name(central_id)).await? else { return Ok(Millis::MIN) };
    let read = str::from_utf8(&content).ok().and_then(|text| text.parse().ok());
    // Something was ended, nobody knows when: then it was everything.
    Ok(read.unwrap_or(Millis::MAX))
}

async fn put<K: KeyValue>(store: &K, id: &str, stored: &Stored) -> Result<(), SessionError> {
    let content = serde_json::to_vec(stored)
        .map_err(|error| KeyValueError::Failed(format!("a session cannot be written: {error}")))?;
    Ok(store.set(&name(id), content, stored.deadline()).await?)
}
