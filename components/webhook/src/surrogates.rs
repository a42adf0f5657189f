//! Half emoji. A sender that cuts text at a number of UTF-16 units leaves half of a surrogate pair behind, and
//! writes it as an escape (`\ud83d`) that no JSON parser turns into Unicode text (RFC 8259, section 8.2).

/// `json` with every lone surrogate escape replaced by U+FFFD, the replacement character; `None` if there is
/// none. Escapes stand only inside strings, so nothing else can be meant by these bytes.
pub(crate) fn replace_lone(json: &[u8]) -> Option<Vec<u8>> {
    let mut repaired: Option<Vec<u8>> = None;
    let mut at = 0;
    while let Some(offset) = json.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == b'\\')) {
        at += offset;
        match unit(json, at) {
            Some(0xD800..=0xDBFF) if matches!(unit(json, at + 6), Some(0xDC00..=0xDFFF)) => at += 12,
            Some(0xD800..=0xDFFF) => {
                let copy = repaired.get_or_insert_with(|| json.to_vec());
                if let Some(digits) = copy.get_mut(at + 2..at + 6) {
                    digits.copy_from_slice(b"fffd");
                }
                at += 6;
            }
            _ => at += 2,
        }
    }
    repaired
}

/// The UTF-16 unit of the escape `\uXXXX` at `at`, if one stands there.
fn unit(json: &[u8], at: usize) -> Option<u16> {
    let escape = json.get(at..at + 6)?;
    let digits = std::str::from_utf8(escape.strip_prefix(b"\\u")?).ok()?;
    if digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        u16::from_str_radix(digits, 16).ok()
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repaired(json: &str) -> Option<String> {
        replace_lone(json.as_bytes()).map(|bytes| String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn whole_pairs_and_other_escapes_stay() {
        assert_eq!(repaired(r#"{"a":"\ud83d\udc4b \n \u00e9"}"#), None);
        // An escaped backslash, and then the letters "ud83d".
        assert_eq!(repaired(r#"{"a":"\\ud83d"}"#), None);
        assert_eq!(repaired(r#""\"#), None);
        assert_eq!(repaired(r#""\ud83"#), None);
    }

    #[test]
    fn halves_become_the_replacement_character() {
        assert_eq!(repaired(r#""a\ud83d""#).unwrap(), r#""a\ufffd""#);
        assert_eq!(repaired(r#""\udc4bz""#).unwrap(), r#""\ufffdz""#);
        assert_eq!(repaired(r#""\ud83d\ud83d\udc4b""#).unwrap(), r#""\ufffd\ud83d\udc4b""#);
        assert_eq!(repaired(r#""\uD83D\u0041""#).unwrap(), r#""\ufffd\u0041""#);
    }
}
