//! What SQLite's query planner makes of every statement: each finds its rows through an index that leads to
//! about as many rows as it wants.

use platform::database::{Query, Value};

use crate::support::Memory;

/// These list all channels, of which there are few.
const LISTS_OF_CHANNELS: [&str; 4] =
    ["channels::LIST", "channels::NAMES", "health::ALL_CHANNELS", "health::NEWEST"];
/// These sort a list that somebody keeps by hand, and that nobody asks for in a hurry.
const SORTED_LISTS: [&str; 3] = ["channels::OF_MEMBER", "lists::LIST", "members::LIST"];
/// These want all that is queued, or read an index in its order up to a limit.
const WALKS_OF_A_STATUS: [&str; 9] = [
    "decisions::APPLY_CENTRAL_ID",
    "decisions::APPLY_SENDER_ID",
    "decisions::DECIDE_CENTRAL_ID",
    "decisions::DECIDE_SENDER_ID",
    "decisions::QUEUED_NAMES",
    "decisions::QUEUED_TEXTS",
    "feed::ITEMS",
    // The greatest, which is the index's last.
    "health::NEWEST",
    "queue::LANGUAGES",
];
/// These want a channel's whole list, which is the first part of the index.
const WALKS_OF_A_CHANNEL: [&str; 22] = [
    "deletion::DROPS",
    "deletion::FREE_DECISION",
    "deletion::FREE_MESSAGE",
    "deletion::MEMBERS",
    "deletion::PRESENCE",
    "deletion::SOME_AUDIT",
    "deletion::SOME_DECISIONS",
    "deletion::SOME_ENTRIES",
    "deletion::SOME_MESSAGES",
    "deletion::SOME_PATTERNS",
    "deletion::SOME_SENDERS",
    "forgetting::NUMBERS",
    "members::LIST",
    "patterns::EXTEND",
    "patterns::INSERT",
    "patterns::LIST",
    "patterns::REMOVE_ENDED",
    "presence::LIST",
    "presence::SWEEP",
    "queue::DROPS",
    "rules::PATTERNS",
    "rules::SENDERS",
];

/// These walk a table in the order of its numbers, from a place on and up to a limit.
const WALKS_IN_ORDER: [&str; 3] = ["audit::OF_ALL", "audit::OF_CHANNEL", "forgetting::NEXT"];

fn plan(database: &Memory, sql: &str) -> Vec<String> {
    let rows = database.rows(&format!("EXPLAIN QUERY PLAN {sql}"));
    rows.into_iter()
        .map(|row| match row.last() {
            Some(Value::Text(detail)) => detail.clone(),
            other => panic!("the plan of {sql} holds {other:?}"),
        })
        .collect()
}

/// What is wrong with one step of a query's plan.
fn complaint(query: &str, step: &str) -> Option<&'static str> {
    let (_, constraint) = step.rsplit_once(" (").unwrap_or_default();
    if step.contains("AUTOMATIC") {
        Some("builds an index for itself")
    } else if step.starts_with("SCAN ") && step != "SCAN CONSTANT ROW" && !LISTS_OF_CHANNELS.contains(&query)
    {
        Some("reads a whole table or index")
    } else if step.contains("TEMP B-TREE") && step.contains("ORDER BY") && !SORTED_LISTS.contains(&query) {
        Some("sorts what it found")
    } else if (constraint.contains("rowid<") || constraint.contains("rowid>"))
        && !WALKS_IN_ORDER.contains(&query)
    {
        Some("reads a range of a whole table")
    } else if constraint == "channel_id=?)" && !WALKS_OF_A_CHANNEL.contains(&query) {
        Some("reads all that a channel has")
    } else if constraint == "channel_id=? AND status=?)" && !WALKS_OF_A_STATUS.contains(&query) {
        Some("reads all of a channel's messages of a status")
    } else {
        None
    }
}

fn complaints(database: &Memory, query: &str, sql: &str) -> Vec<String> {
    let plan = plan(database, sql);
    let found = plan.iter().filter_map(|step| complaint(query, step).map(|what| (what, step)));
    found.map(|(what, step)| format!("{query} {what}: {step}")).collect()
}

