//! `spin:key-value`.

use wasmtime::component::{Accessor, FutureReader, Resource, StreamReader};

use super::{
    Host,
    key_value_types::{self, Error, HostStore, HostStoreWithStore},
    producer::Produced,
};
use crate::{key_value::Store, state::State};

/// The most stores that an instance has open at once.
const LIMIT: usize = 256;

impl key_value_types::Host for State {}

impl HostStore for State {
    async fn drop(&mut self, store: Resource<Store>) -> wasmtime::Result<()> {
        self.table.delete(store)?;
        self.stores -= 1;
        Ok(())
    }
}

fn store<T>(accessor: &Accessor<T, Host>, store: &Resource<Store>) -> wasmtime::Result<Store> {
    accessor.with(|mut access| Ok(access.get().table.get(store)?.clone()))
}

impl<T: Send> HostStoreWithStore<T> for Host {
    async fn open(
        accessor: &Accessor<T, Self>,
        label: String,
    ) -> wasmtime::Result<Result<Resource<Store>, Error>> {
        accessor.with(|mut access| {
            let state = access.get();
            if !state.component.key_value_stores.contains(&label) {
                return Ok(Err(Error::AccessDenied));
            }
            let Some(store) = state.component.files.key_value(&label) else {
                return Ok(Err(Error::NoSuchStore));
            };
            if state.stores >= LIMIT {
                return Ok(Err(Error::StoreTableFull));
            }
            state.stores += 1;
            Ok(Ok(state.table.push(store)?))
        })
    }

    async fn get(
        accessor: &Accessor<T, Self>,
        resource: Resource<Store>,
        key: String,
    ) -> wasmtime::Result<Result<Option<Vec<u8>>, Error>> {
        let store = store(accessor, &resource)?;
        Ok(store.get(key).await.map_err(Error::Other))
    }

    async fn set(
        accessor: &Accessor<T, Self>,
        resource: Resource<Store>,
        key: String,
        value: Vec<u8>,
    ) -> wasmtime::Result<Result<(), Error>> {
        let store = store(accessor, &resource)?;
        Ok(store.set(key, value).await.map_err(Error::Other))
    }

    async fn delete(
        accessor: &Accessor<T, Self>,
        resource: Resource<Store>,
        key: String,
    ) -> wasmtime::Result<Result<(), Error>> {
        let store = store(accessor, &resource)?;
        Ok(store.delete(key).await.map_err(Error::Other))
    }

    async fn exists(
        accessor: &Accessor<T, Self>,
        resource: Resource<Store>,
        key: String,
    ) -> wasmtime::Result<Result<bool, Error>> {
        let store = store(accessor, &resource)?;
        Ok(store.get(key).await.map(|value| value.is_some()).map_err(Error::Other))
    }

    async fn get_keys(
        accessor: &Accessor<T, Self>,
        resource: Resource<Store>,
    ) -> wasmtime::Result<(StreamReader<String>, FutureReader<Result<(), Error>>)> {
        let store = store(accessor, &resource)?;
        let (keys, end) = store.keys();
        let end = async move { wasmtime::error::Ok(end.await?.map_err(Error::Other)) };
        accessor.with(|mut access| {
            let keys = StreamReader::new(&mut access, Produced(keys))?;
            let end = FutureReader::new(&mut access, end)?;
            Ok((keys, end))
        })
    }
}
