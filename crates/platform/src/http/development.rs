//! What every page says in development: nobody is to take such a site for one that knows who is who.

use axum::{body::Body, extract::Request, response::Response};
use http::{HeaderMap, header};
use http_body_util::BodyExt as _;

/// The words.
const BANNER: &str = "\n<p class=\"development\" role=\"note\"><strong>Development mode.</strong> \
                      Anybody on this machine can log in as anybody.</p>";

/// Whether the answer is a page.
pub(super) fn is_page(headers: &HeaderMap) -> bool {
    let media_type = headers.get(header::CONTENT_TYPE).map(http::HeaderValue::as_bytes);
    media_type.is_some_and(|value| value.starts_with(b"text/html"))
}

/// Makes sure that a page comes whole, so that something can be written into it.
pub(super) fn ask_for_all(request: &mut Request) {
    let headers = request.headers_mut();
    headers.remove(header::ACCEPT_ENCODING);
    headers.remove(header::IF_NONE_MATCH);
    headers.remove(header::IF_MODIFIED_SINCE);
}

/// The page with the banner as the first thing in it.
pub(super) async fn with_banner(response: Response) -> Response {
    let (mut head, body) = response.into_parts();
    if head.headers.contains_key(header::CONTENT_ENCODING) {
        return Response::from_parts(head, body);
    }
    // A body that was made here does not break off.
    let page = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    let page = String::from_utf8_lossy(&page);
    let written = match page.find("<body").and_then(|body| Some(body + page.get(body..)?.find('>')? + 1)) {
        Some(start) => {
            let (before, after) = page.split_at(start);
            [before, BANNER, after].concat()
        }
        None => [&*page, BANNER].concat(),
    };
    // What names the page without the banner does not name this one.
    for name in [header::CONTENT_LENGTH, header::ETAG, header::LAST_MODIFIED] {
        head.headers.remove(name);
    }
    Response::from_parts(head, Body::from(written))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn shown(page: &'static str) -> String {
        let response = with_banner(Response::new(Body::from(page))).await;
        let page = response.into_body().collect().await.unwrap().to_bytes();
        String::from_utf8(page.to_vec()).unwrap()
    }

    #[test]
    fn the_banner_comes_first() {
        let expect = |page, before: &str, after: &str| {
            let shown = futures_util::FutureExt::now_or_never(shown(page)).unwrap();
            assert_eq!(shown, format!("{before}{BANNER}{after}"));
        };
        expect("<head></head><body class=\"x\"><h1>", "<head></head><body class=\"x\">", "<h1>");
        expect("<p>no body", "<p>no body", "");
        expect("<body", "<body", "");
    }
}
