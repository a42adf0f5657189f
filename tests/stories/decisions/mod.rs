//! What moderators decide.

mod conflict;
mod groups;
mod order;
mod reference;
mod refusals;
mod similar;
mod undo;
