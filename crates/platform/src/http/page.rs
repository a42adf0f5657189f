//! The small page that a browser gets in place of a problem document.

use std::fmt::Write as _;

use super::Problem;

/// `text` with the five characters that HTML gives a meaning escaped, for text and attribute values.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// `problem` as a page.
pub(super) fn problem_page(problem: &Problem, request_id: &str) -> String {
    let title = escape(problem.title());
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title} · chatstream</title>\n<link rel=\"stylesheet\" href=\"/static/style.css\">\n\
         <main class=\"narrow\">\n<h1>{title}</h1>\n<p>{}</p>\n",
        escape(problem.detail())
    );
    // Writing to a String cannot fail.
    if problem.status() == http::StatusCode::UNAUTHORIZED {
        page.push_str("<p><a href=\"/login\">Log in</a></p>\n");
    }
    if write!(
        page,
        "<p><a href=\"/\">Back to the start page</a></p>\n<p class=\"soft\">Request {}</p>\n</main>\n</html>\n",
        escape(request_id)
    )
    .is_err()
    {
        page.clear();
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_a_detail_is_shown_not_run() {
        let page = problem_page(&Problem::bad_request("<script>\"'&"), "1");
        assert!(page.contains("&lt;script&gt;&quot;&#39;&amp;"));
        assert!(!page.contains("<script>"));
    }
}
