//! Hosts with other settings than the usual ones. Each story has a host of its own.

use chatstream_tests::{
    channel::TestChannel,
    eventyay::{Event, Viewer},
    host::{Host, Options, chosen_kind},
    http::{Answer, Client, send},
    people::Person,
    wiki::{Account, Choice, Wiki},
};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn superadmins_are_named_by_id_or_by_name() {
    let host = Host::start(Options::default().with("SUPERADMINS", "42, Jane_Doe ,")).await;
    for (name, central_id, expected) in [
        ("Anybody", 42, true),
        ("Jane Doe", 7, true),
        ("jane doe", 8, false),
        ("Jane", 9, false),
        ("42", 10, false),
        ("Developer", 1, false),
    ] {
        let person = Person::login(host.base(), name, central_id).await;
        assert_eq!(person.me().await["superadmin"], expected, "{name}, {central_id}");
        let status = person.get("/admin/channels").await.status.as_u16();
        assert_eq!(status, if expected { 200 } else { 403 }, "{name}, {central_id}");
    }
    host.check_health();
}

#[tokio::test]
async fn outside_development_nobody_logs_in_by_a_name() {
    let options = Options::default()
        .with("OAUTH_CLIENT_ID", "an id")
        .with("OAUTH_CLIENT_SECRET", "a client secret")
        .with("OAUTH_REDIRECT_URI", "https://tool.example/oauth-callback")
        .with("SECRET_KEY", "a key");
    let host = Host::start(options).await;
    let client = Client::new(host.base());
    client.get("/dev-login?username=Developer&central_id=1&next=/").await.problem(404);
    let inject = client.request(Method::POST, "/dev/inject/demo").json(&json!({"message": "hello"}));
    send(inject).await.problem(404);
    client.get("/rss/demo").await.problem(404);
    assert_eq!(client.get("/api/me").await.ok(), json!({"authenticated": false, "dev_mode": false}));
    client.get("/healthz").await.ok();
    host.check_health();
}

#[tokio::test]
async fn links_begin_with_the_public_address_and_cookies_are_for_it_alone() {
    let wiki = Wiki::start_for("https://tool.example").await;
    let options = wiki.options().with("PUBLIC_URL", "https://tool.example/").with("SUPERADMINS", "Jane Doe");
    let host = Host::start(options).await;
    let client = Client::new(host.base());
    // A client on plain HTTP keeps no cookie that is for TLS: here they are sent by hand.
    let with_cookie =
        |method: Method, path: &str, cookie: &str| client.request(method, path).header("Cookie", cookie);
    let first_cookie = |answer: &Answer| {
        let cookie = answer.header("set-cookie").unwrap().to_owned();
        assert!(cookie.starts_with("__Host-") && cookie.contains("; Secure"), "{cookie}");
        cookie.split(';').next().unwrap().to_owned()
    };
    let away = client.get_page("/login").await.expect(303);
    let jane = Account::new(1, "Jane Doe");
    let back = wiki.visit(away.header("location").unwrap(), &jane, Choice::Allow).await;
    let entered = send(with_cookie(Method::GET, &back, &first_cookie(&away))).await.expect(303);
    let cookie = first_cookie(&entered);

    let me = send(with_cookie(Method::GET, "/api/me", &cookie)).await.ok();
    let create = with_cookie(Method::POST, "/admin/channels/create", &cookie)
        .header("X-CSRF-Token", me["csrf_token"].as_str().unwrap())
        .json(&json!({"id": "main", "name": "Main"}));
    let created: serde_json::Value = send(create).await.expect(201).json();
    assert_eq!(created["webhook_url"], "https://tool.example/webhook/channel/main");
    let feed = client.get("/rss/main").await.expect(200);
    assert!(feed.text().contains("<link>https://tool.example/"), "{feed}");
    for path in ["/", "/healthz", "/rss/main", "/nothing"] {
        let answer = client.get(path).await;
        assert_eq!(answer.header("strict-transport-security"), Some("max-age=31536000"), "{answer}");
    }
}

#[tokio::test]
async fn development_is_never_where_the_site_has_a_public_address() {
    for (name, value) in [
        ("PUBLIC_URL", "https://tool.example"),
        ("PUBLIC_URL", "http://127.0.0.1:3000"),
        ("OAUTH_REDIRECT_URI", "https://tool.example/oauth-callback"),
    ] {
        let options = Options::default().with("DEV_MODE", "on").with(name, value);
        if !chosen_kind().features().manifest {
            // It stops the start, with a line that names it.
            Host::start_refused(options, "DEV_MODE ").await;
            continue;
        }
        let host = Host::start(options).await;
        let client = Client::new(host.base());
        let answer = client.get("/dev-login?username=Developer&central_id=1").await;
        assert!(answer.problem(503).contains("DEV_MODE "));
        let inject = client.request(Method::POST, "/dev/inject/demo").json(&json!({"message": "hello"}));
        send(inject).await.problem(503);
    }
}

#[tokio::test]
async fn the_log_holds_no_secret_and_nobody_s_words() {
    let host = Host::start(Options::default().with("RUST_LOG", "trace")).await;
    let channel = TestChannel::open_on(&host, json!({"is_public": false})).await;
    let viewer = Viewer::guest("Quetzalcoatl");
    let message = channel.queued(&viewer, "xylophone concerto").await;
    channel.moderator.approve(message.id).await;
    channel.moderator.ban(&message).await;
    channel.moderator.block_similar(message.id).await;
    channel.eventyay.say(&viewer, "xylophone concerto").await;
    let token = channel.created["display_token"].as_str().unwrap();
    channel.feeds().with_token(token).get("", &[]).await.expect(200);
    channel.feeds().with_token("a wrong token").get("", &[]).await.problem(403);
    // What is refused is not repeated either.
    let event = Event::text(&viewer, "xylophone concerto").with("meta", "xylophone concerto");
    channel.eventyay.post(&event).await.problem(400);
    channel.eventyay.post_body("{\"message\": \"xylophone concerto\"").await.problem(400);
    let cookie = channel.moderator_cookie().await;
    let session = cookie.split_once('=').unwrap().1;
    host.check_health();
    let secrets = [
        ("the webhook secret", channel.eventyay.secret()),
        ("the display token", token),
        ("a session", session),
        ("a CSRF token", channel.moderator.csrf_token()),
        ("a sender's name", "Quetzalcoatl"),
        ("a message", "xylophone"),
    ];
    for (what, secret) in secrets {
        let lines: Vec<_> = host.log().lines().into_iter().filter(|line| line.contains(secret)).collect();
        assert!(lines.is_empty(), "{what} is in the log: {lines:?}");
    }
}
