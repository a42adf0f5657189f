//! Who may do what.

mod channels;
mod members;
mod settings;
mod table;
