//! The chatstream server for Toolforge and for a laptop.
fn main() {}
