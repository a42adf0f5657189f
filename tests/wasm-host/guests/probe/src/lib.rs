//! A component that tries what the WebAssembly host of the tests promises: each path is one thing that can go well or
//! badly, and the answer says in plain text how it went. `/hello` does nothing else, and is what the host costs.

#[cfg(target_family = "wasm")]
mod probe;
