//! Many at once.

use std::{
    cell::Cell,
    pin::pin,
    task::{Context, Poll, Waker},
};

use futures_util::future::{join, join_all};

use super::{super::turn, ADD, AMOUNT, INSERT, amount, counter, write};
use crate::database::{Batch, Database, DatabaseError, Query, Reach};

pub(super) async fn one_failing_batch_does_not_touch_the_others<D: Database>(database: &D) {
    counter(database, "others").await;
    let batches = (0..40).map(|index| {
        let mut statements = vec![ADD.with([1.into(), "others".into()])];
        if index % 4 == 3 {
            statements.push(INSERT.with(["others".into(), 0.into()]));
        }
        database.write(Batch::of(statements))
    });
    for (index, outcome) in join_all(batches).await.into_iter().enumerate() {
        match outcome {
            Ok(affected) => assert!(index % 4 != 3 && affected == [1], "{index}: {affected:?}"),
            Err(error) => {
                assert_eq!(index % 4, 3, "{error}");
                assert!(matches!(error, DatabaseError::Refused { query: "contract::insert", .. }), "{error}");
            }
        }
    }
    assert_eq!(amount(database, "others").await, Some(30));
}

pub(super) async fn no_increment_is_lost<D: Database>(database: &D) {
    const CALLERS: i64 = 32;
    const TIMES: i64 = 25;
    counter(database, "increments").await;
    let callers = (0..CALLERS).map(async |_| {
        for _ in 0..TIMES {
            assert_eq!(write(database, vec![ADD.with([1.into(), "increments".into()])]).await, [1]);
        }
    });
    join_all(callers).await;
    assert_eq!(amount(database, "increments").await, Some(CALLERS * TIMES));
}

pub(super) async fn a_read_is_one_snapshot<D: Database>(database: &D) {
    static AMOUNT_AS_PAGE: Query = Query { name: "contract::amount_as_page", reach: Reach::Page, ..AMOUNT };
    counter(database, "left").await;
    counter(database, "right").await;
    let done = Cell::new(false);
    let writers = join_all((0..8).map(async |_| {
        for _ in 0..50 {
            let both = ["left", "right"].map(|name| ADD.with([1.into(), name.into()]));
            write(database, both.into()).await;
        }
    }));
    let reader = async |query: &'static Query| {
        let mut snapshots = 0;
        while !done.get() {
            // The same counter at both ends: nothing commits between any two statements.
            let asked = ["left", "right", "left"].map(|name| query.with([name.into()]));
            let answers = database.read(asked.into()).await.unwrap();
            let amounts: Vec<_> = answers.iter().map(|rows| rows[0].integer(0).unwrap()).collect();
            assert!(amounts[0] == amounts[1] && amounts[1] == amounts[2], "{amounts:?}");
            snapshots += 1;
            turn().await;
        }
        snapshots
    };
    let writing = async {
        writers.await;
        done.set(true);
    };
    let ((), (at_once, as_page)) = join(writing, join(reader(&AMOUNT), reader(&AMOUNT_AS_PAGE))).await;
    assert!(at_once > 1 && as_page > 1, "{at_once} and {as_page} snapshots");
    assert_eq!(amount(database, "left").await, Some(400));
}

/// Whoever has read up to a revision may ask for what is past it: nothing may appear before that later on.
pub(super) async fn revisions_appear_in_order<D: Database>(database: &D) {
    static CLEAR: Query = Query {
        name: "contract::clear_events",
        sql: "DELETE FROM contract_events WHERE name = ?",
        reach: Reach::Page,
    };
    static RECORD: Query = Query {
        name: "contract::record",
        sql: "INSERT INTO contract_events (name, revision) \
              SELECT name, amount FROM contract_counters WHERE name = ?",
        reach: Reach::Rows,
    };
    static SINCE: Query = Query {
        name: "contract::events_since",
        sql: "SELECT revision FROM contract_events WHERE name = ? AND revision > ? ORDER BY revision",
        reach: Reach::Page,
    };
    counter(database, "revision").await;
    write(database, vec![CLEAR.with(["revision".into()])]).await;
    let done = Cell::new(false);
    let writing = async {
        join_all((0..16).map(async |_| {
            for _ in 0..20 {
                let bump = ADD.with([1.into(), "revision".into()]);
                assert_eq!(write(database, vec![bump, RECORD.with(["revision".into()])]).await, [1, 1]);
            }
        }))
        .await;
        done.set(true);
    };
    let following = async {
        let mut seen = 0;
        loop {
            let last = done.get();
            let since = SINCE.with(["revision".into(), seen.into()]);
            let answers = database.read(vec![AMOUNT.with(["revision".into()]), since]).await.unwrap();
            for row in &answers[1] {
                assert_eq!(row.integer(0).unwrap(), seen + 1, "a revision was skipped");
                seen += 1;
            }
            assert_eq!(answers[0][0].integer(0).unwrap(), seen, "the counter and what it counts");
            if last {
                break seen;
            }
            turn().await;
        }
    };
    let ((), seen) = join(writing, following).await;
    assert_eq!(seen, 320);
}

/// A client that goes away takes its request's future with it. Its batch is kept as a whole or not at all.
pub(super) async fn an_abandoned_write_harms_nobody<D: Database>(database: &D) {
    counter(database, "abandoned:1").await;
    counter(database, "abandoned:2").await;
    let both = || {
        let names = ["abandoned:1", "abandoned:2"];
        database.write(Batch::of(names.map(|name| ADD.with([1.into(), name.into()])).into()))
    };
    for _ in 0..20 {
        let mut abandoned = pin!(both());
        let mut context = Context::from_waker(Waker::noop());
        if let Poll::Ready(outcome) = abandoned.as_mut().poll(&mut context) {
            outcome.unwrap();
        }
    }
    for _ in 0..20 {
        both().await.unwrap();
    }
    let asked = ["abandoned:1", "abandoned:2"].map(|name| AMOUNT.with([name.into()]));
    let answers = database.read(asked.into()).await.unwrap();
    let amounts: Vec<_> = answers.iter().map(|rows| rows[0].integer(0).unwrap()).collect();
    assert!(amounts[0] == amounts[1] && amounts[0] >= 20, "{amounts:?}");
}
