//! What displays and feed readers get.

mod access;
mod conditional;
mod content;
