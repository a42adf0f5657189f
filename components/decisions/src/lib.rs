//! Decisions on messages and senders, their log, and the lists.
