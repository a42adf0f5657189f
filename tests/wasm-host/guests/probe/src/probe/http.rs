//! Bodies, streams, and requests to others.

use std::{fmt::Write as _, time::Duration};

use bytes::Bytes;
use futures_util::stream;
use http::Response;
use http_body_util::{BodyExt as _, StreamBody};
use spin_sdk::http::{Request, body::IncomingBodyExt as _};

use super::{Body, text};

/// All headers, in their order.
pub(super) fn headers(request: &Request) -> Response<Body> {
    let mut lines = format!("{} {}\n", request.method(), request.uri());
    for (name, value) in request.headers() {
        writeln!(lines, "{name}: {}", String::from_utf8_lossy(value.as_bytes())).unwrap_or_default();
    }
    text(lines)
}

/// What came, piece by piece.
pub(super) fn echo(request: Request) -> Response<Body> {
    Response::new(request.into_body().map_err(std::io::Error::other).boxed_unsync())
}

/// How many bytes came.
pub(super) async fn count(request: Request) -> Response<Body> {
    match request.into_body().bytes().await {
        Ok(bytes) => text(bytes.len().to_string()),
        Err(error) => text(error.to_string()),
    }
}

/// A stream without an end, a piece each 20 ms. It says in the log when somebody has stopped it.
pub(super) fn ticks() -> Response<Body> {
    struct Watched;
    impl Drop for Watched {
        fn drop(&mut self) {
            println!("the ticks have stopped");
        }
    }
    let ticks = stream::unfold((0_u64, Watched), |(number, watched)| async move {
        if number > 0 {
            spin_sdk::time::sleep(Duration::from_millis(20)).await;
        }
        let frame = http_body::Frame::data(Bytes::from(format!("tick {number}\n")));
        Some((Ok(frame), (number + 1, watched)))
    });
    Response::new(StreamBody::new(ticks).boxed_unsync())
}

/// An answer after some milliseconds.
pub(super) async fn sleep(milliseconds: &str) -> Response<Body> {
    spin_sdk::time::sleep(Duration::from_millis(milliseconds.parse().unwrap_or_default())).await;
    text("awake")
}

/// What another server answers.
pub(super) async fn fetch(url: &str) -> Response<Body> {
    match spin_sdk::http::get(url).await {
        Ok(answer) => {
            let status = answer.status().as_u16();
            match answer.into_body().bytes().await {
                Ok(body) => text(format!("{status} {}", String::from_utf8_lossy(&body))),
                Err(error) => text(format!("{error:?}")),
            }
        }
        Err(error) => text(format!("{error:?}")),
    }
}
