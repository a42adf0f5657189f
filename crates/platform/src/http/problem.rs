//! Problem answers (RFC 9457).

use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;

use crate::{config::ConfigError, database::DatabaseError, key_value::KeyValueError, random::RandomError};

/// What a handler returns.
pub type Result<T, E = Problem> = std::result::Result<T, E>;

/// Something the client should know went wrong. It becomes `application/problem+json`, or a small page
/// with the same words where the client asks for one, once [`finish`](super::finish) has added the
/// request id.
#[derive(Debug, Clone)]
pub struct Problem {
    status: StatusCode,
    detail: String,
    fields: Vec<FieldProblem>,
    headers: Vec<(HeaderName, HeaderValue)>,
    cause: Option<String>,
    /// In a box, because few problems have it and every handler's result would grow by it.
    page: Option<Box<PageWords>>,
}

/// What the page says beyond the problem's own words.
#[derive(Debug, Clone, Default)]
struct PageWords {
    heading: Option<&'static str>,
    way_out: Option<(String, &'static str)>,
}

/// What is wrong with one field of a form.
#[derive(Debug, Clone, Serialize)]
pub struct FieldProblem {
    /// The field's name.
    pub field: String,
    /// What would be right.
    pub message: String,
}

impl Problem {
    /// A problem with `status`; `detail` says in plain words what is wrong and how to mend it.
    #[must_use]
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            status,
            detail: detail.into(),
            fields: Vec::new(),
            headers: Vec::new(),
            cause: None,
            page: None,
        }
    }

    /// 400: what was sent cannot be right.
    #[must_use]
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    /// 401: nobody is logged in.
    #[must_use]
    pub fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "Please log in first.")
    }

    /// 403: logged in or not, this is not for you.
    #[must_use]
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, detail)
    }

    /// 404: there is no such thing.
    #[must_use]
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    /// 409: it does not go with what is there now.
    #[must_use]
    pub fn conflict(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, detail)
    }

    /// 500: a defect of ours. The reason belongs in the log, never in the answer.
    #[must_use]
    pub fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "Something went wrong on our side. It has been written to the log.",
        )
    }

    /// 502: a server that this one asked did not answer as it should.
    #[must_use]
    pub fn bad_gateway(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_GATEWAY, detail)
    }

    /// 503: try again in a moment.
    #[must_use]
    pub fn unavailable() -> Self {
        let mut problem = Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "The database cannot be used right now. Nothing was changed; please try again in a moment.",
        );
        problem.headers.push((header::RETRY_AFTER, HeaderValue::from_static("5")));
        problem
    }

    /// 503: somebody has to mend the set-up first. The name of what is missing is no secret, and whoever sets the site
    /// up needs it.
    fn not_set_up(error: &dyn std::fmt::Display) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, format!("This site is not set up: {error}."))
            .caused_by(error)
    }

    /// 303 to another page of this site, for a browser that has to log in first.
    #[must_use]
    pub fn see_other(location: HeaderValue) -> Self {
        let mut problem = Self::new(StatusCode::SEE_OTHER, "");
        problem.headers.push((header::LOCATION, location));
        problem
    }

    /// Adds what is wrong with single fields.
    #[must_use]
    pub fn with_fields(mut self, fields: Vec<FieldProblem>) -> Self {
        self.fields = fields;
        self
    }

    /// Adds what goes to the log, once and with the request's id, and never into the answer.
    #[must_use]
    pub fn caused_by(mut self, cause: impl std::fmt::Display) -> Self {
        self.cause = Some(cause.to_string());
        self
    }

    /// Gives the page another heading than the status's own words, which are for programs.
    #[must_use]
    pub fn headed(mut self, heading: &'static str) -> Self {
        self.page.get_or_insert_default().heading = Some(heading);
        self
    }

    /// Gives the page a link to `address`, with what to do there in `words`.
    #[must_use]
    pub fn with_way_out(mut self, address: impl Into<String>, words: &'static str) -> Self {
        self.page.get_or_insert_default().way_out = Some((address.into(), words));
        self
    }

    /// Adds a header to the answer.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The page's heading.
    #[must_use]
    pub fn heading(&self) -> &'static str {
        self.page.as_ref().and_then(|page| page.heading).unwrap_or_else(|| self.title())
    }

    /// The page's link: where to, and the words.
    #[must_use]
    pub fn way_out(&self) -> Option<(&str, &'static str)> {
        let (address, words) = self.page.as_ref()?.way_out.as_ref()?;
        Some((address, words))
    }

    /// What belongs into the log.
    #[must_use]
    pub fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }

    /// The status of the answer.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The plain words.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// The status in words, e.g. `Not Found`.
    #[must_use]
    pub fn title(&self) -> &'static str {
        self.status.canonical_reason().unwrap_or("Error")
    }

    /// The body of `application/problem+json`.
    pub(super) fn to_json(&self, request_id: &str) -> Vec<u8> {
        #[derive(Serialize)]
        struct Document<'a> {
            r#type: &'static str,
            title: &'static str,
            status: u16,
            detail: &'a str,
            request_id: &'a str,
            #[serde(skip_serializing_if = "<[_]>::is_empty")]
            errors: &'a [FieldProblem],
        }
        serde_json::to_vec(&Document {
            r#type: "about:blank",
            title: self.title(),
            status: self.status.as_u16(),
            detail: &self.detail,
            request_id,
            errors: &self.fields,
        })
        .unwrap_or_default()
    }
}

/// The answer is only a status and the problem itself, as an extension; [`finish`](super::finish) writes
/// the body, because only it knows the request id and what the client accepts.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        for (name, value) in &self.headers {
            response.headers_mut().append(name, value.clone());
        }
        if self.status.is_client_error() || self.status.is_server_error() {
            response.extensions_mut().insert(self);
        }
        response
    }
}

impl From<DatabaseError> for Problem {
    fn from(error: DatabaseError) -> Self {
        match error {
            DatabaseError::NotSetUp(_) => Self::not_set_up(&error),
            DatabaseError::Unavailable(_) => Self::unavailable().caused_by(error),
            DatabaseError::Inconsistent(_) | DatabaseError::Refused { .. } => {
                Self::internal().caused_by(error)
            }
        }
    }
}

impl From<KeyValueError> for Problem {
    fn from(error: KeyValueError) -> Self {
        match error {
            KeyValueError::NotSetUp(_) => Self::not_set_up(&error),
            KeyValueError::Failed(_) => Self::unavailable().caused_by(error),
        }
    }
}

impl From<RandomError> for Problem {
    fn from(error: RandomError) -> Self {
        Self::internal().caused_by(error)
    }
}

impl From<ConfigError> for Problem {
    fn from(error: ConfigError) -> Self {
        Self::not_set_up(&error)
    }
}
