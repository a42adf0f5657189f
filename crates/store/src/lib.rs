//! What chatstream keeps, and the SQL for it: one module per thing kept, each turning domain values into
//! statements for the [`Database`](platform::database::Database) port and rows into domain values.
//!
//! **Invariant:** no HTTP and no rule of moderation here, and no SQL anywhere else. Every statement is written
//! once, in the subset that SQLite and MariaDB share, and finds its rows through an index (a test asks the
//! query planner about each).
//!
//! | module | what is kept |
//! | --- | --- |
//! | [`channels`] | channels with their settings, secrets and counters |
//! | [`rules`] | what intake screens with: settings, lists and patterns, and the revision they are of |
//! | [`messages`] | intake: a message, a drop |
//! | [`glance`] | whether anything is new to somebody, and whether they may know |
//! | [`queue`] | what is queued, and what changed since a revision |
//! | [`decisions`] | decisions on messages, undo |
//! | [`actions`] | bans, trust, blocked texts: an entry and the messages it is about |
//! | [`log`] | the immutable log of decisions |
//! | [`lists`] | ban and trust entries |
//! | [`patterns`] | texts that are dropped |
//! | [`feed`] | what was approved |
//! | [`members`] | who moderates what |
//! | [`presence`] | who is here, and where |
//! | [`sessions`] | who is logged in |
//! | [`sign_in`] | who is on the way to the wiki and back |
//! | [`key_value`] | small values with a deadline, for hosts without a key-value store |
//! | [`audit`] | what admins changed |
//! | [`health`] | how Eventyay's requests fared of late |
//! | [`secrets`] | a webhook's secret, and the one before it |
//! | [`deletion`] | the end of a channel |
//! | [`forgetting`] | texts, names and ids whose time is over |
//! | [`chores`] | work that is done bit by bit |
//! | [`migrations`] | the schema's versions |
//! | [`schema`] | what hosts have to know of all this |
//!
//! Every batch that may change a channel's queue or feed begins by advancing the channel's revision. On every
//! database that locks the channel's row, so revisions grow in commit order, and the rows that carry the new
//! revision are exactly those the batch changed: counters and the log are computed from them inside it.

#[macro_use]
mod statements;

pub mod actions;
pub mod audit;
mod channel_key;
pub mod channels;
pub mod chores;
mod counting;
pub mod decisions;
pub mod deletion;
pub mod feed;
pub mod forgetting;
pub mod glance;
pub mod health;
pub mod key_value;
pub mod lists;
pub mod log;
pub mod members;
pub mod messages;
pub mod migrations;
pub mod patterns;
pub mod presence;
pub mod queue;
pub mod rules;
pub mod schema;
pub mod secrets;
pub mod sessions;
pub mod sign_in;
mod undo;

pub use channels::{Channel, ChannelKey};
pub use members::Person;
pub use statements::all_queries;
