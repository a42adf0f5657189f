//! Statements that both databases read, and one of them refuses or runs to another end.

use super::tokens::{Kind, Token};

/// `SELECT … WHERE …` without a `FROM`: MariaDB wants one.
pub(super) fn where_without_from(all: &[Token]) -> Option<String> {
    let wheres = all.iter().enumerate().filter(|(_, token)| token.is_word("WHERE"));
    wheres.into_iter().find_map(|(at, token)| {
        let before = all[..at].iter().rev().take_while(|other| other.depth >= token.depth);
        let of_this = before.filter(|other| other.depth == token.depth && other.kind == Kind::Word);
        let clause = of_this
            .into_iter()
            .find(|other| ["SELECT", "FROM", "UPDATE"].into_iter().any(|word| other.is_word(word)))?;
        clause.is_word("SELECT").then(|| "a WHERE without a FROM".to_owned())
    })
}

/// `IN (SELECT … LIMIT …)`: MariaDB refuses it.
pub(super) fn limit_in_subquery(all: &[Token]) -> Option<String> {
    all.iter()
        .any(|token| token.is_word("LIMIT") && token.depth > 0)
        .then(|| "a LIMIT in a subquery".to_owned())
}

/// `(a, b) = (c, d)`: each has its own rules for it.
pub(super) fn row_value(all: &[Token]) -> Option<String> {
    let opens = all.iter().enumerate().filter(|(_, token)| token.is("("));
    opens.into_iter().find_map(|(at, open)| {
        let inside = all[at + 1..].iter().take_while(|token| token.depth > open.depth);
        let has_comma = inside.clone().any(|token| token.depth == open.depth + 1 && token.is(","));
        let is_query = inside.clone().next().is_some_and(|token| token.is_word("SELECT"));
        let before = at.checked_sub(1).map(|at| &all[at]);
        let is_list = before.is_some_and(|before| {
            let operators =
                ["WHERE", "AND", "OR", "ON", "NOT", "SET", "SELECT", "WHEN", "THEN", "ELSE", "BY"];
            before.kind == Kind::Word && !operators.contains(&&*before.text)
        });
        // Several rows of VALUES are one list after another.
        let is_further_row = before.is_some_and(|before| before.is(","))
            && all[..at].iter().any(|token| token.is_word("VALUES") && token.depth == open.depth);
        (has_comma && !is_query && !is_list && !is_further_row).then(|| "a row as a value".to_owned())
    })
}

/// The table that an `UPDATE` or a `DELETE` changes.
fn target(all: &[Token]) -> Option<&Token> {
    match all {
        [first, table, ..] if first.is_word("UPDATE") => Some(table),
        [first, from, table, ..] if first.is_word("DELETE") && from.is_word("FROM") => Some(table),
        _ => None,
    }
}

/// An `UPDATE` or a `DELETE` whose subquery reads the table that it changes: MariaDB's error 1093.
pub(super) fn reads_its_target(all: &[Token]) -> Option<String> {
    let target = target(all)?;
    all.windows(2)
        .any(|pair| {
            let from = ["FROM", "JOIN"].into_iter().any(|word| pair[0].is_word(word));
            from && pair[1].depth > 0 && pair[1].is_word(&target.text)
        })
        .then(|| format!("a subquery reads {}, which the statement changes", target.text))
}

/// `UPDATE t SET a = …, b = a`: SQLite reads the old `a`, MariaDB the new one.
pub(super) fn reads_what_it_set(all: &[Token]) -> Option<String> {
    let table = target(all)?;
    let set = all.iter().position(|token| token.is_word("SET") && token.depth == 0)?;
    let end = all.iter().position(|token| token.is_word("WHERE") && token.depth == 0).unwrap_or(all.len());
    let mut assigned: Vec<&str> = Vec::new();
    for assignment in all.get(set + 1..end)?.split(|token| token.is(",") && token.depth == 0) {
        let [column, equals, expression @ ..] = assignment else { return Some("a SET to read".to_owned()) };
        if !equals.is("=") {
            return Some("a SET of something else than a column".to_owned());
        }
        for (at, token) in expression.iter().enumerate() {
            let qualifier = match at.checked_sub(2).map(|from| &expression[from..at]) {
                Some([alias, dot]) if dot.is(".") => Some(alias),
                _ => None,
            };
            let own = qualifier.is_none_or(|alias| alias.is_word(&table.text));
            if own && token.kind == Kind::Word && assigned.contains(&&*token.text) {
                return Some(format!("SET {} reads {}, which it set before", column.text, token.text));
            }
        }
        assigned.push(&column.text);
    }
    None
}

/// `UPDATE … FROM`, `UPDATE … JOIN`, `DELETE … USING`: each has its own.
pub(super) fn changes_a_join(all: &[Token]) -> Option<String> {
    target(all)?;
    let before_where = all.iter().skip(2).take_while(|token| !(token.is_word("WHERE") && token.depth == 0));
    before_where
        .filter(|token| token.depth == 0)
        .any(|token| token.is_word("FROM") || token.is_word("JOIN") || token.is_word("LIMIT"))
        .then(|| "changes the rows of a join".to_owned())
}

/// `UPDATE … WHERE a IN (SELECT …)`, `… a = (SELECT …)`: MariaDB before 11.1 walks (and locks) the whole table.
/// An `EXISTS` beside plain values is no hindrance.
pub(super) fn finds_what_it_changes_by_a_subquery(all: &[Token]) -> Option<String> {
    target(all)?;
    let start = all.iter().position(|token| token.is_word("WHERE") && token.depth == 0)?;
    all[start..]
        .windows(3)
        .any(|three| {
            let compares = ["IN", "=", "<", ">", "<=", ">="].into_iter().any(|word| three[0].is(word));
            compares && three[0].depth == 0 && three[2].is_word("SELECT")
        })
        .then(|| "finds what it changes by a subquery".to_owned())
}
