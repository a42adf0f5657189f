//! From Spin's request to the router and back.

use std::{
    convert::Infallible,
    sync::{Mutex, OnceLock, PoisonError},
};

use axum::{Router, body::Body};
use http::{HeaderValue, Method, Response, StatusCode, header};
use http_body::Body as _;
use spin_sdk::{
    http::{FromRequest as _, Request},
    wasip3::http::types,
    wasip3::http_compat::http_into_wasi_response,
};
use tower::ServiceExt as _;

use super::{SpinConfig, SpinHost, local::local_url, logging};
use crate::{
    Platform as _,
    http::{Problem, finish},
    schema::Schema,
};

/// How many addresses of this machine are told apart.
const MOST_ROUTERS: usize = 4;

/// A component's routers. Instances are used again: what is built for the first request serves the others.
#[derive(Debug)]
pub struct Routers<S> {
    host: OnceLock<SpinHost<S>>,
    /// By the address that clients on this machine use, where development may be on; `None` for all other clients.
    routers: Mutex<Vec<(Option<String>, Router)>>,
}

impl<S> Default for Routers<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> Routers<S> {
    /// None yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { host: OnceLock::new(), routers: Mutex::new(Vec::new()) }
    }
}

impl<S: Schema> Routers<S> {
    /// Answers `request`, by the routes that `router` makes.
    pub async fn answer(
        &self,
        request: types::Request,
        router: fn(SpinHost<S>) -> Router,
    ) -> Result<types::Response, types::ErrorCode> {
        logging::start().await;
        let response = if let Ok(request) = Request::from_request(request) {
            let method = request.method().clone();
            with_length(self.route(request, router).await, &method)
        } else {
            // An error would reach the client without a word.
            let answer = refused(self.host.get_or_init(SpinHost::default).config().clone()).await;
            with_length(answer, &Method::GET)
        };
        http_into_wasi_response(response)
    }

    async fn route(&self, request: Request, router: fn(SpinHost<S>) -> Router) -> Response<Body> {
        let answered =
            self.router(local_url(request.headers()), router).oneshot(request.map(Body::new)).await;
        answered.unwrap_or_else(|never: Infallible| match never {})
    }

    fn router(&self, local_url: Option<String>, router: fn(SpinHost<S>) -> Router) -> Router {
        let mut routers = self.routers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = routers.iter().find(|(url, _)| *url == local_url) {
            return known.clone();
        }
        let host = self.host.get_or_init(SpinHost::default);
        let host = host.at(local_url.clone());
        let config = host.config().clone();
        let made = finish(router(host), config);
        // A machine has two or three names for itself. More are somebody's game.
        if routers.len() >= MOST_ROUTERS {
            routers.clear();
        }
        routers.push((local_url, made.clone()));
        made
    }
}

/// The answer to what is no request by the rules of HTTP.
async fn refused(config: SpinConfig) -> Response<Body> {
    let problem =
        || async { Problem::bad_request("The request's method, address or headers are not right.") };
    let answered =
        finish(Router::new().fallback(problem), config).oneshot(http::Request::new(Body::empty())).await;
    answered.unwrap_or_else(|never: Infallible| match never {})
}

/// Says how long the answer to a request by `method` is, where that is known: the runtime sees only a stream.
///
/// What has no body says at most how long that of the answer to GET would be: axum has said so to HEAD where it knows it.
/// In a 304 it says 0, which is the length of nothing.
fn with_length(mut response: Response<Body>, method: &Method) -> Response<Body> {
    if matches!(response.status(), StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED) {
        response.headers_mut().remove(header::CONTENT_LENGTH);
    } else if let Some(length) = response.body().size_hint().exact().filter(|_| *method != Method::HEAD) {
        response.headers_mut().entry(header::CONTENT_LENGTH).or_insert(HeaderValue::from(length));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn length(status: StatusCode, said: Option<u64>, body: Body, method: &Method) -> Option<String> {
        let mut response = Response::new(body);
        *response.status_mut() = status;
        if let Some(said) = said {
            response.headers_mut().insert(header::CONTENT_LENGTH, said.into());
        }
        let response = with_length(response, method);
        response.headers().get(header::CONTENT_LENGTH).map(|value| value.to_str().unwrap().to_owned())
    }

    #[test]
    fn a_length_is_that_of_the_body_that_get_gets() {
        let of = |body, method| length(StatusCode::OK, None, body, method);
        assert_eq!(of(Body::from("four"), &Method::GET).as_deref(), Some("4"));
        assert_eq!(of(Body::empty(), &Method::POST).as_deref(), Some("0"));
        let stream = Body::from_stream(futures_util::stream::empty::<Result<bytes::Bytes, Infallible>>());
        assert_eq!(of(stream, &Method::GET), None);
        assert_eq!(of(Body::empty(), &Method::HEAD), None, "who knows");
        let known = length(StatusCode::OK, Some(4), Body::empty(), &Method::HEAD);
        assert_eq!(known.as_deref(), Some("4"));
        for status in [StatusCode::NO_CONTENT, StatusCode::NOT_MODIFIED] {
            for method in [Method::GET, Method::HEAD] {
                assert_eq!(length(status, Some(0), Body::empty(), &method), None, "{status}");
                assert_eq!(length(status, None, Body::empty(), &method), None, "{status}");
            }
        }
    }
}
