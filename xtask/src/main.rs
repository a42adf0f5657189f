//! What a person types: test, bench, dist.
fn main() {}
