//! The moderators' queue: pages of it, what changed, live.
