//! What superadmins and channel admins do.

mod channels;
mod connect;
mod lists;
mod members;
mod pages;
mod retention;
mod settings;
mod simulation;
