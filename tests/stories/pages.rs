//! Pages, what they load, and what operators ask.

use chatstream_tests::{
    channel::{TestChannel, shared_host},
    http::{Client, send},
};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn all_is_well() {
    let client = Client::new(shared_host().await.base());
    let health = client.get("/healthz").await.ok();
    assert_eq!((&health["status"], &health["database"]), (&json!("ok"), &json!("ok")));
    let version = client.get("/version").await.ok();
    assert!(version["version"].as_str().is_some_and(|text| text.split('.').count() == 3), "{version}");
}

#[tokio::test]
async fn everything_a_page_loads_comes_from_here() {
    let channel = TestChannel::open().await;
    for path in ["/", "/login", &channel.moderator.page("queue"), &channel.moderator.page("log")] {
        let page = channel.moderator.client().get_page(path).await.expect(200);
        assert!(page.header("content-type").unwrap().starts_with("text/html; charset=utf-8"));
        let policy = page.header("content-security-policy").unwrap_or_default();
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{policy}"
        );
        assert!(!policy.contains("unsafe"), "{policy}");
        let text = page.text();
        let loaded =
            text.split(['"', '\'']).filter(|word| word.starts_with("/static/") || word.contains("//"));
        let mut count = 0;
        for address in loaded {
            assert!(address.starts_with("/static/"), "{path} loads {address}");
            channel.nobody().get(address).await.expect(200);
            count += 1;
        }
        assert!(count > 0, "{path} loads nothing");
    }
}

#[tokio::test]
async fn files_are_asked_for_again_only_when_they_changed() {
    let client = Client::new(shared_host().await.base());
    for (path, kind) in [("/static/style.css", "text/css; charset=utf-8"), ("/favicon.ico", "image/svg+xml")]
    {
        let answer = client.get(path).await.expect(200);
        assert_eq!(answer.header("content-type"), Some(kind));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        let etag = answer.header("etag").unwrap();
        let again = send(client.request(Method::GET, path).header("If-None-Match", etag)).await;
        assert_eq!((again.status.as_u16(), again.body.len()), (304, 0));
    }
}

#[tokio::test]
async fn nothing_but_the_pages_files_can_be_read() {
    let client = Client::new(shared_host().await.base());
    for path in [
        "/static/",
        "/static/nothing.css",
        "/static/%2e%2e/Cargo.toml",
        "/static/..%2fCargo.toml",
        "/static//etc/passwd",
        "/static/%2fetc%2fpasswd",
        "/static/style.css%00",
        "/static/style.css/x",
        "/static/queue.html",
        "/static/package.json",
        "/static/%FF",
    ] {
        let answer = client.get(path).await;
        assert!(answer.status == 404 || answer.status == 400, "{path}: {answer}");
    }
}
