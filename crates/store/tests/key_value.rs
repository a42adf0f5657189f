//! Small values with a deadline, in the database.

use store::key_value::{delete, get, set, sweep};

use crate::support::{Memory, ready};

fn value(database: &Memory, name: &str, now: i64) -> Option<String> {
    ready(get(database, name, now)).unwrap()
}

#[test]
fn a_value_is_there_until_its_deadline() {
    let database = Memory::migrated();
    assert_eq!(value(&database, "a", 0), None);
    ready(set(&database, "a", "one".to_owned(), 100)).unwrap();
    assert_eq!(value(&database, "a", 99).as_deref(), Some("one"));
    assert_eq!(value(&database, "a", 100), None);
    assert_eq!(value(&database, "A", 0), None, "names are exact");
    assert_eq!(value(&database, "a ", 0), None, "names are exact");

    ready(set(&database, "a", "two".to_owned(), 50)).unwrap();
    assert_eq!(value(&database, "a", 49).as_deref(), Some("two"));
    assert_eq!(value(&database, "a", 50), None, "the first deadline went with the first value");
    assert_eq!(database.integer("SELECT COUNT(*) FROM key_values"), 1);

    ready(delete(&database, "a")).unwrap();
    assert_eq!(value(&database, "a", 0), None);
    ready(delete(&database, "a")).unwrap();
}

#[test]
fn a_sweep_forgets_what_is_past_its_deadline() {
    let database = Memory::migrated();
    for (name, deadline) in [("a", 10), ("b", 20), ("c", 30)] {
        ready(set(&database, name, name.to_owned(), deadline)).unwrap();
    }
    assert_eq!(ready(sweep(&database, 20)).unwrap(), 2);
    assert_eq!(ready(sweep(&database, 20)).unwrap(), 0);
    assert_eq!(value(&database, "c", 20).as_deref(), Some("c"));
    assert_eq!(database.integer("SELECT COUNT(*) FROM key_values"), 1);
}

#[test]
fn a_failed_write_keeps_the_value_before_it() {
    let database = Memory::migrated();
    ready(set(&database, "a", "one".to_owned(), 100)).unwrap();
    database.fail_next(1);
    assert!(ready(set(&database, "a", "two".to_owned(), 100)).is_err());
    assert_eq!(value(&database, "a", 0).as_deref(), Some("one"));
}
