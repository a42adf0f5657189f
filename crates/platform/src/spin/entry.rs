//! From Spin's request to the router and back.

use std::{
    convert::Infallible,
    sync::{Mutex, OnceLock, PoisonError},
};

use axum::{Router, body::Body};
use http::{HeaderValue, Response, StatusCode, header};
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
        let response = match Request::from_request(request) {
            Ok(request) => self.route(request, router).await,
            // An error would reach the client without a word.
            Err(_) => refused(self.host.get_or_init(SpinHost::default).config().clone()).await,
        };
        http_into_wasi_response(with_length(response))
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

/// Says how long the answer is, where that is known: the runtime sees only a stream.
fn with_length(mut response: Response<Body>) -> Response<Body> {
    let has_body = !matches!(response.status(), StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
    if let Some(length) = response.body().size_hint().exact().filter(|_| has_body) {
        response.headers_mut().entry(header::CONTENT_LENGTH).or_insert(HeaderValue::from(length));
    }
    response
}
