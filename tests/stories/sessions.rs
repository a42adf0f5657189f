//! Logging in and out, and who is who.

use std::collections::BTreeSet;

use chatstream_tests::{
    channel::{TestChannel, fresh_number, shared_host},
    http::{Client, percent_encode, send},
    people::Person,
};
use reqwest::Method;
use serde_json::{Value, json};

fn fields(object: &Value) -> BTreeSet<&str> {
    object.as_object().unwrap().keys().map(String::as_str).collect()
}

/// What somebody who is not logged in is told, in development.
fn nobody() -> Value {
    json!({"authenticated": false, "dev_mode": true})
}

#[tokio::test]
async fn nobody_is_nobody() {
    let client = Client::new(shared_host().await.base());
    let answer = client.get("/api/me").await;
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.ok(), nobody());
    for cookie in
        ["chatstream=x", &format!("chatstream={}", "a".repeat(64)), "chatstream=; chatstream", ";;;"]
    {
        let request = client.request(Method::GET, "/api/me").header("Cookie", cookie);
        assert_eq!(send(request).await.ok(), nobody(), "{cookie}");
    }
}

#[tokio::test]
async fn somebody_is_told_who_they_are_and_what_they_moderate() {
    let (one, other) = (TestChannel::open().await, TestChannel::open().await);
    let admin = one.admin().await;
    let member =
        json!({"wiki_username": admin.name(), "centralauth_id": admin.central_id(), "role": "moderator"});
    other.superadmin.post(&other.moderator.page("members/add"), &member).await.ok();
    other.archive().await;
    let me = admin.me().await;
    let expected =
        ["authenticated", "centralauth_id", "channels", "csrf_token", "dev_mode", "superadmin", "username"];
    assert_eq!(fields(&me), BTreeSet::from(expected));
    assert_eq!(me["username"], admin.name());
    assert_eq!(me["centralauth_id"], admin.central_id());
    assert_eq!(me["superadmin"], false);
    assert!(me["csrf_token"].as_str().is_some_and(|token| token.len() >= 32));
    let channel = |channel: &TestChannel, role: &str, archived: bool| json!({"id": channel.id, "name": channel.created["name"], "role": role, "archived": archived});
    let mut expected = [channel(&one, "admin", false), channel(&other, "moderator", true)];
    let mut channels = me["channels"].as_array().unwrap().clone();
    let id = |channel: &Value| channel["id"].as_str().unwrap().to_owned();
    channels.sort_by_key(id);
    expected.sort_by_key(id);
    assert_eq!(channels, expected);
}

#[tokio::test]
async fn a_superadmin_sees_every_channel() {
    let channel = TestChannel::open().await;
    let me = channel.superadmin.me().await;
    assert_eq!(me["superadmin"], true);
    let channels = me["channels"].as_array().unwrap();
    let ours = channels.iter().find(|it| it["id"] == channel.id.as_str()).expect("the new channel");
    assert_eq!(ours["role"], "superadmin");
}

#[tokio::test]
async fn after_logging_out_the_session_is_over() {
    let channel = TestChannel::open().await;
    let (moderator, path) = (&channel.moderator, channel.moderator.api("queue"));
    let bare = moderator.client().request(Method::POST, "/logout");
    send(bare).await.problem(403);
    moderator.get(&path).await.expect(200);

    // A copy of the cookie does not outlive the session.
    let copied = Person::login(channel.base(), moderator.name(), moderator.central_id()).await;
    let answer = copied.client().get(&dev_login(moderator.name(), moderator.central_id(), "/")).await;
    let cookie = answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let with_cookie = |path: &str| {
        let fresh = Client::new(channel.base());
        fresh.request(Method::GET, path).header("Cookie", &cookie)
    };
    send(with_cookie(&path)).await.expect(200);
    let me: Value = send(with_cookie("/api/me")).await.ok();
    let token = me["csrf_token"].as_str().unwrap();
    let logout = Client::new(channel.base()).request(Method::POST, "/logout");
    let answer = send(logout.header("Cookie", &cookie).header("X-CSRF-Token", token)).await.expect(200);
    assert!(answer.header("set-cookie").unwrap().contains("Max-Age=0"));
    send(with_cookie(&path)).await.problem(401);
    assert_eq!(send(with_cookie("/api/me")).await.ok(), nobody());
    // The other session of the same person goes on.
    moderator.get(&path).await.expect(200);
    send(Client::new(channel.base()).request(Method::POST, "/logout")).await.problem(401);
}

