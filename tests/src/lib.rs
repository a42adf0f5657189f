//! Black-box stories over HTTP, and the hosts they run against.
//!
//! **Invariant:** nothing here knows anything of the product but its HTTP contract and how a host of it is started.
//! A story gets a base URL and clients for the roles of the field, and runs unchanged against every host.
//!
//! | module | what it offers |
//! | --- | --- |
//! | [`host`] | the hosts, chosen by `CHATSTREAM_HOST`: start, restart, kill, a full disk |
//! | [`channel`] | a channel of one's own on the shared host, with a client for each role: where a story begins |
//! | [`eventyay`] | the sender: events as Eventyay writes and signs them, and the recorded ones |
//! | [`people`] | moderators, admins, strangers: one HTTP client each, with their session |
//! | [`queue`] | the moderators' queue, and a model of it that follows deltas |
//! | [`events`] | server-sent events |
//! | [`feed`] | feeds, read by a feed library that is not ours |
//! | [`http`] | requests and answers, and what every answer has to have |
//! | [`raw`] | requests that no HTTP client would send |
//! | [`seed`] | randomness that a failure can be repeated with |
//! | [`wiki`] | a mock Meta-Wiki, true to the protocol by which people log in |
//! | [`wait`] | waiting for a condition, never for a time |
#![allow(
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    clippy::panic,
    clippy::return_self_not_must_use,
    clippy::unwrap_used,
    reason = "a helper of a test fails by a panic, which is how a test fails"
)]

pub mod channel;
mod document;
pub mod events;
pub mod eventyay;
pub mod feed;
pub mod host;
pub mod http;
pub mod people;
pub mod queue;
pub mod raw;
pub mod seed;
pub mod wait;
pub mod wiki;
