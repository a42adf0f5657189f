//! What a browser keeps: cookies, and nothing that somebody else could use.

use chatstream_tests::{
    host::Host,
    http::{Answer, Client, send},
    people::Person,
    wiki::{Account, Choice, Wiki},
};
use reqwest::Method;
use serde_json::{Value, json};

use super::{check_nobody, page, site};

/// The cookies that an answer sets: name and value, and the attributes.
fn cookies(answer: &Answer) -> Vec<(String, String)> {
    let set = answer.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap());
    let split = set.map(|cookie| cookie.split_once("; ").unwrap());
    split.map(|(pair, attributes)| (pair.to_owned(), attributes.to_owned())).collect()
}

#[tokio::test]
async fn over_tls_cookies_are_for_this_site_alone() {
    let wiki = Wiki::start_for("https://chatstream.test").await;
    let host = Host::start(wiki.options()).await;
    // A client on plain HTTP sends no cookie that is for TLS: here it does by hand.
    let client = Client::new(host.base());
    let with = |path: &str, cookie: &str| {
        client.plain(Method::GET, path).header("Accept", "text/html").header("Cookie", cookie)
    };
    let away = client.get_page("/login?next=/x").await.expect(303);
    let [(going, attributes)] = &cookies(&away)[..] else { panic!("{away}") };
    assert!(going.starts_with("__Host-chatstream-login="), "{going}");
    assert_eq!(attributes, "Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=600");

    let back = wiki.visit(away.header("location").unwrap(), &Account::fresh(), Choice::Allow).await;
    let entered = send(with(&back, going)).await.expect(303);
    let [(session, kept), (gone, forgotten)] = &cookies(&entered)[..] else { panic!("{entered}") };
    assert!(session.starts_with("__Host-chatstream=") && session.len() > 64, "{session}");
    assert_eq!(kept, "Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=1209600");
    assert_eq!(gone, "__Host-chatstream-login=");
    assert!(forgotten.ends_with("; Max-Age=0"), "{forgotten}");
    assert_eq!(entered.header("strict-transport-security"), Some("max-age=31536000"));

    let me: Value = send(with("/api/me", session)).await.ok();
    assert_eq!(me["authenticated"], true);
    // Without the prefix it is no session: anybody who has a site below this domain could have set it.
    let bare = session.trim_start_matches("__Host-");
    let me: Value = send(with("/api/me", bare)).await.ok();
    assert_eq!(me["authenticated"], false);
}

#[tokio::test]
async fn each_login_begins_a_session_of_its_own_and_ends_the_one_before() {
    let (wiki, host) = site().await;
    let client = Client::new(host.base());
    let mut sessions = Vec::new();
    for _ in 0..2 {
        let entered = wiki.come_back(&client, &Account::fresh(), Choice::Allow, "/").await.expect(303);
        let (pair, _) =
            cookies(&entered).into_iter().find(|(pair, _)| pair.starts_with("chatstream=")).unwrap();
        sessions.push(pair);
    }
    assert_ne!(sessions[0], sessions[1]);
    let me = async |session: &str| -> Value {
        let request = Client::new(host.base()).request(Method::GET, "/api/me").header("Cookie", session);
        send(request).await.ok()
    };
    assert_eq!(me(&sessions[0]).await["authenticated"], false);
    assert_eq!(me(&sessions[1]).await["authenticated"], true);
    // An id that a browser brings along is never made into a session.
    let planted = format!("chatstream={}", "a".repeat(64));
    let other = Client::new(host.base());
    let away = other.get_page("/login").await.expect(303);
    let (going, _) = cookies(&away).remove(0);
    let back = wiki.visit(away.header("location").unwrap(), &Account::fresh(), Choice::Allow).await;
    let request = other.plain(Method::GET, &back).header("Cookie", format!("{planted}; {going}"));
    assert!(!cookies(&send(request).await.expect(303))[0].0.contains(&planted));
    assert_eq!(me(&planted).await["authenticated"], false);
}

#[tokio::test]
async fn two_windows_of_a_browser_log_in_side_by_side() {
    let (wiki, host) = site().await;
    let client = Client::new(host.base());
    let account = Account::fresh();
    let (one, two) = (wiki.set_out(&client, "/one").await, wiki.set_out(&client, "/two").await);
    let back = wiki.visit(&one, &account, Choice::Cancel).await;
    page(client.get_page(&back).await, 403);
    let three = wiki.set_out(&client, "/three").await;
    for (link, next) in [(two, Some("/two")), (three, None)] {
        let back = wiki.visit(&link, &account, Choice::Allow).await;
        let answer = client.get_page(&back).await;
        match next {
            Some(next) => assert_eq!(answer.expect(303).header("location"), Some(next)),
            // Whoever is logged in has no need of the other window any more.
            None => drop(page(answer, 400)),
        }
    }
}

#[tokio::test]
async fn nobody_is_logged_in_as_somebody_else_by_a_link() {
    let (wiki, host) = site().await;
    // The attacker goes to the wiki, and gives the way back to somebody else.
    let attacker = Client::new(host.base());
    let back = wiki.visit(&wiki.set_out(&attacker, "/").await, &Account::fresh(), Choice::Allow).await;
    let victim = Client::new(host.base());
    page(victim.get_page(&back).await, 400);
    check_nobody(&victim).await;
    // Not even to one who is on the way too.
    wiki.set_out(&victim, "/").await;
    page(victim.get_page(&back).await, 400);
    check_nobody(&victim).await;
    // Their own way back is not used up by it.
    attacker.get_page(&back).await.expect(303);
}

#[tokio::test]
async fn sessions_end_everywhere_at_once() {
    let (wiki, host) = site().await;
    let account = Account::fresh();
    let laptop = Person::login_with(&wiki, host.base(), &account).await;
    let phone = Person::login_with(&wiki, host.base(), &account).await;
    let other = Person::login_with(&wiki, host.base(), &Account::fresh()).await;
    laptop.post("/logout/everywhere", &json!({})).await.ok();
    for ended in [&laptop, &phone] {
        check_nobody(ended.client()).await;
    }
    assert_eq!(other.me().await["authenticated"], true);

    let again = Person::login_with(&wiki, host.base(), &account).await;
    let jane = Person::login_with(&wiki, host.base(), &Account::new(1, "Jane Doe")).await;
    let body = json!({"centralauth_id": account.id});
    again.post("/admin/sessions/end", &body).await.problem(403);
    assert_eq!(jane.post("/admin/sessions/end", &body).await.ok(), json!({"ok": true}));
    check_nobody(again.client()).await;
    assert_eq!(jane.me().await["authenticated"], true);
}