#[tokio::test]
async fn somebody_logs_out_everywhere_at_once() {
    let channel = TestChannel::open().await;
    let (phone, path) = (&channel.moderator, channel.moderator.api("queue"));
    let laptop = Person::login(channel.base(), phone.name(), phone.central_id()).await;
    let colleague = channel.another_moderator().await;
    let bare = laptop.client().request(Method::POST, "/logout/everywhere");
    send(bare).await.problem(403);
    let elsewhere =
        laptop.changing(Method::POST, "/logout/everywhere").header("Sec-Fetch-Site", "cross-site");
    send(elsewhere).await.problem(403);
    phone.get(&path).await.expect(200);

    let answer = laptop.post_form("/logout/everywhere", &[]).await.expect(200);
    assert!(answer.header("set-cookie").unwrap().contains("Max-Age=0"));
    for person in [&laptop, phone] {
        person.get(&path).await.problem(401);
        assert_eq!(person.client().get("/api/me").await.ok(), nobody());
    }
    colleague.get(&path).await.expect(200);
    let again = Person::login(channel.base(), phone.name(), phone.central_id()).await;
    again.get(&path).await.expect(200);
    laptop.get(&path).await.problem(401);
    send(Client::new(channel.base()).request(Method::POST, "/logout/everywhere")).await.problem(401);
}

#[tokio::test]
async fn a_superadmin_ends_somebody_s_sessions() {
    let channel = TestChannel::open().await;
    let (moderator, path) = (&channel.moderator, channel.moderator.api("queue"));
    let also = Person::login(channel.base(), moderator.name(), moderator.central_id()).await;
    let body = json!({"centralauth_id": moderator.central_id()});
    for person in [&**moderator, &*channel.admin().await] {
        person.post("/admin/sessions/end", &body).await.problem(403);
        person.client().get_page("/admin/sessions").await.expect(403);
    }
    let page = channel.superadmin.client().get_page("/admin/sessions").await.expect(200);
    assert!(page.text().contains("<form"), "{page}");
    moderator.get(&path).await.expect(200);
    for wrong in [
        json!({}),
        json!({"centralauth_id": 0}),
        json!({"centralauth_id": "x"}),
        json!({"centralauth_id": -1}),
    ] {
        channel.superadmin.post("/admin/sessions/end", &wrong).await.problem(400);
    }
    let ended = channel.superadmin.post("/admin/sessions/end", &body).await.ok();
    assert_eq!(ended, json!({"ok": true}));
    for person in [&**moderator, &also] {
        person.get(&path).await.problem(401);
    }
    // Nobody else's; and whoever it was can log in again, with the roles that they still have.
    assert_eq!(channel.superadmin.me().await["authenticated"], true);
    let again = Person::login(channel.base(), moderator.name(), moderator.central_id()).await;
    again.get(&path).await.expect(200);
    let form = [("centralauth_id", &*moderator.central_id().to_string())];
    channel.superadmin.post_form("/admin/sessions/end", &form).await.ok();
    again.get(&path).await.problem(401);
}

#[tokio::test]
async fn an_open_queue_closes_with_its_session() {
    let channel = TestChannel::open().await;
    let mut stream = channel.moderator.follow("", None).await;
    stream.delta().await;
    let body = json!({"centralauth_id": channel.moderator.central_id()});
    channel.superadmin.post("/admin/sessions/end", &body).await.ok();
    while stream.next().await.is_some() {}
    channel.moderator.get(&channel.moderator.api("queue")).await.problem(401);
}

#[tokio::test]
async fn a_csrf_token_belongs_to_its_session() {
    let channel = TestChannel::open().await;
    let moderator = &channel.moderator;
    let also = Person::login(channel.base(), moderator.name(), moderator.central_id()).await;
    let path = moderator.api("focus");
    let focus = |token: &str| {
        let request = moderator.client().request(Method::PUT, &path).header("X-CSRF-Token", token.to_owned());
        send(request.json(&json!({"message_id": null})))
    };
    let own = moderator.csrf_token();
    let mut changed = own.to_owned();
    changed.replace_range(..1, if own.starts_with('0') { "1" } else { "0" });
    for token in ["", "x", &own[1..], &format!("{own}0"), &changed, also.csrf_token(), &own.to_uppercase()] {
        if token != own {
            focus(token).await.problem(403);
        }
    }
    focus(own).await.ok();
    // What the browser itself says of where a request comes from counts too.
    for (site, status) in [("cross-site", 403), ("same-origin", 200), ("same-site", 200), ("none", 200)] {
        let request = moderator.changing(Method::PUT, &path).header("Sec-Fetch-Site", site);
        send(request.json(&json!({"message_id": null}))).await.expect(status);
    }
}

#[tokio::test]
async fn in_development_every_page_says_so() {
    let channel = TestChannel::open().await;
    let (superadmin, moderator) = (channel.superadmin.client(), channel.moderator.client());
    let nobody = channel.nobody();
    let (queue, log) = (channel.moderator.page("queue"), channel.moderator.page("log"));
    for (client, path) in [
        (&nobody, "/"),
        (&nobody, "/login"),
        (&nobody, "/nothing"),
        (&nobody, "/dev-login"),
        (&nobody, "/oauth-callback"),
        (moderator, &queue),
        (moderator, &log),
        (moderator, "/admin/channels"),
        (superadmin, "/admin/sessions"),
    ] {
        // Also where the browser has it already, or takes it compressed.
        let request = client.plain(Method::GET, path).header("Accept", "text/html");
        let page = send(request.header("Accept-Encoding", "gzip").header("If-None-Match", "*")).await;
        let text = page.text();
        assert!(page.header("content-type").unwrap().starts_with("text/html"), "{page}");
        let body = text.find("<body").unwrap_or_else(|| panic!("no body: {page}"));
        let banner = text.find("<strong>Development mode.</strong>").unwrap_or_else(|| panic!("{page}"));
        assert!(body < banner, "{page}");
        assert_eq!(text.matches("Development mode.").count(), 1, "{page}");
    }
}

