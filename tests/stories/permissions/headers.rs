//! What every answer has to have, looked at on every endpoint of the document. That it holds for each answer that any
//! story gets is checked where they are sent (`chatstream_tests::http`).

use chatstream_tests::{
    channel::TestChannel,
    host::Host,
    http::{Client, send},
    people::Person,
    raw::exchange,
    wiki::Wiki,
};
use reqwest::Method;

use super::{Stage, endpoints, host};

#[tokio::test]
async fn every_endpoint_s_answers_protect_whoever_gets_them() {
    let host = host().await;
    let other = TestChannel::open_on(&host, serde_json::json!({})).await;
    let stage = Stage::set(&host, &other, 0).await;
    let nobody = stage.channel.nobody();
    let mut personal = 0;
    for endpoint in endpoints(&host).await {
        let path = stage.address(&endpoint.path);
        for person in [None, Some(&*stage.admin), Some(&stage.superadmin)] {
            let client = person.map_or(&nobody, Person::client);
            for accept in ["application/json", "text/html,*/*;q=0.8"] {
                // Without a token no call changes anything.
                let request = client.plain(endpoint.method.clone(), &path).header("Accept", accept);
                let answer = send(request).await;
                let caching = answer.header("cache-control").unwrap_or_default();
                let is_page = answer.header("content-type").is_some_and(|it| it.starts_with("text/html"));
                // A page is the same for all who may see it; what is theirs it asks the API for.
                if endpoint.needs_session() && !(is_page && answer.status.is_success()) {
                    assert_eq!(caching, "no-store", "{} {answer}", endpoint.method);
                    personal += 1;
                }
                assert!(answer.header("strict-transport-security").is_none(), "this is no TLS: {answer}");
            }
        }
    }
    assert!(personal > 100, "{personal}");
    let me = stage.superadmin.get("/api/me").await;
    assert_eq!(me.header("cache-control"), Some("no-store"));
    host.check_health();
}

#[tokio::test]
async fn what_a_browser_has_kept_keeps_its_policy() {
    let wiki = Wiki::start().await;
    let host = Host::start(wiki.options()).await;
    let client = Client::new(host.base());
    let first = client.get_page("/").await.expect(200);
    let policy = first.header("content-security-policy").unwrap();
    assert!(policy.contains("script-src 'self'"), "{policy}");
    let etag = first.header("etag").expect("outside development a page can be kept");
    let again = send(client.request(Method::GET, "/").header("If-None-Match", etag)).await.expect(304);
    // A policy that came with the 304 would take the place of the page's own.
    assert!(again.header("content-security-policy").is_none_or(|it| it == policy), "{again}");
    let file = client.get("/static/style.css").await.expect(200);
    let request = client.request(Method::GET, "/static/style.css");
    let again = send(request.header("If-None-Match", file.header("etag").unwrap())).await.expect(304);
    assert_eq!(again.header("content-security-policy"), None);
}

/// To `HEAD`, and where nothing is new, there is no body. A length is that of the body that `GET` gets, or there is none
/// (RFC 9110, 8.6).
#[tokio::test]
async fn no_answer_says_another_length_than_its_page_has() {
    let channel = TestChannel::open().await;
    channel.moderator.approve(channel.anybody_says("hello").await.id).await;
    let cookie = channel.moderator_cookie().await;
    let base = channel.base();
    let ask = async |method: &str, path: &str, more: &str| {
        let head = format!("{method} {path} HTTP/1.1\r\nhost: x\r\ncookie: {cookie}\r\n{more}\r\n");
        exchange(base, head.as_bytes()).await.expect("an answer")
    };
    for path in [
        "/static/style.css".to_owned(),
        "/favicon.ico".to_owned(),
        format!("/rss/{}", channel.id),
        "/nothing".to_owned(),
        channel.moderator.api("log.csv"),
        channel.moderator.api("queue/events"),
    ] {
        let whole = ask("GET", &path, "").await;
        let length = whole.header("content-length");
        let head = ask("HEAD", &path, "").await;
        assert_eq!((head.status, &head.body[..]), (whole.status, &b""[..]), "{path}");
        let said = head.header("content-length");
        assert!(said.is_none() || said == length, "{path}: {said:?} instead of {length:?}");
        if let Some(etag) = whole.header("etag") {
            let again = ask("GET", &path, &format!("if-none-match: {etag}\r\n")).await;
            assert_eq!((again.status, again.header("content-length")), (304, None), "{path}");
        }
    }
}
