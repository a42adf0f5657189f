//! A moderator's browser, as far as measurements need one.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::{
    clock,
    http::{Connection, request},
    process::Server,
    seed::MODERATOR,
};

/// A moderator who is logged in, on a connection of their own.
#[derive(Debug)]
pub(crate) struct Client {
    runtime: tokio::runtime::Runtime,
    connection: Connection,
    /// Header lines that show who asks, and that the request is theirs.
    pub(crate) headers: String,
}

impl Client {
    /// Logs in by the development login.
    pub(crate) fn log_in(server: &Server) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let connection = runtime.block_on(Connection::open(server.address))?;
        let mut client = Self { runtime, connection, headers: String::new() };
        let (id, name) = MODERATOR;
        let status = client.send("GET", &format!("/dev-login?username={name}&central_id={id}&next=/"))?.0;
        let cookie = client.connection.header("set-cookie").and_then(|cookie| cookie.split(';').next());
        let cookie = cookie.with_context(|| format!("the login was answered {status} without a cookie"))?;
        client.headers = format!("cookie: {cookie}\r\n");
        let me = client.get_json("/api/me")?;
        let token = me["csrf_token"].as_str().with_context(|| format!("the login did not hold: {me}"))?;
        client.headers = format!("{}x-csrf-token: {token}\r\n", client.headers);
        Ok(client)
    }

    /// Sends a request; the status and the time from sending it to the end of the answer.
    pub(crate) fn send(&mut self, method: &str, target: &str) -> Result<(u16, Duration)> {
        self.exchange(&request(method, target, &self.headers))
    }

    /// Posts JSON.
    pub(crate) fn post_json(&mut self, target: &str, body: &str) -> Result<(u16, Duration)> {
        let length = body.len();
        let request = format!(
            "POST {target} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n\
             content-length: {length}\r\n{}\r\n{body}",
            self.headers
        );
        self.exchange(request.as_bytes())
    }

    /// Sends a whole request.
    pub(super) fn exchange(&mut self, request: &[u8]) -> Result<(u16, Duration)> {
        let started = clock::now();
        let status = self.runtime.block_on(self.connection.exchange(request))?;
        Ok((status, started.elapsed()))
    }

    /// Gets JSON; anything but 200 is an error.
    pub(crate) fn get_json(&mut self, target: &str) -> Result<Value> {
        let (status, _) = self.send("GET", target)?;
        if status != 200 {
            bail!("{target} was answered {status}: {}", self.text());
        }
        self.json()
    }

    /// The body of the last answer as JSON.
    pub(crate) fn json(&self) -> Result<Value> {
        serde_json::from_slice(self.connection.body()).context("an answer is no JSON")
    }

    /// The body of the last answer as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(self.connection.body()).into_owned()
    }

    /// A header of the last answer.
    pub(crate) fn header(&self, name: &str) -> Result<String> {
        self.connection.header(name).map(str::to_owned).with_context(|| format!("an answer without {name}"))
    }

    /// A request of this moderator, for a load generator to repeat.
    pub(crate) fn request(&self, target: &str) -> Vec<u8> {
        request("GET", target, &self.headers)
    }
}
