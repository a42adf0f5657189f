//! The ports that a host implements, and the HTTP vocabulary that the components share.
//!
//! **Invariant:** nothing here knows a rule of moderation, a statement of SQL, a thread, a runtime or a C
//! library: all of it compiles for `wasm32-wasip2`. A port exists where two hosts differ, not for symmetry.
//!
//! | module | what it offers |
//! | --- | --- |
//! | [`database`] | [`Database`](database::Database): a snapshot `read`, an atomic `write` |
//! | [`key_value`] | [`KeyValue`](key_value::KeyValue): small values with a deadline: sessions, sign-in state |
//! | [`config`] | [`Config`](config::Config) and the [`Settings`](config::Settings) it answers |
//! | [`http_client`] | [`HttpClient`](http_client::HttpClient): requests to other servers |
//! | [`clock`] | [`Clock`](clock::Clock): what time it is, and waiting |
//! | [`wakeups`] | [`Wakeups`](wakeups::Wakeups): hearing of a change without asking again and again |
//! | [`remembered`] | [`Remembered`](remembered::Remembered): what was read, while nothing can have changed it |
//! | [`random`] | unguessable tokens |
//! | [`http`] | problem answers, request ids, bounded bodies, event streams |
//! | [`contract`] | the suites that every adapter of a port has to pass |

pub mod clock;
pub mod config;
#[cfg(feature = "contract")]
pub mod contract;
pub mod database;
pub mod http;
pub mod http_client;
pub mod joined;
pub mod key_value;
pub mod random;
pub mod remembered;
pub mod schema;
#[cfg(feature = "spin")]
pub mod spin;
pub mod wakeups;

/// Everything a component needs of its host. Cheap to clone: a host hands a clone to each router.
pub trait Platform: Clone + Send + Sync + 'static {
    /// Where channels, messages and decisions are kept.
    type Database: database::Database;
    /// Where sessions are kept.
    type KeyValue: key_value::KeyValue;
    /// Where the deployment's settings come from.
    type Config: config::Config;
    /// How other servers are asked.
    type HttpClient: http_client::HttpClient;
    /// What time it is.
    type Clock: clock::Clock;
    /// How a change is heard of.
    type Wakeups: wakeups::Wakeups;

    /// The database port.
    fn database(&self) -> &Self::Database;
    /// The key-value port.
    fn key_value(&self) -> &Self::KeyValue;
    /// The configuration port.
    fn config(&self) -> &Self::Config;
    /// The HTTP client port.
    fn http_client(&self) -> &Self::HttpClient;
    /// The clock port.
    fn clock(&self) -> &Self::Clock;
    /// The wake-ups port.
    fn wakeups(&self) -> &Self::Wakeups;
}
