//! What moderators decide.

mod conflict;
mod groups;
mod order;
mod refusals;
mod similar;
mod undo;
