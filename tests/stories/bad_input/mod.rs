//! Any byte string to any address gets a clear answer; nothing breaks.

mod fuzz;
mod shapes;
