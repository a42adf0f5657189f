//! The moderators' queue: pages of it, what changed, live.

mod filters;
mod model;
mod paging;
mod polling;
mod presence;
mod stream;
