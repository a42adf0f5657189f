//! Black-box stories over HTTP, and the hosts they run against.
