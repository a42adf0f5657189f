//! Channels, their settings and their members.