#[test]
fn every_statement_finds_its_rows_through_an_index() {
    let database = Memory::migrated();
    let found: Vec<String> = store::all_queries()
        .into_iter()
        .flat_map(|query| complaints(&database, query.name, query.sql))
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn what_is_excused_is_there() {
    let excused =
        [&LISTS_OF_CHANNELS[..], &SORTED_LISTS, &WALKS_OF_A_STATUS, &WALKS_OF_A_CHANNEL, &WALKS_IN_ORDER]
            .concat()
            .into_iter();
    let all: Vec<&str> = store::all_queries().iter().map(|query| query.name).collect();
    assert_eq!(excused.filter(|name| !all.contains(name)).collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn every_name_is_given_once() {
    let mut names: Vec<&str> = store::all_queries().iter().map(|query| query.name).collect();
    names.sort_unstable();
    let repeated: Vec<_> = names.windows(2).filter(|pair| pair[0] == pair[1]).collect();
    assert!(repeated.is_empty(), "{repeated:?}");
}

#[test]
fn a_slow_plan_is_complained_about() {
    let database = Memory::migrated();
    for slow in [
        "SELECT id FROM messages",
        "SELECT m.id FROM messages m WHERE m.message = ?",
        "SELECT COUNT(*) FROM messages m",
        "SELECT channel_id FROM messages ORDER BY channel_id, revision",
        "SELECT id FROM messages WHERE id > ? AND message = ?",
        "SELECT id FROM messages WHERE channel_id = ? AND message = ?",
        "SELECT id FROM messages WHERE channel_id = ? AND status = 0 ORDER BY arrived_at",
        "SELECT id FROM messages WHERE channel_id = ? AND status = 0",
        "SELECT d.id FROM decisions d WHERE d.revision = ?",
        "SELECT number FROM senders WHERE sender_key = ?",
        "SELECT id FROM sender_entries WHERE entry_key = ?",
        "SELECT username FROM presence WHERE central_id = ?",
        "SELECT m.id FROM (SELECT DISTINCT profile_img FROM messages) x JOIN messages m ON m.message = x.profile_img",
        "DELETE FROM key_values WHERE content = ?",
        "UPDATE members SET role = ? WHERE username = ?",
    ] {
        assert!(!complaints(&database, "", slow).is_empty(), "{slow}: {:?}", plan(&database, slow));
    }
    for quick in
        ["SELECT id FROM messages WHERE id = ?", "SELECT ?", "SELECT name FROM channels WHERE slug = ?"]
    {
        assert_eq!(complaints(&database, "", quick), [""; 0], "{quick}");
    }
}

/// A plan says little of how a statement among many rows behaves when it stops at the first that fits.
fn uses(database: &Memory, name: &str) -> String {
    let query: &Query = store::all_queries().into_iter().find(|query| query.name == name).unwrap();
    plan(database, query.sql).join("; ")
}

#[test]
fn the_hottest_statements_use_the_indexes_made_for_them() {
    let database = Memory::migrated();
    for (name, index) in [
        ("glance::AT", "c USING COVERING INDEX sqlite_autoindex_channels_1 (slug=?)"),
        ("glance::AT", "m USING INDEX sqlite_autoindex_members_1 (channel_id=? AND central_id=?)"),
        ("queue::ARRIVED", "m USING INDEX messages_by_status (channel_id=? AND status=? AND position>?)"),
        ("queue::RETURNED", "d USING INDEX decisions_by_revision (channel_id=? AND revision>?)"),
        ("queue::RETURNED", "m USING INTEGER PRIMARY KEY (rowid=?)"),
        ("queue::GONE", "d USING INDEX decisions_by_revision (channel_id=? AND revision>?)"),
        ("queue::GONE", "m USING INTEGER PRIMARY KEY (rowid=?)"),
        ("decisions::LATE_TEXTS", "messages_by_status (channel_id=? AND status=? AND position>?)"),
        ("queue::NEWEST", "m USING INDEX messages_by_status (channel_id=? AND status=? AND position<?)"),
        ("queue::OLDER", "m USING INDEX messages_by_status (channel_id=? AND status=? AND position<?)"),
        ("messages::COUNT_QUEUED", "messages_by_status (channel_id=? AND status=? AND position=?)"),
        ("messages::COUNT_APPROVED", "messages_by_status (channel_id=? AND status=? AND position=?)"),
        (
            "messages::ADVANCE_QUEUED",
            "m USING COVERING INDEX messages_by_seen_key (channel_id=? AND seen_key=?)",
        ),
        ("messages::INSERT", "m USING COVERING INDEX messages_by_seen_key (channel_id=? AND seen_key=?)"),
        ("messages::INSERT_SYMBOL", "decisions_by_time (channel_id=? AND status=? AND decided_at>?)"),
        ("decisions::DECIDE_ONE", "m USING INTEGER PRIMARY KEY (rowid=?)"),
        ("decisions::DECIDE_MANY", "m USING INTEGER PRIMARY KEY (rowid=?)"),
        ("decisions::APPLY_ONE", "messages USING INTEGER PRIMARY KEY (rowid=?)"),
        ("decisions::APPLY_MANY", "messages USING INTEGER PRIMARY KEY (rowid=?)"),
        ("counting::MESSAGE", "d USING INDEX decisions_by_message (message_id=? AND revision=?)"),
        ("counting::REJECTED", "d USING COVERING INDEX decisions_by_revision (channel_id=? AND revision=?)"),
        ("undo::ONE", "d USING INDEX decisions_by_message (message_id=? AND revision=?)"),
        ("undo::APPLY_ONE", "messages USING INTEGER PRIMARY KEY (rowid=?)"),
        ("undo::GROUP", "d USING INDEX decisions_by_revision (channel_id=? AND revision=?)"),
        ("undo::APPLY_GROUP", "messages_by_status (channel_id=? AND status=? AND position=?)"),
        ("log::PAGE", "d USING INDEX decisions_by_revision (channel_id=? AND revision<?)"),
    ] {
        let plan = uses(&database, name);
        assert!(plan.contains(index), "{name} wants {index}, but has {plan}");
    }
}
