//! SQL cut into words, for looking at its shape.

/// A word, a literal or a symbol of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// The token; a word in upper case.
    pub(super) text: String,
    /// In how many parentheses it stands. A parenthesis stands outside of itself.
    pub(super) depth: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    Number,
    /// In single quotes; the text is without them.
    Text,
    Symbol,
}

impl Token {
    pub(super) fn is(&self, text: &str) -> bool {
        self.kind != Kind::Text && self.text == text
    }

    pub(super) fn is_word(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text == word
    }
}

/// The tokens of a statement.
pub(super) fn tokens(sql: &str) -> Vec<Token> {
    let mut rest = sql.trim_start();
    let mut depth = 0_usize;
    let mut all = Vec::new();
    while let Some(first) = rest.chars().next() {
        let (kind, length) = next(rest, first);
        let (text, after) = rest.split_at(length);
        if first == ')' {
            depth = depth.saturating_sub(1);
        }
        let text = match kind {
            Kind::Word => text.to_ascii_uppercase(),
            Kind::Text => text.trim_matches('\'').to_owned(),
            Kind::Number | Kind::Symbol => text.to_owned(),
        };
        all.push(Token { kind, text, depth });
        if first == '(' {
            depth += 1;
        }
        rest = after.trim_start();
    }
    all
}

fn next(rest: &str, first: char) -> (Kind, usize) {
    let run = |fits: fn(char) -> bool| rest.find(|c| !fits(c)).unwrap_or(rest.len());
    match first {
        'a'..='z' | 'A'..='Z' | '_' => (Kind::Word, run(|c| c.is_ascii_alphanumeric() || c == '_')),
        '0'..='9' => (Kind::Number, run(|c| c.is_ascii_alphanumeric() || c == '.')),
        '\'' => (Kind::Text, text_length(rest)),
        _ => {
            let pairs = ["<=>", "||", "<>", "<=", ">=", "!=", "==", "->", "--", "/*", "<<", ">>"];
            let pair = pairs.into_iter().find(|pair| rest.starts_with(pair));
            (Kind::Symbol, pair.map_or(first.len_utf8(), str::len))
        }
    }
}

/// The length of the text in single quotes that `rest` begins with; a doubled quote stands for one.
fn text_length(rest: &str) -> usize {
    let mut from = 1;
    loop {
        match rest[from..].find('\'').map(|at| from + at) {
            Some(end) if rest[end + 1..].starts_with('\'') => from = end + 2,
            Some(end) => return end + 1,
            None => return rest.len(),
        }
    }
}

#[test]
fn a_statement_is_cut_into_its_words() {
    let cut = |sql| tokens(sql).into_iter().map(|token| (token.text, token.depth)).collect::<Vec<_>>();
    let expected = [("IF", 0), ("(", 0), ("a.b'' c", 1), ("<>", 1), ("M", 1), (".", 1), ("X1", 1), (")", 0)];
    assert_eq!(cut("if('a.b'' c' <>m.x1)"), expected.map(|(text, depth)| (text.to_owned(), depth)));
}
