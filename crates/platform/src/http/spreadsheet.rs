//! Text that goes through a spreadsheet unharmed: a cell that begins as a formula does would be run (OWASP, CSV
//! injection); an apostrophe before it keeps it text.

use std::borrow::Cow;

/// What a formula begins with.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// `text` as a cell that no spreadsheet runs.
#[must_use]
pub fn harmless(text: &str) -> Cow<'_, str> {
    if text.starts_with(FORMULA) { format!("'{text}").into() } else { text.into() }
}

/// The text that [`harmless`] was given.
#[must_use]
pub fn original(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| rest.starts_with(FORMULA)).unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_stay_text_and_come_back() {
        for (text, cell) in
            [("=1+1", "'=1+1"), ("@x", "'@x"), ("hello = you", "hello = you"), ("'tis", "'tis"), ("", "")]
        {
            assert_eq!(harmless(text), cell);
            assert_eq!(original(cell), text);
        }
    }
}
