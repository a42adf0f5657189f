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
    assert_eq!(health, json!({"status": "ok", "configuration": "ok", "database": "ok", "key_value": "ok"}));
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
async fn what_a_page_loads_is_kept_for_ever_under_a_name_that_changes_with_it() {
    let client = Client::new(shared_host().await.base());
    let page = client.get_page("/").await.expect(200);
    assert_eq!(page.header("cache-control"), Some("no-cache"), "the page itself is asked for again");
    let text = page.text();
    let address = text.split('"').find(|word| word.ends_with("/style.css")).unwrap();
    let asset = client.get(address).await.expect(200);
    assert_eq!(asset.header("cache-control"), Some("public, max-age=31536000, immutable"));
    let (start, _) = address.rsplit_once('/').unwrap();
    let version = start.strip_prefix("/static/").unwrap();

    // Without a version, or with that of another release, it is the same file, but not to be kept.
    let other: String = version.chars().map(|digit| if digit == '0' { '1' } else { '0' }).collect();
    for address in ["/static/style.css".to_owned(), format!("/static/{other}/style.css")] {
        let answer = client.get(&address).await.expect(200);
        assert_eq!(answer.header("cache-control"), Some("no-cache"), "{address}");
        assert_eq!(answer.body, asset.body);
    }
}

#[tokio::test]
async fn files_are_sent_compressed_to_those_who_take_it() {
    let client = Client::new(shared_host().await.base());
    let plain = client.get("/static/style.css").await.expect(200);
    assert_eq!(plain.header("content-encoding"), None);
    let ask = |encodings: &str| {
        client.request(Method::GET, "/static/style.css").header("Accept-Encoding", encodings)
    };
    let small = send(ask("br, gzip")).await.expect(200);
    assert_eq!(small.header("content-encoding"), Some("gzip"));
    assert!(small.body.len() * 2 < plain.body.len(), "{} of {}", small.body.len(), plain.body.len());
    for answer in [&plain, &small] {
        assert_eq!(answer.header("vary"), Some("accept-encoding"));
    }
    assert_eq!(send(ask("br, gzip;q=0")).await.expect(200).body, plain.body);
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
