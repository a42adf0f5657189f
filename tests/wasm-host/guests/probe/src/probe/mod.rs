//! The handler.

mod databases;
mod http;
mod stores;

use std::sync::atomic::{AtomicU32, Ordering};

use ::http::{Response, StatusCode};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, combinators::UnsyncBoxBody};
use spin_sdk::{
    http::{IntoResponse, Request},
    http_service, variables,
};

type Body = UnsyncBoxBody<Bytes, std::io::Error>;

/// How many requests this instance was asked.
static ASKED: AtomicU32 = AtomicU32::new(0);

#[http_service]
async fn handle(request: Request) -> impl IntoResponse {
    let asked = ASKED.fetch_add(1, Ordering::Relaxed) + 1;
    let path = request.uri().path();
    // The component that is granted nothing answers below a path of its own.
    let path = path.strip_prefix("/poor").unwrap_or(path).to_owned();
    let argument = request.uri().query().unwrap_or_default().to_owned();
    match path.as_str() {
        "/hello" => text("hello"),
        "/asked" => text(asked.to_string()),
        "/print" => {
            println!("one\ntwo");
            eprint!("three");
            text("printed")
        }
        "/panic" => fail(),
        "/error" => {
            let mut answer = text("an error of the product's own");
            *answer.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
            answer
        }
        "/variable" => text(match variables::get(&argument).await {
            Ok(value) => format!("value {value}"),
            Err(variables::Error::Undefined(_)) => "undefined".to_owned(),
            Err(variables::Error::InvalidName(_)) => "invalid name".to_owned(),
            Err(error) => error.to_string(),
        }),
        "/environment" => text(environment(&argument)),
        "/headers" => http::headers(&request),
        "/echo" => http::echo(request),
        "/count" => http::count(request).await,
        "/ticks" => http::ticks(),
        "/sleep" => http::sleep(&argument).await,
        "/fetch" => http::fetch(&argument).await,
        "/store" => stores::round(&argument).await,
        path => match path.strip_prefix("/sql/") {
            Some(question) => databases::answer(question, &argument).await,
            None => text("no such probe"),
        },
    }
}

fn text(text: impl Into<Bytes>) -> Response<Body> {
    Response::new(Full::new(text.into()).map_err(|never| match never {}).boxed_unsync())
}

#[expect(clippy::panic, reason = "what the host makes of it is the question")]
fn fail() -> Response<Body> {
    panic!("as it was asked to")
}

#[expect(clippy::disallowed_methods, reason = "whether the host passes one on is the question")]
fn environment(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|error| error.to_string())
}
