//! Logging in with a Wikimedia account. Each story has a wiki and a host of its own.

mod browser;
mod protocol;
mod refusals;
mod troubles;
mod way;

use chatstream_tests::{
    host::Host,
    http::{Answer, Client},
    wait::until,
    wiki::Wiki,
};
use serde_json::json;

/// A wiki, and a host that logs people in there.
async fn site() -> (Wiki, Host) {
    let wiki = Wiki::start().await;
    let host = Host::start(wiki.options().with("SUPERADMINS", "Jane Doe")).await;
    (wiki, host)
}

/// The words of a page with this status.
#[track_caller]
fn page(answer: Answer, status: u16) -> String {
    let answer = answer.expect(status);
    assert!(answer.header("content-type").unwrap().starts_with("text/html"), "{answer}");
    answer.text()
}

/// The address that the page's button leads to.
fn way_out(page: &str) -> Option<String> {
    let link = page.split("<a class=\"act primary\" href=\"").nth(1)?;
    Some(link.split('"').next()?.replace("&amp;", "&"))
}

/// Waits until the host's log has these words: they may be on their way still.
async fn expect_in_log(host: &Host, words: &str) {
    until(words, || async { host.log().mentions(words).then_some(()) }).await;
}

/// Nobody is logged in with `client`.
async fn check_nobody(client: &Client) {
    assert_eq!(client.get("/api/me").await.ok(), json!({"authenticated": false, "dev_mode": false}));
}
