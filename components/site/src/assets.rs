//! The files of `static/`, as the build script has put them into the program.

use axum::{
    extract::Path,
    response::{IntoResponse as _, Response},
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use platform::http::{Problem, Result};

/// A file to be served.
struct File {
    name: &'static str,
    /// With its quotes.
    etag: &'static str,
    plain: &'static [u8],
    gzip: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// Nothing from elsewhere, nothing inline, in nobody's frame.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);

/// Under a name with a version: it never changes, and a year is as long as RFC 9111 knows.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// Under a name without one: kept, but only used after asking.
const ASK_FIRST: HeaderValue = HeaderValue::from_static("no-cache");

/// `GET /static/{name}` and `GET /static/{version}/{name}`
pub(crate) async fn asset(Path(path): Path<String>, headers: HeaderMap) -> Result<Response> {
    let (name, caching) = match path.split_once('/') {
        Some((version, name)) if version == VERSION => (name, FOR_EVER),
        // A page of an older or newer version is still open: it gets what there is now, and keeps it no longer.
        Some((version, name)) if is_version(version) => (name, ASK_FIRST),
        _ => (path.as_str(), ASK_FIRST),
    };
    // Pages have addresses of their own, and a policy that belongs to them.
    if media_type(name).starts_with("text/html") {
        return Err(missing());
    }
    file(name, &headers, caching)
}

fn is_version(text: &str) -> bool {
    text.len() == VERSION.len() && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// `GET /favicon.ico`, which browsers ask for whatever a page says.
pub(crate) async fn icon(headers: HeaderMap) -> Result<Response> {
    file("icon.svg", &headers, ASK_FIRST)
}

/// The page in the file `name`.
pub(crate) fn page(name: &str, headers: &HeaderMap) -> Result<Response> {
    let mut response = file(name, headers, ASK_FIRST)?;
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, POLICY);
    Ok(response)
}

fn file(name: &str, headers: &HeaderMap, caching: HeaderValue) -> Result<Response> {
    let found = FILES.binary_search_by(|file| file.name.cmp(name)).ok().and_then(|index| FILES.get(index));
    let file = found.ok_or_else(missing)?;
    let mut response = if names(headers, &header::IF_NONE_MATCH).any(|tag| tag == file.etag || tag == "*") {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let media_type = [(header::CONTENT_TYPE, media_type(name))];
        if takes_gzip(headers) {
            (media_type, [(header::CONTENT_ENCODING, "gzip")], file.gzip).into_response()
        } else {
            (media_type, file.plain).into_response()
        }
    };
    let answered = response.headers_mut();
    answered.insert(header::CACHE_CONTROL, caching);
    answered.insert(header::ETAG, HeaderValue::from_static(file.etag));
    answered.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    Ok(response)
}

/// What a header lists, without the marks of weak entity tags.
fn names<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|list| list.split(',')).map(|one| one.trim().trim_start_matches("W/"))
}

/// Whether the client takes gzip (RFC 9110, section 12.5.3): it is named, and not with a weight of nothing.
fn takes_gzip(headers: &HeaderMap) -> bool {
    names(headers, &header::ACCEPT_ENCODING).any(|one| {
        let (coding, weight) = one.split_once(';').unwrap_or((one, ""));
        let weight = weight.trim().strip_prefix("q=").map_or(Ok(1.0), str::parse::<f32>);
        coding.trim().eq_ignore_ascii_case("gzip") && weight.is_ok_and(|weight| weight > 0.0)
    })
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, ending)| ending) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

fn missing() -> Problem {
    Problem::not_found("There is no such file.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepting(value: &'static str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(value));
        takes_gzip(&headers)
    }

    #[test]
    fn gzip_goes_to_those_who_take_it() {
        assert!(accepting("gzip, deflate, br, zstd"));
        assert!(accepting("br;q=1.0, GZIP;q=0.5"));
        assert!(!accepting("gzip;q=0"));
        assert!(!accepting("gzip;q=nonsense"));
        assert!(!accepting("br"));
        assert!(!takes_gzip(&HeaderMap::new()));
    }

    #[test]
    fn files_are_in_order_and_compressed() {
        assert!(FILES.is_sorted_by_key(|file| file.name));
        for file in FILES {
            assert!(file.gzip.len() < file.plain.len() + 64, "{}", file.name);
        }
        assert!(FILES.iter().any(|file| file.name == "queue.html"));
        assert!(FILES.iter().all(|file| file.name != "package.json"));
    }

    #[test]
    fn pages_name_the_version_of_what_they_load() {
        for page in FILES.iter().filter(|file| media_type(file.name).starts_with("text/html")) {
            let text = str::from_utf8(page.plain).unwrap();
            let links = text.matches("\"/static/").count();
            assert!(links > 0, "{}", page.name);
            assert_eq!(links, text.matches(&format!("\"/static/{VERSION}/")).count(), "{}", page.name);
        }
    }
}
