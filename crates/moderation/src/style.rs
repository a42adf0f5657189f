//! Whether a style sheet would have a browser load something.

/// Whether a style sheet (CSS Syntax Module Level 3) names something to be loaded: `@import`, `image-set()`, `src()`, or
/// a `url()` of anything but `data:` or a part of the page. Comments count for nothing, and escapes for what they stand
/// for.
#[must_use]
pub(crate) fn loads_something(sheet: &str) -> bool {
    let plain = unescaped(&without_comments(sheet)).to_lowercase();
    let calls = |name: &str| {
        let rests = plain.match_indices(name).filter(|(at, _)| {
            let before = plain.get(..*at).and_then(|before| before.chars().next_back());
            !before.is_some_and(|character| character.is_alphanumeric() || matches!(character, '-' | '_'))
        });
        rests.map(|(at, name)| plain.get(at + name.len()..).unwrap_or_default()).collect::<Vec<_>>()
    };
    let is_harmless = |rest: &str| {
        let address = rest.trim_start().trim_start_matches(['"', '\'']).trim_start();
        address.starts_with("data:") || address.starts_with('#')
    };
    plain.contains("@import")
        || !calls("image-set(").is_empty()
        || !calls("-webkit-image-set(").is_empty()
        || !calls("src(").is_empty()
        || calls("url(").into_iter().any(|rest| !is_harmless(rest))
}

fn without_comments(sheet: &str) -> String {
    let mut plain = String::with_capacity(sheet.len());
    let mut rest = sheet;
    while let Some((before, comment)) = rest.split_once("/*") {
        plain.push_str(before);
        plain.push(' ');
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    plain.push_str(rest);
    plain
}

/// With each escape in place of what it stands for: up to six hexadecimal digits and a white space, or any character.
fn unescaped(sheet: &str) -> String {
    let mut plain = String::with_capacity(sheet.len());
    let mut characters = sheet.chars().peekable();
    while let Some(character) = characters.next() {
        if character != '\\' {
            plain.push(character);
            continue;
        }
        let mut number = 0;
        let mut digits = 0;
        while let Some(digit) = characters.peek().and_then(|next| next.to_digit(16)).filter(|_| digits < 6) {
            number = number * 16 + digit;
            digits += 1;
            characters.next();
        }
        if digits == 0 {
            plain.extend(characters.next());
            continue;
        }
        plain.push(char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER));
        if characters.peek().is_some_and(char::is_ascii_whitespace) {
            characters.next();
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::loads_something;

    #[test]
    fn what_would_be_loaded_is_found_however_it_is_written() {
        for sheet in [
            "@import 'x.css';",
            "@\\69mport 'x.css';",
            "@IMPORT url(data:x)",
            "p { background: url(x.png) }",
            "p { background: URL( 'https://example.org' ) }",
            "p { background: u\\72 l(x) }",
            "p { background: \\000075\\72l(x) }",
            "p { background: image-set('x' 1x) }",
            "p { background: -webkit-image-set(x 1x) }",
            "p { background: src('x') }",
            "/* a */ p { background: url(/**/x) }",
        ] {
            assert!(loads_something(sheet), "{sheet}");
        }
    }

    #[test]
    fn what_would_not_is_left_alone() {
        for sheet in [
            "",
            "p { color: red }",
            "p { background: url(data:image/png;base64,AA==) }",
            "p { background: url( \"data:x\" ); mask: url(#part) }",
            "/* @import 'x'; url(x) */ p {}",
            ".curl(x) {} .import {} p::after { content: 'src' }",
            "/* never ends url(x)",
        ] {
            assert!(!loads_something(sheet), "{sheet}");
        }
    }
}
