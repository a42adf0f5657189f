//! Two bare servers, to know what this machine can do at all.
//!
//! Both use what the product uses (tokio's runtime with a thread for each processor, hyper's HTTP/1.1, axum's
//! router, no Nagle's delay) and nothing else of it: no timeouts, no middleware, no graceful end.

mod insert;
mod writer;

use std::{
    io::{Read as _, Write as _},
    path::Path,
    thread,
};

use anyhow::{Context as _, Result};
use axum::{Router, routing::get};
use hyper::server::conn::http1;
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use tokio::net::TcpListener;

pub(crate) use self::writer::{INSERT, open};

/// The path on which [`serve_hello`] answers.
pub(crate) const HELLO: &str = "/hello";
/// The path on which [`serve_insert`] takes events.
pub(crate) const INSERT_TARGET: &str = "/webhook/channel/demo";

/// Server (a): answers hello.
pub(crate) fn serve_hello() -> Result<()> {
    serve(&Router::new().route(HELLO, get(|| async { "hello" })))
}

/// Server (b): checks an event's signature, parses it, and answers once it is stored durably at `database`.
pub(crate) fn serve_insert(database: &Path, secret: &str) -> Result<()> {
    serve(&insert::router(database, secret)?)
}

/// Serves on a free port of the loopback, says on standard output which, and ends with standard input.
fn serve(router: &Router) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("no runtime")?;
    runtime.block_on(async {
        let listener =
            TcpListener::bind("127.0.0.1:0").await.context("nothing can listen on the loopback")?;
        let mut output = std::io::stdout();
        writeln!(output, "{}", listener.local_addr()?).and_then(|()| output.flush())?;
        thread::spawn(|| {
            // Whoever started this server holds the other end.
            std::io::stdin().read_to_end(&mut Vec::new()).ok();
            std::process::exit(0);
        });
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let service = TowerToHyperService::new(router.clone());
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
        }
    })
}
