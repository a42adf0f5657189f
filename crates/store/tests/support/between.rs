//! A database in which something happens just before one of somebody's writes.

use std::sync::{Arc, Mutex};

use platform::database::{Batch, Database, DatabaseError, Rows, Statement};

use super::Memory;

type Event = Box<dyn FnOnce(&Memory) + Send>;

/// Another's batch commits between what its user read and what it writes.
#[derive(Clone)]
pub(crate) struct Between {
    database: Memory,
    /// How many writes go before it, and what happens.
    event: Arc<Mutex<Option<(usize, Event)>>>,
}

impl Between {
    /// Lets `event` happen after `writes` writes, before the next.
    pub(crate) fn new(
        database: &Memory,
        writes: usize,
        event: impl FnOnce(&Memory) + Send + 'static,
    ) -> Self {
        let event = Arc::new(Mutex::new(Some((writes, Box::new(event) as Event))));
        Self { database: database.clone(), event }
    }

    /// Whether it has happened.
    pub(crate) fn happened(&self) -> bool {
        self.event.lock().unwrap().is_none()
    }

    fn due(&self) -> Option<Event> {
        let mut event = self.event.lock().unwrap();
        match event.as_mut() {
            Some((0, _)) => event.take().map(|(_, event)| event),
            Some((writes, _)) => {
                *writes -= 1;
                None
            }
            None => None,
        }
    }
}

impl Database for Between {
    async fn read(&self, statements: Vec<Statement>) -> Result<Vec<Rows>, DatabaseError> {
        self.database.read(statements).await
    }

    async fn write(&self, batch: Batch) -> Result<Vec<u64>, DatabaseError> {
        if let Some(event) = self.due() {
            event(&self.database);
        }
        self.database.write(batch).await
    }
}
