//! `spin:sqlite`.

use wasmtime::component::{Accessor, FutureReader, Resource, StreamReader};

use super::{
    Host,
    producer::Produced,
    sqlite_types::{self, Error, HostConnection, HostConnectionWithStore, QueryResult, RowResult, Value},
};
use crate::{
    database::{Connection, Rows},
    state::State,
};

/// The most connections that an instance has open at once.
const LIMIT: usize = 256;

type Streamed = (Vec<String>, StreamReader<RowResult>, FutureReader<Result<(), Error>>);

impl sqlite_types::Host for State {}

impl State {
    fn open_database(&mut self, database: &str) -> wasmtime::Result<Result<Resource<Connection>, Error>> {
        if !self.component.sqlite_databases.contains(database) {
            return Ok(Err(Error::AccessDenied));
        }
        let Some(connection) = self.component.files.database(database) else {
            return Ok(Err(Error::NoSuchDatabase));
        };
        if self.connections >= LIMIT {
            return Ok(Err(Error::Io("too many connections opened".to_owned())));
        }
        self.connections += 1;
        Ok(Ok(self.table.push(connection)?))
    }
}

impl HostConnection for State {
    async fn open(&mut self, database: String) -> wasmtime::Result<Result<Resource<Connection>, Error>> {
        self.open_database(&database)
    }

    async fn execute(
        &mut self,
        connection: Resource<Connection>,
        statement: String,
        parameters: Vec<Value>,
    ) -> wasmtime::Result<Result<QueryResult, Error>> {
        let connection = self.table.get(&connection)?.clone();
        Ok(connection.execute_to_end(statement, parameters).await.map_err(Error::Io))
    }

    async fn last_insert_rowid(&mut self, connection: Resource<Connection>) -> wasmtime::Result<i64> {
        let connection = self.table.get(&connection)?.clone();
        connection.last_insert_rowid().await.map_err(wasmtime::Error::msg)
    }

    async fn changes(&mut self, connection: Resource<Connection>) -> wasmtime::Result<u64> {
        let connection = self.table.get(&connection)?.clone();
        connection.changes().await.map_err(wasmtime::Error::msg)
    }

    async fn drop(&mut self, connection: Resource<Connection>) -> wasmtime::Result<()> {
        self.table.delete(connection)?;
        self.connections -= 1;
        Ok(())
    }
}

fn connection<T>(
    accessor: &Accessor<T, Host>,
    connection: &Resource<Connection>,
) -> wasmtime::Result<Connection> {
    accessor.with(|mut access| Ok(access.get().table.get(connection)?.clone()))
}

impl<T: Send> HostConnectionWithStore<T> for Host {
    async fn open_async(
        accessor: &Accessor<T, Self>,
        database: String,
    ) -> wasmtime::Result<Result<Resource<Connection>, Error>> {
        accessor.with(|mut access| access.get().open_database(&database))
    }

    async fn execute_async(
        accessor: &Accessor<T, Self>,
        resource: Resource<Connection>,
        statement: String,
        parameters: Vec<Value>,
    ) -> wasmtime::Result<Result<Streamed, Error>> {
        let connection = connection(accessor, &resource)?;
        let Rows { columns, rows, end } = match connection.execute(statement, parameters).await {
            Ok(rows) => rows,
            Err(error) => return Ok(Err(Error::Io(error))),
        };
        let end = async move { wasmtime::error::Ok(end.await?.map_err(Error::Io)) };
        accessor.with(|mut access| {
            let rows = StreamReader::new(&mut access, Produced(rows))?;
            let end = FutureReader::new(&mut access, end)?;
            Ok(Ok((columns, rows, end)))
        })
    }

    async fn last_insert_rowid_async(
        accessor: &Accessor<T, Self>,
        resource: Resource<Connection>,
    ) -> wasmtime::Result<i64> {
        let connection = connection(accessor, &resource)?;
        connection.last_insert_rowid().await.map_err(wasmtime::Error::msg)
    }

    async fn changes_async(
        accessor: &Accessor<T, Self>,
        resource: Resource<Connection>,
    ) -> wasmtime::Result<u64> {
        let connection = connection(accessor, &resource)?;
        connection.changes().await.map_err(wasmtime::Error::msg)
    }
}
