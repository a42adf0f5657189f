//! What hosts have to know of what is kept here.

use platform::{
    clock::Millis,
    database::{Answers, Database, DatabaseError, Rows, Statement},
    schema::Schema,
    wakeups::Topic,
};

use crate::migrations::{self, MigrationError};

queries! { "schema";
    REVISION: Rows = "SELECT revision FROM channel_state WHERE channel_id = ?";
}

/// Everything that this crate keeps, in SQLite.
#[derive(Debug, Clone, Copy)]
pub struct Tables;

impl Schema for Tables {
    fn question() -> Statement {
        migrations::question()
    }

    fn is_present(answer: Result<Rows, DatabaseError>) -> Result<bool, DatabaseError> {
        migrations::is_current(answer, migrations::sqlite()).map_err(not_set_up)
    }

    async fn migrate<D: Database>(database: &D, now: Millis) -> Result<(), DatabaseError> {
        migrations::migrate(database, migrations::sqlite(), now).await.map(drop).map_err(not_set_up)
    }

    async fn revision<D: Database>(database: &D, topic: Topic) -> Result<i64, DatabaseError> {
        let mut answers = Answers::from(database.read(vec![REVISION.with([topic.0.into()])]).await?);
        answers.next_row()?.map_or(Ok(0), |row| row.integer(0))
    }
}

fn not_set_up(error: MigrationError) -> DatabaseError {
    match error {
        MigrationError::Altered { .. } | MigrationError::Newer { .. } => {
            DatabaseError::NotSetUp(error.to_string())
        }
        MigrationError::Failed { source, .. } | MigrationError::Unreadable(source) => source,
    }
}
