//! Where a login goes back to.

/// The longest path that is kept for the way back, in bytes.
const LONGEST: usize = 2048;

/// `next` if it is a path of this site, else the start page. A browser takes `//host` and `/\host` for
/// another site, drops tabs and line ends, and so on: only what is plainly a path passes.
pub(crate) fn safe(next: Option<&str>) -> &str {
    let path = next.unwrap_or_default();
    let plain = path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if plain && path.len() <= LONGEST && path.starts_with('/') && !path.starts_with("//") {
        path
    } else {
        "/"
    }
}

#[cfg(test)]
mod tests {
    use super::safe;

    #[test]
    fn only_a_path_of_this_site_passes() {
        assert_eq!(safe(Some("/channel/demo/queue?lang=en")), "/channel/demo/queue?lang=en");
        for other in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/\t/evil.example",
            "x",
            "/é",
            "/a b",
        ] {
            assert_eq!(safe(Some(other)), "/", "{other}");
        }
        assert_eq!(safe(None), "/");
        let long = format!("/{}", "x".repeat(super::LONGEST));
        assert_eq!((safe(Some(&long[1..])), safe(Some(&long))), ("/", "/"));
        assert_eq!(safe(Some(&long[..super::LONGEST])).len(), super::LONGEST);
    }
}
