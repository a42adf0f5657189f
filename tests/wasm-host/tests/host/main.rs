//! What the WebAssembly host promises, tried with a component that tries it (`guests/probe`).

mod bodies;
mod databases;
mod instances;
mod manifests;
mod outbound;
mod requests;
mod running;
mod stores;

pub(crate) use running::Running;
