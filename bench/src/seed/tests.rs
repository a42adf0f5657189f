//! What is written is what the product could have written.

use std::collections::BTreeSet;

use moderation::{is_similar, normalise};
use rusqlite::Connection;

use super::*;

const SCHEMA: &str = include_str!("../../../sql/sqlite/0001_initial.sql");

fn filled(seed: &Seed) -> (std::path::PathBuf, Connection) {
    let path =
        std::env::temp_dir().join(format!("chatstream-seed-{}-{}.db", std::process::id(), seed.name()));
    std::fs::remove_file(&path).ok();
    Connection::open(&path).unwrap().execute_batch(SCHEMA).unwrap();
    fill(&path, seed).unwrap();
    let connection = Connection::open(&path).unwrap();
    (path, connection)
}

fn number_of(connection: &Connection, sql: &str) -> i64 {
    connection.query_row(sql, (), |row| row.get(0)).unwrap()
}

#[test]
fn counters_revisions_and_the_log_agree() {
    let seed = Seed { stored: 3_000, queued: 500, similar: 50, lists: [30, 20, 10], detects_language: false };
    let (path, connection) = filled(&seed);
    for (status, column) in ["queued", "highlighted", "approved", "rejected"].iter().enumerate() {
        let counted = number_of(&connection, &format!("SELECT {column} FROM channel_state"));
        assert_eq!(
            counted,
            number_of(&connection, &format!("SELECT COUNT(*) FROM messages WHERE status = {status}"))
        );
        assert!(counted > 0);
    }
    for (what, expected) in [
        ("SELECT COUNT(*) FROM messages", 3_000),
        ("SELECT queued FROM channel_state", 500),
        // Every revision belongs to one change: a message or a decision.
        ("SELECT COUNT(*) FROM (SELECT arrival FROM messages UNION SELECT revision FROM decisions)", 5_250),
        ("SELECT (SELECT MAX(revision) FROM messages) - (SELECT revision FROM channel_state)", 0),
        ("SELECT MIN(arrival) FROM messages", 62),
        // Each decision is the one in force on its message, and came after it.
        (
            "SELECT COUNT(*) FROM decisions d JOIN messages m ON m.id = d.message_id WHERE m.status = d.status \
             AND m.decided_revision = d.revision AND m.position = d.revision AND m.revision = d.revision \
             AND m.decided_at = d.decided_at AND d.revision > m.arrival AND d.decided_at > m.arrived_at",
            2_250,
        ),
        ("SELECT COUNT(*) FROM decisions", 2_250),
        (
            "SELECT COUNT(*) FROM messages WHERE status = 0 AND (position <> arrival OR decided_revision NOT NULL)",
            0,
        ),
        (
            "SELECT feed_revision - (SELECT MAX(revision) FROM messages WHERE status IN (1, 2)) FROM channel_state",
            0,
        ),
        ("SELECT unnamed - (SELECT COUNT(*) FROM senders) FROM channel_state", 0),
        ("SELECT COUNT(*) FROM messages WHERE (screen_name = '') <> (unnamed_number NOT NULL)", 0),
        ("SELECT COUNT(*) FROM sender_entries WHERE list = 'ban'", 30),
        ("SELECT COUNT(*) FROM patterns", 10),
        ("SELECT settings_revision FROM channel_state", 61),
    ] {
        assert_eq!(number_of(&connection, what), expected, "{what}");
    }
    assert_eq!(seed.queued_messages(), 2_501..=3_000);
    std::fs::remove_file(path).unwrap();
}

#[test]
fn exactly_so_many_queued_messages_are_similar_to_the_first() {
    let seed = Seed { stored: 2_000, queued: 1_800, similar: 700, lists: [0, 0, 0], detects_language: true };
    let (path, connection) = filled(&seed);
    let mut texts = connection.prepare("SELECT id, message FROM messages WHERE status = 0").unwrap();
    let texts: Vec<(i64, String)> =
        texts.query_map((), |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect();
    let (_, spam) = texts.iter().find(|(id, _)| *id == seed.spam()).unwrap();
    let similar: BTreeSet<i64> = texts
        .iter()
        .filter(|(_, text)| is_similar(&normalise(text), &normalise(spam)))
        .map(|(id, _)| *id)
        .collect();
    assert_eq!(similar.len(), 700);
    std::fs::remove_file(path).unwrap();
}
