//! `spin:variables`.

use wasmtime::component::Accessor;

use super::{
    Host,
    variables_types::{self, Error},
};
use crate::{state::State, template};

impl variables_types::Host for State {}

impl<T: Send> variables_types::HostWithStore<T> for Host {
    async fn get(accessor: &Accessor<T, Self>, name: String) -> wasmtime::Result<Result<String, Error>> {
        if let Some(fault) = template::name_fault(&name) {
            return Ok(Err(Error::InvalidName(fault)));
        }
        let component = accessor.with(|mut access| access.get().component.clone());
        let value = component.variables.get(&name).cloned();
        let undefined = || Error::Undefined(format!("no variable for {:?}.{name:?}", component.name));
        Ok(value.ok_or_else(undefined))
    }
}
