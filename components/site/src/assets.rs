//! The files of `static/`.

use axum::{
    extract::Path,
    response::{IntoResponse as _, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use platform::http::{Problem, Result};
use rust_embed::{EmbeddedFile, RustEmbed};

/// In the program itself; a debug build reads them from the folder, so a change shows at once.
#[derive(RustEmbed)]
#[folder = "../../static"]
#[include = "*.html"]
#[include = "*.css"]
#[include = "*.js"]
#[include = "*.svg"]
#[exclude = "tests/*"]
struct Files;

/// Nothing from elsewhere, nothing inline, in nobody's frame.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// `GET /static/{path}`
pub(crate) async fn asset(Path(path): Path<String>, headers: HeaderMap) -> Result<Response> {
    // Pages have addresses of their own, and a policy that belongs to them.
    if media_type(&path).starts_with("text/html") {
        return Err(missing());
    }
    file(&path, &headers)
}

/// `GET /favicon.ico`, which browsers ask for whatever a page says.
pub(crate) async fn icon(headers: HeaderMap) -> Result<Response> {
    file("icon.svg", &headers)
}

/// The page in the file `name`.
pub(crate) fn page(name: &str, headers: &HeaderMap) -> Result<Response> {
    let mut response = file(name, headers)?;
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    Ok(response)
}

fn file(path: &str, headers: &HeaderMap) -> Result<Response> {
    let file = Files::get(path).ok_or_else(missing)?;
    let etag = etag(&file);
    let known = headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|list| list.split(','))
        .any(|tag| tag.trim().trim_start_matches("W/") == etag);
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, media_type(path))], file.data.into_owned()).into_response()
    };
    let answered = response.headers_mut();
    // Kept, but only used after asking: the names carry no version.
    answered.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if let Ok(etag) = HeaderValue::try_from(etag) {
        answered.insert(header::ETAG, etag);
    }
    Ok(response)
}

fn etag(file: &EmbeddedFile) -> String {
    format!("\"{}\"", hex::encode(file.metadata.sha256_hash()))
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
