//! The HTTP vocabulary that the components share: how an answer says what went wrong, which request it
//! belongs to, how much of a body is read, and how a stream of events is written.

pub mod body;
mod development;
pub mod events;
mod finish;
mod page;
pub mod problem;
pub mod request_id;
mod security;
pub mod spreadsheet;

pub use body::{Input, read_body};
pub use finish::finish;
pub use page::{escape, page};
pub use problem::{Problem, Result};
pub use request_id::RequestId;

use http::{HeaderMap, header};

/// Whether the client would rather have a page than JSON: a browser's navigation says `text/html`.
#[must_use]
pub fn wants_html(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(|value| value.contains("text/html"))
}
