//! How often components ask the database: what a request costs where each statement is a message over the network.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

/// Statements and batches, of all connections together.
#[derive(Debug, Default)]
pub struct Counts {
    statements: AtomicU64,
    reads: AtomicU64,
    writes: AtomicU64,
}

impl Counts {
    /// As JSON: `statements` that were run at all, and batches, `reads` and `writes`. A batch is a transaction, or a
    /// statement outside of any that is no setting (`PRAGMA`); it writes if one of its statements may.
    #[must_use]
    pub fn to_json(&self) -> String {
        let [statements, reads, writes] =
            [&self.statements, &self.reads, &self.writes].map(|count| count.load(Ordering::Relaxed));
        format!("{{\"statements\":{statements},\"reads\":{reads},\"writes\":{writes}}}")
    }
}

/// Counts what one connection does.
#[derive(Debug)]
pub(crate) struct Counter {
    counts: Arc<Counts>,
    /// Whether the transaction that is open may have written.
    has_written: AtomicBool,
}

impl Counter {
    pub(crate) fn new(counts: Arc<Counts>) -> Self {
        Self { counts, has_written: AtomicBool::new(false) }
    }

    /// Counts a statement: whether it may write, if it succeeded; whether a transaction was open before it, and is now.
    pub(crate) fn note(&self, text: &str, writes: Option<bool>, was_open: bool, is_open: bool) {
        self.counts.statements.fetch_add(1, Ordering::Relaxed);
        let is_setting = text.get(..6).is_some_and(|word| word.eq_ignore_ascii_case("PRAGMA"));
        if is_setting || (writes.is_none() && !was_open) {
            return;
        }
        let writes = self.has_written.load(Ordering::Relaxed) || writes == Some(true);
        self.has_written.store(writes && is_open, Ordering::Relaxed);
        if !is_open {
            let kind = if writes { &self.counts.writes } else { &self.counts.reads };
            kind.fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transaction_is_one_batch_whatever_is_in_it() {
        let counts = Arc::new(Counts::default());
        let counter = Counter::new(Arc::clone(&counts));
        counter.note("PRAGMA query_only = ON", Some(false), false, false);
        counter.note("SELECT 1", Some(false), false, false);
        assert_eq!(counts.to_json(), r#"{"statements":2,"reads":1,"writes":0}"#);
        for text in ["BEGIN", "SELECT 1", "SELECT 2"] {
            counter.note(text, Some(false), text != "BEGIN", true);
        }
        counter.note("COMMIT", Some(false), true, false);
        assert_eq!(counts.to_json(), r#"{"statements":6,"reads":2,"writes":0}"#);
        // Somebody else had the lock.
        counter.note("BEGIN IMMEDIATE", None, false, false);
        counter.note("BEGIN IMMEDIATE", Some(true), false, true);
        counter.note("SELECT 1", Some(false), true, true);
        counter.note("COMMIT", Some(false), true, false);
        counter.note("SELECT 1", Some(false), false, false);
        assert_eq!(counts.to_json(), r#"{"statements":11,"reads":3,"writes":1}"#);
    }
}
