//! The rules of moderation: pure functions from values to values.
