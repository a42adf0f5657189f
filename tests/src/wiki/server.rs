//! Serving the mock over HTTP.

use std::{convert::Infallible, future::pending, io, sync::Arc};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use reqwest::header::CONTENT_TYPE;
use tokio::{net::TcpListener, task::JoinHandle};

use super::{Endpoint, Request, Shared, Trouble, oauth};

/// An answer.
pub(super) type Response = hyper::Response<Full<Bytes>>;

/// Listens on a free port.
pub(super) async fn start(shared: Arc<Shared>) -> (String, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port for the wiki");
    let address = listener.local_addr().expect("the wiki's address");
    let serving = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let shared = Arc::clone(&shared);
            tokio::spawn(async move {
                let service = service_fn(move |request| answer(Arc::clone(&shared), request));
                // A client that hangs up is none of the wiki's business.
                drop(http1::Builder::new().serve_connection(TokioIo::new(stream), service).await);
            });
        }
    });
    (format!("http://{address}"), serving)
}

async fn answer(shared: Arc<Shared>, request: hyper::Request<Incoming>) -> io::Result<Response> {
    let (head, body) = request.into_parts();
    let request = Request {
        method: head.method,
        path: head.uri.path().to_owned(),
        query: serde_urlencoded::from_str(head.uri.query().unwrap_or_default()).unwrap_or_default(),
        headers: head.headers,
        body: body.collect().await.map_err(io::Error::other)?.to_bytes(),
    };
    shared.state().requests.push(request.clone());
    let endpoint = match request.path.as_str() {
        "/w/rest.php/oauth2/authorize" => Endpoint::Authorize,
        "/w/rest.php/oauth2/access_token" => Endpoint::AccessToken,
        "/w/rest.php/oauth2/resource/profile" => Endpoint::Profile,
        _ => return Ok(page(404, "There is no such page.")),
    };
    let trouble = shared.state().troubles.get(&endpoint).cloned();
    match trouble {
        None => {}
        Some(Trouble::Status(status)) => return Ok(page(status, "Our servers are under maintenance.")),
        Some(Trouble::Late(time)) => tokio::time::sleep(time).await,
        Some(Trouble::Silent) => match pending::<Infallible>().await {},
        Some(Trouble::HangsUp) => return Err(io::Error::other("the wiki hangs up")),
        Some(Trouble::Says(text)) => return Ok(with_type(200, "application/json", text)),
    }
    Ok(match endpoint {
        Endpoint::Authorize => oauth::authorize(&shared, &request),
        Endpoint::AccessToken => oauth::access_token(&shared, &request),
        Endpoint::Profile => oauth::profile(&shared, &request),
    })
}

/// A page for people.
pub(super) fn page(status: u16, words: &str) -> Response {
    with_type(status, "text/html; charset=utf-8", format!("<!DOCTYPE html><p>{words}</p>"))
}

/// An answer for programs.
pub(super) fn json(status: u16, value: &serde_json::Value) -> Response {
    with_type(status, "application/json", value.to_string())
}

/// To another address.
pub(super) fn redirect(status: u16, address: &str) -> Response {
    let answer = hyper::Response::builder().status(status).header("location", address);
    answer.body(Full::default()).expect("an address")
}

fn with_type(status: u16, media_type: &str, text: String) -> Response {
    let answer = hyper::Response::builder().status(status).header(CONTENT_TYPE, media_type);
    answer.body(Full::from(text)).expect("a status")
}
