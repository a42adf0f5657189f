//! What becomes of the events that Eventyay sends.

mod challenge;
mod languages;
mod lists_hold;
mod order;
mod reactions;
mod recorded;
mod refusals;
mod symbols;
mod unnamed;
mod verdicts;
