//! What components import beyond WASI: Spin's SQLite, key-value and variables interfaces.

mod key_value;
mod producer;
mod sqlite;
mod variables;

use wasmtime::component::{HasData, Linker};

use crate::state::State;

#[allow(missing_docs, unreachable_pub, clippy::all, clippy::pedantic, reason = "generated")]
mod generated {
    wasmtime::component::bindgen!({
        path: "wit",
        world: "host",
        imports: { default: async | trappable },
        with: {
            "spin:key-value/key-value.store": crate::key_value::Store,
            "spin:sqlite/sqlite.connection": crate::database::Connection,
        },
    });
}

pub(crate) use self::generated::spin::{
    key_value::key_value as key_value_types, sqlite::sqlite as sqlite_types,
    variables::variables as variables_types,
};

/// Lets a component reach its instance's state.
struct Host;

impl HasData for Host {
    type Data<'a> = &'a mut State;
}

/// Offers the three interfaces to components.
pub(crate) fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    generated::Host_::add_to_linker::<_, Host>(linker, |state| state)
}
