//! What every answer gets, whichever component made it.

use axum::{
    Router,
    body::Body,
    extract::{MatchedPath, Request, State},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use http::{HeaderValue, Method, StatusCode, header};
use tracing::Instrument as _;

use super::{Problem, RequestId, development, page::problem_page, read_body, security, wants_html};
use crate::config::Config;

/// The longest reason taken over from a framework's own error answer, in bytes.
const MAX_REASON: usize = 1024;

/// Adds to a host's whole router what holds for all: a request id, problem answers for everything that
/// fails (paths nobody serves and framework rejections too), the headers that protect browsers, and in development
/// the words that say so on every page.
pub fn finish<C: Config>(router: Router, config: C) -> Router {
    router
        .fallback(|| async { Problem::not_found("There is nothing at this address.") })
        .method_not_allowed_fallback(|| async {
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "This address does not take that method.")
        })
        .layer(middleware::from_fn_with_state(config, finish_answer::<C>))
}

async fn finish_answer<C: Config>(State(config): State<C>, mut request: Request, next: Next) -> Response {
    // Settings that cannot be right are named by whoever needs them.
    let settings = config.settings().await.ok();
    let in_development = settings.as_ref().is_some_and(|settings| settings.dev_mode);
    let id = RequestId::next();
    request.extensions_mut().insert(id);
    let html = wants_html(request.headers());
    if in_development && html {
        development::ask_for_all(&mut request);
    }
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("-", MatchedPath::as_str);
    // Where this is switched off, which it is unless somebody looks for a defect, a request costs nothing here.
    let span = tracing::debug_span!("request", %id, %method, route);
    let mut response = next.run(request).instrument(span).await;

    let status = response.status();
    if status.is_client_error() || status.is_server_error() {
        let problem = problem_of(&mut response).await;
        let cause = problem.as_ref().and_then(Problem::cause).unwrap_or("-");
        let code = status.as_u16();
        if status.is_server_error() {
            tracing::error!(request = %id, %method, route, status = code, cause, "failed");
        } else if matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
            tracing::info!(request = %id, %method, route, status = code, cause, "refused");
        } else {
            tracing::debug!(request = %id, %method, route, status = code, cause, "refused");
        }
        if let Some(problem) = problem {
            response = with_body(&response, &problem, id, html);
        }
    } else {
        tracing::debug!(request = %id, %method, route, status = status.as_u16(), "answered");
    }
    let is_page = development::is_page(response.headers());
    // To HEAD there is no page to write into.
    if in_development && is_page && method != Method::HEAD {
        response = development::with_banner(response).await;
    }
    let status = response.status();
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::try_from(id.to_string()) {
        headers.insert("x-request-id", value);
    }
    security::protect(status, is_page, headers, settings.as_deref());
    response
}

/// What an answer that failed says; `None` if its body is a document of its own, as that of `/healthz` is, or a form that
/// says beside each field what is wrong.
async fn problem_of(response: &mut Response) -> Option<Problem> {
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        return Some(problem);
    }
    let is_document = |value: &HeaderValue| {
        value.as_bytes().ends_with(b"json") || value.as_bytes().starts_with(b"text/html")
    };
    if response.headers().get(header::CONTENT_TYPE).is_some_and(is_document) {
        return None;
    }
    // A rejection of the framework: its words are fit to be shown.
    let status = response.status();
    let body = std::mem::replace(response.body_mut(), Body::empty());
    let reason = read_body(body, MAX_REASON).await.unwrap_or_default();
    Some(Problem::new(status, String::from_utf8_lossy(&reason).into_owned()))
}

/// The answer with the problem as its body, in the shape that the client asked for.
fn with_body(response: &Response, problem: &Problem, id: RequestId, html: bool) -> Response {
    let id = id.to_string();
    let (content_type, body) = if html {
        ("text/html; charset=utf-8", problem_page(problem, &id).into_bytes())
    } else {
        ("application/problem+json", problem.to_json(&id))
    };
    let mut finished = (problem.status(), body).into_response();
    for (name, value) in response.headers() {
        if name != header::CONTENT_TYPE && name != header::CONTENT_LENGTH {
            finished.headers_mut().append(name, value.clone());
        }
    }
    let headers = finished.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // What the answer in its place was allowed is not for this one.
    headers.remove(header::CONTENT_SECURITY_POLICY);
    finished
}
