//! Every statement is in the subset that SQLite and MariaDB share, and means the same to both.

mod shapes;
mod tokens;
mod words;

use crate::support::Memory;

fn complaints(sql: &str) -> Vec<String> {
    let all = tokens::tokens(sql);
    let shapes = [
        shapes::where_without_from(&all),
        shapes::limit_in_subquery(&all),
        shapes::row_value(&all),
        shapes::reads_its_target(&all),
        shapes::reads_what_it_set(&all),
        shapes::changes_a_join(&all),
        shapes::finds_what_it_changes_by_a_subquery(&all),
    ];
    let words = (0..all.len()).filter_map(|at| words::foreign(at, &all));
    words.chain(shapes.into_iter().flatten()).collect()
}

#[test]
fn every_statement_is_for_both_databases() {
    // The migrations themselves are one text per database; what records them is not.
    let migrator = Memory::migrated().used().into_values().filter(|query| query.name != "migrations::apply");
    let mut found = Vec::new();
    for query in store::all_queries().into_iter().chain(migrator) {
        let complaints = complaints(query.sql);
        if !complaints.is_empty() {
            found.push(format!("{}: {}", query.name, complaints.join("; ")));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn what_one_database_has_for_itself_is_complained_about() {
    for foreign in [
        "INSERT INTO t (a) VALUES (?) RETURNING id",
        "INSERT INTO t (a) VALUES (?) ON CONFLICT DO NOTHING",
        "INSERT INTO t (a) VALUES (?) ON DUPLICATE KEY UPDATE a = 1",
        "INSERT OR IGNORE INTO t (a) VALUES (?)",
        "INSERT OR REPLACE INTO t (a) VALUES (?)",
        "INSERT IGNORE INTO t (a) VALUES (?)",
        "REPLACE INTO t (a) VALUES (?)",
        "SELECT a || b FROM t",
        "SELECT IIF(a, 1, 2) FROM t",
        "SELECT IF(a, 1, 2) FROM t",
        "SELECT json_extract(a, '$.b') FROM t",
        "SELECT a -> 'b' FROM t",
        "SELECT strftime('%s', 'now')",
        "SELECT UNIX_TIMESTAMP()",
        "SELECT a FROM t WHERE b = TRUE",
        "SELECT a FROM t WHERE b = \"text\"",
        "SELECT `a` FROM t",
        "SELECT a FROM t WHERE b IS ?",
        "SELECT a FROM t WHERE b IS NOT TRUE",
        "SELECT a FROM t WHERE b == 1",
        "SELECT a FROM t WHERE b <=> 1",
        "SELECT a FROM t WHERE b = ?1",
        "SELECT a FROM t WHERE b = :b",
        "SELECT a / 2 FROM t",
        "SELECT a * 0.5 FROM t",
        "SELECT MAX(a, 1) FROM t",
        "SELECT a FROM t WHERE b LIKE 'x%'",
        "SELECT LENGTH(a) FROM t",
        "SELECT a FROM t WHERE b = 'c\\'",
        "SELECT rank FROM t",
        "WITH x AS (SELECT 1) SELECT a FROM x",
        "SELECT 1 -- why not",
        "PRAGMA optimize",
    ] {
        assert!(!complaints(foreign).is_empty(), "{foreign}");
    }
}

#[test]
fn what_one_database_refuses_or_reads_otherwise_is_complained_about() {
    for trap in [
        "INSERT INTO t (a) SELECT ? WHERE NOT EXISTS (SELECT 1 FROM t WHERE a = ?)",
        "SELECT a FROM t WHERE b = (SELECT 1 WHERE a = 2)",
        "SELECT a FROM t WHERE b IN (SELECT c FROM u ORDER BY c LIMIT 1)",
        "SELECT a FROM t WHERE (a, b) = (?, ?)",
        "SELECT a FROM t WHERE b = 1 AND (a, b) IN (SELECT c, d FROM u)",
        "DELETE FROM t WHERE a IN (SELECT b.a FROM t b)",
        "UPDATE t SET a = (SELECT COUNT(*) FROM u JOIN t x ON x.a = u.a)",
        "UPDATE t SET a = a + 1, b = a",
        "UPDATE t SET a = ?, b = (SELECT u.b FROM u WHERE u.a = t.a) WHERE c = ?",
        "UPDATE t SET a = ?, b = COALESCE(?, a) WHERE c = ?",
        "UPDATE t SET (a, b) = (1, 2)",
        "UPDATE t SET a = u.a FROM u WHERE u.b = t.b",
        "UPDATE t SET a = ? WHERE b = 1 AND id IN (SELECT c FROM u)",
        "UPDATE t SET a = ? WHERE b = (SELECT MAX(c) FROM u)",
        "UPDATE t JOIN u ON u.b = t.b SET t.a = u.a",
    ] {
        assert!(!complaints(trap).is_empty(), "{trap}");
    }
}

#[test]
fn what_both_have_is_not_complained_about() {
    for fine in [
        "SELECT ?",
        "INSERT INTO t (a, b) VALUES (?, ?), (?, ?)",
        "INSERT INTO t (a, b) SELECT ?, u.b FROM u WHERE NOT EXISTS (SELECT 1 FROM t x WHERE x.a = ?)",
        "UPDATE t SET a = a + 1, b = b + 1, c = (SELECT u.a FROM u WHERE u.b = t.d) WHERE e IN (1, 2)",
        "SELECT COALESCE(SUM((a = 1) - (b = 1)), 0) FROM t WHERE a IS NOT NULL AND (? IS NULL OR b = ?)",
        "SELECT CASE WHEN EXISTS (SELECT 1 FROM u WHERE u.a = t.a) THEN 2 ELSE 0 END FROM t LIMIT ?",
        "DELETE FROM t WHERE a <> 'undo, (x'",
        "UPDATE t SET a = (SELECT b FROM u) WHERE c = ? AND EXISTS (SELECT 1 FROM u WHERE u.b = t.c)",
        "SELECT a FROM t WHERE b NOT IN (SELECT u.b FROM u)",
    ] {
        assert_eq!(complaints(fine), [""; 0], "{fine}");
    }
}
