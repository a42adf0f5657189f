//! What every database promises.

mod concurrency;
mod values;

use crate::database::{Batch, Database, DatabaseError, Query, Reach, Statement};

static CREATE_COUNTERS: Query = Query {
    name: "contract::create_counters",
    sql: "CREATE TABLE IF NOT EXISTS contract_counters (name VARCHAR(64) PRIMARY KEY, amount BIGINT NOT NULL)",
    reach: Reach::Page,
};
static CREATE_EVENTS: Query = Query {
    name: "contract::create_events",
    sql: "CREATE TABLE IF NOT EXISTS contract_events (name VARCHAR(64) NOT NULL, revision BIGINT NOT NULL, \
          PRIMARY KEY (name, revision))",
    reach: Reach::Page,
};
static CREATE_TEXTS: Query = Query {
    name: "contract::create_texts",
    sql: "CREATE TABLE IF NOT EXISTS contract_texts (id BIGINT PRIMARY KEY, number BIGINT, content MEDIUMTEXT)",
    reach: Reach::Page,
};
static INSERT: Query = Query {
    name: "contract::insert",
    sql: "INSERT INTO contract_counters (name, amount) VALUES (?, ?)",
    reach: Reach::Rows,
};
static ADD: Query = Query {
    name: "contract::add",
    sql: "UPDATE contract_counters SET amount = amount + ? WHERE name = ?",
    reach: Reach::Rows,
};
static AMOUNT: Query = Query {
    name: "contract::amount",
    sql: "SELECT amount FROM contract_counters WHERE name = ?",
    reach: Reach::Rows,
};
static DELETE: Query = Query {
    name: "contract::delete",
    sql: "DELETE FROM contract_counters WHERE name LIKE ?",
    reach: Reach::Rows,
};
static NO_SUCH_TABLE: Query = Query {
    name: "contract::no_such_table",
    sql: "SELECT amount FROM contract_nowhere WHERE name = ?",
    reach: Reach::Rows,
};

/// Runs the suite over the databases that `open` answers: new ones, or the same again and again.
pub async fn database_contract<D: Database>(open: impl AsyncFn() -> D) {
    let tables = [&CREATE_COUNTERS, &CREATE_EVENTS, &CREATE_TEXTS];
    for case in 0.. {
        let database = open().await;
        for table in tables {
            write(&database, vec![table.with([])]).await;
        }
        match case {
            0 => nothing_asked_nothing_answered(&database).await,
            1 => a_failed_batch_leaves_nothing(&database).await,
            2 => affected_rows_are_counted(&database).await,
            3 => what_is_committed_is_read(&database).await,
            4 => a_mistake_is_refused_by_name(&database).await,
            5 => values::values_come_back_as_they_were(&database).await,
            6 => values::text_compares_by_its_bytes(&database).await,
            7 => concurrency::one_failing_batch_does_not_touch_the_others(&database).await,
            8 => concurrency::no_increment_is_lost(&database).await,
            9 => concurrency::a_read_is_one_snapshot(&database).await,
            10 => concurrency::revisions_appear_in_order(&database).await,
            11 => concurrency::an_abandoned_write_harms_nobody(&database).await,
            _ => break,
        }
    }
}

async fn write<D: Database>(database: &D, statements: Vec<Statement>) -> Vec<u64> {
    database.write(Batch::of(statements)).await.unwrap()
}

async fn amount<D: Database>(database: &D, name: &str) -> Option<i64> {
    let answers = database.read(vec![AMOUNT.with([name.into()])]).await.unwrap();
    answers[0].first().map(|row| row.integer(0).unwrap())
}

/// A counter of this name that stands at 0.
async fn counter<D: Database>(database: &D, name: &str) {
    write(database, vec![DELETE.with([name.into()]), INSERT.with([name.into(), 0.into()])]).await;
}

async fn nothing_asked_nothing_answered<D: Database>(database: &D) {
    assert_eq!(write(database, Vec::new()).await, Vec::<u64>::new());
    assert!(database.read(Vec::new()).await.unwrap().is_empty());
}

async fn a_failed_batch_leaves_nothing<D: Database>(database: &D) {
    counter(database, "atomic").await;
    let error = database
        .write(Batch::of(vec![
            ADD.with([1.into(), "atomic".into()]),
            INSERT.with(["atomic".into(), 5.into()]),
            ADD.with([1.into(), "atomic".into()]),
        ]))
        .await
        .unwrap_err();
    assert!(matches!(error, DatabaseError::Refused { query: "contract::insert", .. }), "{error}");
    assert_eq!(amount(database, "atomic").await, Some(0), "the statement before the failure");
    assert_eq!(write(database, vec![ADD.with([1.into(), "atomic".into()])]).await, [1]);
    assert_eq!(amount(database, "atomic").await, Some(1), "a batch after the failure");
}

async fn affected_rows_are_counted<D: Database>(database: &D) {
    write(database, vec![DELETE.with(["affected%".into()])]).await;
    let affected = write(
        database,
        vec![
            INSERT.with(["affected:1".into(), 1.into()]),
            INSERT.with(["affected:2".into(), 2.into()]),
            ADD.with([1.into(), "affected:1".into()]),
            // Matched, though nothing changes: it counts.
            ADD.with([0.into(), "affected:1".into()]),
            ADD.with([1.into(), "affected:3".into()]),
            DELETE.with(["affected%".into()]),
            DELETE.with(["affected%".into()]),
        ],
    )
    .await;
    assert_eq!(affected, [1, 1, 1, 1, 0, 2, 0]);
    assert_eq!(write(database, vec![CREATE_COUNTERS.with([])]).await, [0], "no rows at all");
}

async fn what_is_committed_is_read<D: Database>(database: &D) {
    static ALL: Query = Query {
        name: "contract::page",
        sql: "SELECT name, amount FROM contract_counters WHERE name LIKE ? ORDER BY name",
        reach: Reach::Page,
    };
    counter(database, "committed").await;
    for round in 1..=50 {
        write(database, vec![ADD.with([1.into(), "committed".into()])]).await;
        assert_eq!(amount(database, "committed").await, Some(round), "as a few rows");
        let mut pages = database.read(vec![ALL.with(["committed%".into()])]).await.unwrap();
        assert_eq!(pages[0].len(), 1);
        assert_eq!(pages[0][0].take_text(0).unwrap(), "committed");
        assert_eq!(pages[0][0].integer(1).unwrap(), round, "as a page");
    }
    // Answers come in the order of the statements, also where a statement finds nothing.
    let asked = ["committed", "committed:not", "committed"].map(|name| AMOUNT.with([name.into()]));
    let lengths: Vec<_> = database.read(asked.into()).await.unwrap().iter().map(Vec::len).collect();
    assert_eq!(lengths, [1, 0, 1]);
}

async fn a_mistake_is_refused_by_name<D: Database>(database: &D) {
    let read = database.read(vec![NO_SUCH_TABLE.with(["x".into()])]).await.unwrap_err();
    assert!(matches!(read, DatabaseError::Refused { query: "contract::no_such_table", .. }), "{read}");
    let too_few = Statement { query: &ADD, parameters: vec![1.into()] };
    let write = database.write(Batch::of(vec![too_few])).await.unwrap_err();
    assert!(matches!(write, DatabaseError::Refused { query: "contract::add", .. }), "{write}");
}
