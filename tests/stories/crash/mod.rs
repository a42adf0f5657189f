//! Hosts that are ended, cut off, or out of room. Each story has a host of its own.

mod full_disk;
mod locked;
mod restart;
mod two_hosts;
