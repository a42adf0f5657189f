//! The small page that a browser gets in place of a problem document.

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

/// A small page that needs no script: `title` is text, `content` is HTML.
#[must_use]
pub fn page(title: &str, content: &str) -> String {
    let title = escape(title);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title} · chatstream</title>\n\
         <link rel=\"icon\" href=\"/static/icon.svg\" type=\"image/svg+xml\">\n\
         <link rel=\"stylesheet\" href=\"/static/style.css\">\n</head>\n<body>\n\
         <main class=\"narrow\">\n<h1>{title}</h1>\n{content}</main>\n</body>\n</html>\n"
    )
}

/// `problem` as a page.
pub(super) fn problem_page(problem: &Problem, request_id: &str) -> String {
    let way_out = match problem.way_out() {
        Some((address, words)) => button(address, words),
        None if problem.status() == http::StatusCode::UNAUTHORIZED => button("/login", "Log in"),
        None => String::new(),
    };
    let content = format!(
        "<p>{}</p>\n{way_out}<p><a href=\"/\">Back to the start page</a></p>\n\
         <p class=\"soft\">Request {}</p>\n",
        escape(problem.detail()),
        escape(request_id)
    );
    page(problem.heading(), &content)
}

fn button(address: &str, words: &str) -> String {
    format!("<p><a class=\"act primary\" href=\"{}\">{}</a></p>\n", escape(address), escape(words))
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

    #[test]
    fn a_problem_may_have_a_heading_and_a_way_out_of_it() {
        let problem = Problem::forbidden("Nothing happened.").headed("Cancelled");
        let page = problem_page(&problem.with_way_out("/login?next=/a&b=\"", "Log in"), "1");
        assert!(page.contains("<h1>Cancelled</h1>") && page.contains("<title>Cancelled · "), "{page}");
        assert!(page.contains("href=\"/login?next=/a&amp;b=&quot;\">Log in</a>"), "{page}");
        assert!(problem_page(&Problem::forbidden("x"), "1").contains("<h1>Forbidden</h1>"));
    }
}
