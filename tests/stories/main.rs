//! What the product does, told as stories over HTTP.
fn main() {}
