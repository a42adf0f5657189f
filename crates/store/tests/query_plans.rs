//! What SQLite's query planner makes of every statement.

use crate::support::Memory;
use platform::database::{Query, Value};

fn plan(database: &Memory, query: &Query) -> Vec<String> {
    let rows = database.rows(&format!("EXPLAIN QUERY PLAN {}", query.sql));
    rows.into_iter()
        .map(|row| match row.last() {
            Some(Value::Text(detail)) => detail.clone(),
            other => panic!("{} answered {other:?}", query.name),
        })
        .collect()
}

#[test]
fn dump() {
    let database = Memory::migrated();
    for query in store::all_queries() {
        println!("## {} {:?}", query.name, query.reach);
        for step in plan(&database, query) {
            println!("   {step}");
        }
    }
}