fn dev_login(name: &str, id: impl std::fmt::Display, next: &str) -> String {
    format!("/dev-login?username={}&central_id={id}&next={}", percent_encode(name), percent_encode(next))
}

#[tokio::test]
async fn the_cookie_is_out_of_reach_of_scripts_and_other_sites() {
    let client = Client::new(shared_host().await.base());
    let answer = client.get(&dev_login("Alice", fresh_number(), "/")).await;
    let cookie = answer.header("set-cookie").unwrap().to_owned();
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(attribute), "{attribute} in {cookie}");
    }
    // Every login has a session and a token of its own.
    let name = "Alice";
    let number = fresh_number();
    let base = shared_host().await.base();
    let (one, two) = (Person::login(base, name, number).await, Person::login(base, name, number).await);
    assert_ne!(one.csrf_token(), two.csrf_token());
    assert!(cookie.ends_with("; Max-Age=1209600"), "14 days: {cookie}");
}

#[tokio::test]
async fn development_login_goes_back_to_this_site_only() {
    let base = shared_host().await.base();
    for (next, location) in [
        ("/channel/demo/queue?lang=en", "/channel/demo/queue?lang=en"),
        ("/", "/"),
        ("", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("/\r\nSet-Cookie: x=y", "/"),
        ("\u{1}/x", "/"),
    ] {
        let answer = Client::new(base).get(&dev_login("Alice", 77, next)).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (303, Some(location)), "{next:?}");
        assert_eq!(answer.headers.get_all("set-cookie").iter().count(), 1);
    }
}

#[tokio::test]
async fn development_login_needs_a_name_and_an_id() {
    let client = Client::new(shared_host().await.base());
    for query in [
        "",
        "username=Alice",
        "central_id=5",
        "username=&central_id=5",
        "username=Alice&central_id=0",
        "username=Alice&central_id=-5",
        "username=Alice&central_id=x",
        "username=%20&central_id=5",
        "username=Alice&central_id=99999999999999999999",
        "username=%FF&central_id=x",
    ] {
        let answer = client.get(&format!("/dev-login?{query}")).await;
        assert_eq!(answer.status, 400, "{query}: {answer}");
    }
    let long = "x".repeat(300);
    client.get(&dev_login(&long, 5, "/")).await.problem(400);
    assert_eq!(client.get("/api/me").await.ok(), nobody());
}

#[tokio::test]
async fn a_page_leads_to_the_login_and_back() {
    let channel = TestChannel::open().await;
    for path in ["queue", "queue?lang=de&type=text", "log"] {
        let path = channel.moderator.page(path);
        let answer = channel.nobody().get_page(&path).await;
        let expected = format!("/login?next={}", percent_encode(&path).replace("%20", "+"));
        assert_eq!((answer.status.as_u16(), answer.header("location")), (303, Some(&*expected)));
        channel.nobody().get(&path).await.problem(401);
        let page = channel.moderator.client().get_page(&path).await.expect(200);
        assert!(page.header("content-type").unwrap().starts_with("text/html"));
        let stranger = channel.stranger().await;
        let refused = stranger.client().get_page(&path).await.expect(403);
        assert!(refused.header("content-type").unwrap().starts_with("text/html"));
    }
    let login = channel.nobody().get_page("/login?next=/").await.expect(200);
    assert!(login.text().to_lowercase().contains("<form"), "a form");
}

#[tokio::test]
async fn a_message_can_be_injected_in_development() {
    let channel = TestChannel::open().await;
    let path = format!("/dev/inject/{}", channel.id);
    let body = json!({"screen_name": "Alice", "message": "hello"});
    send(channel.nobody().request(Method::POST, &path).json(&body)).await.ok();
    send(channel.nobody().request(Method::POST, &path).form(&[("message", "from nobody")])).await.ok();
    let elsewhere = channel.nobody().request(Method::POST, &path).header("sec-fetch-site", "cross-site");
    send(elsewhere.form(&[("message", "from another site's page")])).await.problem(403);
    assert_eq!(channel.moderator.waiting().await, ["hello", "from nobody"]);
    send(channel.nobody().request(Method::POST, &path).json(&json!({}))).await.problem(400);
    send(channel.nobody().request(Method::POST, "/dev/inject/no-such-channel").json(&body))
        .await
        .problem(404);
}
