//! Feeds of what was approved.
