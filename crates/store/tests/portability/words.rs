//! What one of the two databases does not know, or takes for something else.

use super::tokens::{Kind, Token};

/// Words that one of them does not have, or with another meaning.
const FOREIGN_WORDS: &[&str] = &[
    // Clauses.
    "AUTOINCREMENT",
    "AUTO_INCREMENT",
    "COLLATE",
    "CONFLICT",
    "DUAL",
    "DUPLICATE",
    "EXCEPT",
    "FILTER",
    "FULL",
    "GLOB",
    "IGNORE",
    "INDEXED",
    "INTERSECT",
    "LIKE",
    "MATCH",
    "NULLS",
    "OFFSET",
    "PRAGMA",
    "RECURSIVE",
    "REGEXP",
    "REPLACE",
    "RETURNING",
    "RLIKE",
    "ROWID",
    "STRAIGHT_JOIN",
    "UNSIGNED",
    "USING",
    "WITH",
    "XOR",
    // Values. Texts in double quotes are columns to one of them: see `symbol`.
    "CURRENT_TIMESTAMP",
    "FALSE",
    "TRUE",
];

/// Functions that one of them does not have, and those that count bytes here and characters there, or know the
/// case of ASCII only.
const FOREIGN_FUNCTIONS: &[&str] = &[
    "CAST",
    "CHANGES",
    "CHAR_LENGTH",
    "CONCAT",
    "CONVERT",
    "DATE",
    "DATETIME",
    "GREATEST",
    "GROUP_CONCAT",
    "IF",
    "IIF",
    "INSTR",
    "JULIANDAY",
    "LAST_INSERT_ID",
    "LAST_INSERT_ROWID",
    "LEAST",
    "LENGTH",
    "LOWER",
    "NOW",
    "NVL",
    "PRINTF",
    "RAND",
    "RANDOM",
    "STRFTIME",
    "STRING_AGG",
    "TIME",
    "TOTAL",
    "TYPEOF",
    "UNIXEPOCH",
    "UNIX_TIMESTAMP",
    "UPPER",
];

/// Words that MariaDB keeps for itself and SQLite does not, as far as somebody might name a column so.
const RESERVED_WORDS: &[&str] = &[
    "ACCESSIBLE",
    "BEFORE",
    "BLOB",
    "CALL",
    "CHANGE",
    "CHAR",
    "CHARACTER",
    "CONDITION",
    "CONTINUE",
    "CURSOR",
    "DATABASE",
    "DECLARE",
    "DELAYED",
    "DESCRIBE",
    "DIV",
    "DOUBLE",
    "EACH",
    "EXIT",
    "EXPLAIN",
    "FETCH",
    "FLOAT",
    "FULLTEXT",
    "GRANT",
    "HIGH_PRIORITY",
    "INT",
    "INTERVAL",
    "ITERATE",
    "KEYS",
    "KILL",
    "LEAVE",
    "LINES",
    "LOAD",
    "LOCK",
    "LONG",
    "LOOP",
    "MOD",
    "OPTION",
    "OUT",
    "OUTFILE",
    "OVER",
    "PARTITION",
    "PROCEDURE",
    "RANGE",
    "RANK",
    "READ",
    "RELEASE",
    "RENAME",
    "REPEAT",
    "REQUIRE",
    "RETURN",
    "REVOKE",
    "ROWS",
    "ROW_NUMBER",
    "SCHEMA",
    "SEPARATOR",
    "SHOW",
    "SIGNAL",
    "SPATIAL",
    "SQL",
    "SSL",
    "STARTING",
    "TERMINATED",
    "TRIGGER",
    "UNDO",
    "UNLOCK",
    "USAGE",
    "USE",
    "WHILE",
    "WINDOW",
    "WRITE",
];

/// What a token means to one database only.
pub(super) fn foreign(at: usize, all: &[Token]) -> Option<String> {
    let token = &all[at];
    let next = all.get(at + 1);
    let is_column_of_alias = at > 0 && all[at - 1].is(".");
    match token.kind {
        Kind::Word if FOREIGN_WORDS.contains(&&*token.text) && !is_column_of_alias => {
            Some(format!("{} is not for both", token.text))
        }
        Kind::Word if FOREIGN_FUNCTIONS.contains(&&*token.text) && next.is_some_and(|next| next.is("(")) => {
            Some(format!("{}() is not for both", token.text))
        }
        Kind::Word if RESERVED_WORDS.contains(&&*token.text) => {
            Some(format!("{} is a reserved word", token.text))
        }
        Kind::Word if token.text.starts_with("JSON_") => Some("JSON is not for both".to_owned()),
        Kind::Word if token.is("IS") => {
            let null = if next.is_some_and(|next| next.is("NOT")) { all.get(at + 2) } else { next };
            (!null.is_some_and(|word| word.is("NULL"))).then(|| "IS is for NULL only".to_owned())
        }
        Kind::Word if token.is("OR") && at == 1 => Some("INSERT OR … is not for both".to_owned()),
        Kind::Word if (token.is("MAX") || token.is("MIN")) && arguments(at, all) > 1 => {
            Some("MAX and MIN of several values are not for both".to_owned())
        }
        Kind::Text => token.text.contains('\\').then(|| "a backslash escapes in MariaDB".to_owned()),
        Kind::Symbol => symbol(token, next),
        Kind::Number => {
            (!token.text.bytes().all(|byte| byte.is_ascii_digit())).then(|| "only whole numbers".to_owned())
        }
        Kind::Word => None,
    }
}

fn symbol(token: &Token, next: Option<&Token>) -> Option<String> {
    let known = ["(", ")", ",", ".", "?", "=", "<>", "<", ">", "<=", ">=", "+", "-", "*"];
    if !known.contains(&&*token.text) {
        return Some(format!("{} is not for both", token.text));
    }
    let is_numbered = token.is("?") && next.is_some_and(|next| next.kind == Kind::Number);
    is_numbered.then(|| "parameters have no numbers".to_owned())
}

/// How many arguments the function at this place is called with.
fn arguments(at: usize, all: &[Token]) -> usize {
    let depth = all[at].depth + 1;
    let inside = all[at + 1..].iter().skip(1).take_while(|token| token.depth >= depth);
    1 + inside.filter(|token| token.depth == depth && token.is(",")).count()
}
