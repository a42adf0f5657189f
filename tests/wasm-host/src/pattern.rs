//! A route's pattern, and what it makes of a path. The rules are those of Spin 4.1's matcher, quirks included: slashes at
//! either end of a path do not count, a dot ends a word if the pattern has one there, and a name in the middle of a path
//! may be empty.

use std::cmp::Ordering;

/// A pattern: words between slashes, of pieces between dots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    words: Vec<Vec<Piece>>,
    /// Whether it goes on with anything, `/...`.
    open: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Name(String),
}

/// What a path has in the places of a pattern's names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Captures {
    /// The names and their values.
    pub named: Vec<(String, String)>,
    /// What the pattern's `...` stands for, without slashes around it; `None` if it has none.
    pub rest: Option<String>,
}

impl Pattern {
    /// Reads `/exact`, `/with/:name` and `/all/below/...`; the error says what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (text, open) = match text.strip_suffix("/...").or_else(|| text.strip_suffix("/*")) {
            Some(text) => (text, true),
            None => (text, false),
        };
        let words = text.split('/').filter(|word| !word.is_empty());
        let words = words.map(|word| word.split('.').map(Piece::parse).collect());
        Ok(Self { words: words.collect::<Result<_, _>>()?, open })
    }

    /// What `path` has in the places of the names, if it is one of this pattern's.
    #[must_use]
    pub fn captures(&self, path: &str) -> Option<Captures> {
        let mut captures = Captures::default();
        let mut rest = Some(path.trim_matches('/')).filter(|path| !path.is_empty());
        for pieces in &self.words {
            let (word, after) = match rest?.split_once('/') {
                Some((word, after)) => (word, Some(after)),
                None => (rest?, None),
            };
            take_word(pieces, word, &mut captures)?;
            rest = after;
        }
        if self.open {
            captures.rest = Some(rest.unwrap_or_default().to_owned());
        } else if rest.is_some() {
            return None;
        }
        Some(captures)
    }

    /// Which of two patterns a path belongs to that fits both: the greater one. No order of all patterns. Text goes before names and these before
    /// `...`, from the left; then more dots, then fewer words.
    #[must_use]
    pub fn specificity(&self, other: &Self) -> Ordering {
        let (own, others) = (self.ranks(), other.ranks());
        let differs = own.zip(others).map(|(own, other)| own.cmp(&other)).find(|order| order.is_ne());
        let by_dots = || self.dots().cmp(&other.dots());
        let by_length = || other.ranks().count().cmp(&self.ranks().count());
        differs.unwrap_or_else(|| by_dots().then_with(by_length))
    }

    fn ranks(&self) -> impl Iterator<Item = u8> {
        let pieces = self.words.iter().flatten().map(|piece| match piece {
            Piece::Text(_) => 2,
            Piece::Name(_) => 1,
        });
        pieces.chain(self.open.then_some(0))
    }

    fn dots(&self) -> usize {
        self.words.iter().map(|word| word.len() - 1).sum()
    }
}

impl Piece {
    fn parse(text: &str) -> Result<Self, String> {
        match text.strip_prefix(':') {
            Some("") => Err("a `:` has no name".to_owned()),
            Some(name) => Ok(Self::Name(name.to_owned())),
            None if text.starts_with('*') => Err("only its last word may be `...`".to_owned()),
            None => Ok(Self::Text(text.to_owned())),
        }
    }
}

fn take_word(pieces: &[Piece], word: &str, captures: &mut Captures) -> Option<()> {
    let mut rest = word;
    for (number, piece) in pieces.iter().enumerate() {
        let text = if number + 1 == pieces.len() {
            rest
        } else {
            let (text, after) = rest.split_once('.')?;
            rest = after;
            text
        };
        match piece {
            Piece::Text(expected) if expected == text => {}
            Piece::Text(_) => return None,
            Piece::Name(name) => captures.named.push((name.clone(), text.to_owned())),
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(pattern: &str, path: &str) -> Option<String> {
        let captures = Pattern::parse(pattern).unwrap().captures(path)?;
        let named = captures.named.into_iter().map(|(name, value)| format!("{name}={value}"));
        Some(named.chain(captures.rest.map(|rest| format!("...={rest}"))).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn a_path_fits_or_does_not() {
        for (pattern, path, expected) in [
            ("/", "/", Some("")),
            ("/", "/a", None),
            ("/a", "/a", Some("")),
            ("/a", "/a/", Some("")),
            ("/a", "/ab", None),
            ("/a/:x", "/a/b", Some("x=b")),
            ("/a/:x", "/a/b.json", Some("x=b.json")),
            ("/a/:x", "/a", None),
            ("/a/:x", "/a/b/c", None),
            ("/a/:x/c", "/a//c", Some("x=")),
            ("/a/:x.json", "/a/b.json", Some("x=b")),
            ("/a/:x.json", "/a/b.c.json", None),
            ("/a/:x.json", "/a/b", None),
            ("/a/x.json", "/a/x.json", Some("")),
            ("/...", "/", Some("...=")),
            ("/a/...", "/a", Some("...=")),
            ("/a/...", "/a/b/c/", Some("...=b/c")),
            ("/a/:x/...", "/a/b/c", Some("x=b ...=c")),
            ("/a/...", "/ab", None),
        ] {
            assert_eq!(named(pattern, path).as_deref(), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for pattern in ["/:", "/*/a", "/a/*b"] {
            assert!(Pattern::parse(pattern).is_err(), "{pattern}");
        }
    }
}
