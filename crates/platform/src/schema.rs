//! What a host has to know of what is kept, without knowing what is kept.
//!
//! A server brings its database up to date when it starts, and hears of every change because it makes it. A host that
//! begins anew with a request, as Spin does, has to do the one at its first request, and to ask for the other.

use std::future::Future;

use crate::{
    clock::Millis,
    database::{Database, DatabaseError, Rows, Statement},
    wakeups::Topic,
};

/// The shape of what is kept, as far as a host needs it.
pub trait Schema: Send + Sync + 'static {
    /// What to ask a database for its shape; it may go with other statements, as the first of one read.
    fn question() -> Statement;

    /// Whether `answer`, to [`question`](Self::question), is that of the shape that this version works with. `false` if
    /// it can be brought there; [`DatabaseError::NotSetUp`] if it cannot, as when a newer version has used it.
    fn is_present(answer: Result<Rows, DatabaseError>) -> Result<bool, DatabaseError>;

    /// Brings the database there; safe when several hosts do it at once.
    fn migrate<D: Database>(
        database: &D,
        now: Millis,
    ) -> impl Future<Output = Result<(), DatabaseError>> + Send;

    /// How far `topic` has come: a number that grows with each of its changes. 0 if there is no such topic any more.
    fn revision<D: Database>(
        database: &D,
        topic: Topic,
    ) -> impl Future<Output = Result<i64, DatabaseError>> + Send;
}
