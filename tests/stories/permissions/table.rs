//! The table of expected answers, `matrix.txt`.

use std::fmt::Write as _;

use reqwest::Method;

/// Who calls, in the order of the table's columns.
pub(crate) const CALLERS: [&str; 6] = ["nobody", "stranger", "other", "moderator", "admin", "superadmin"];

const WIDTHS: [usize; 6] = [7, 9, 6, 10, 6, 11];

/// A line: an endpoint, what everybody is answered, and what is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) method: Method,
    pub(crate) path: String,
    /// The status for each caller who shows the right CSRF token.
    pub(crate) answers: [u16; 6],
    /// Whether whoever is logged in needs the token.
    pub(crate) token: bool,
    /// A query that begins with `?`, or a JSON body, or nothing.
    pub(crate) sent: String,
}

impl Line {
    fn read(text: &str) -> Option<Self> {
        let mut words = text.split_whitespace();
        let (method, path) = (words.next()?.parse().ok()?, words.next()?.to_owned());
        let mut answers = [0; 6];
        for answer in &mut answers {
            *answer = words.next()?.parse().ok()?;
        }
        let token = match words.next()? {
            "needed" => true,
            "-" => false,
            _ => return None,
        };
        let sent = words.collect::<Vec<_>>().join(" ");
        Some(Self { method, path, answers, token, sent })
    }
}

impl std::fmt::Display for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut line = format!("{:<5}{:<52}", self.method.as_str(), self.path);
        for (answer, width) in self.answers.iter().zip(WIDTHS) {
            write!(line, "{answer:<width$}")?;
        }
        write!(line, "{:<8}{}", if self.token { "needed" } else { "-" }, self.sent)?;
        f.write_str(line.trim_end())
    }
}

/// All lines.
pub(crate) fn read() -> Vec<Line> {
    let lines = include_str!("matrix.txt").lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| Line::read(line).unwrap_or_else(|| panic!("this is no line of the table: {line}")))
        .collect()
}
