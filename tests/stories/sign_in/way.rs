//! The way to the wiki and back, as it should be.

use std::path::Path;

use chatstream_tests::{
    host::{Host, Options},
    http::Client,
    people::Person,
    wiki::{Account, Choice, Wiki},
};
use reqwest::Method;
use serde_json::{Value, json};

use super::{expect_in_log, site};

#[tokio::test]
async fn a_wikimedian_logs_in_and_sees_the_channels_that_are_theirs() {
    let (wiki, host) = site().await;
    let jane = Person::login_with(&wiki, host.base(), &Account::new(24_906, "Jane Doe")).await;
    assert_eq!(jane.me().await["superadmin"], true);
    for id in ["main", "other"] {
        let channel = json!({"id": id, "name": "Main stage"});
        jane.post("/admin/channels/create", &channel).await.expect(201);
    }

    let account = Account::new(77, "Bücher & Söhne \"<7>\"");
    let member = json!({"wiki_username": account.name, "centralauth_id": account.id, "role": "moderator"});
    jane.post("/channel/main/members/add", &member).await.ok();

    let client = Client::new(host.base());
    let next = "/channel/main/queue?lang=de&type=text";
    let away = client.get_page(next).await.expect(303);
    let login = away.header("location").unwrap();
    let link = client.get_page(login).await.expect(303);
    let back = wiki.visit(link.header("location").unwrap(), &account, Choice::Allow).await;
    let entered = client.get_page(&back).await.expect(303);
    assert_eq!(entered.header("location"), Some(next));
    client.get_page(next).await.expect(200);

    let me = client.get("/api/me").await.ok();
    assert_eq!((&me["username"], &me["centralauth_id"]), (&json!(account.name), &json!(77)));
    assert_eq!((&me["superadmin"], &me["dev_mode"]), (&json!(false), &json!(false)));
    let channels: Vec<_> = me["channels"].as_array().unwrap().iter().map(|channel| &channel["id"]).collect();
    assert_eq!(channels, ["main"]);
    host.check_health();
}

#[tokio::test]
async fn the_wiki_is_asked_as_it_wants_to_be_asked() {
    let (wiki, host) = site().await;
    Person::login_with(&wiki, host.base(), &Account::fresh()).await;
    let requests = wiki.requests();
    let [authorize, token, profile] = &requests[..] else { panic!("three requests: {requests:?}") };

    let asked = &authorize.query;
    assert_eq!((&*asked["response_type"], &*asked["scope"]), ("code", "basic"));
    assert_eq!((&*asked["code_challenge_method"], asked["code_challenge"].len()), ("S256", 43));
    assert_eq!(asked["state"].len(), 64, "256 random bits");

    assert_eq!(token.header("content-type"), "application/x-www-form-urlencoded");
    assert_eq!(token.header("authorization"), "", "the credentials are in the form");
    let form = token.form();
    let mut names: Vec<_> = form.keys().map(String::as_str).collect();
    names.sort_unstable();
    let expected = ["client_id", "client_secret", "code", "code_verifier", "grant_type", "redirect_uri"];
    assert_eq!(names, expected);
    assert!(form["code"].len() > 4096, "{}", form["code"].len());

    assert_eq!(profile.method, Method::GET);
    assert!(profile.header("authorization").starts_with("Bearer "));
    for request in [token, profile] {
        let agent = request.header("user-agent");
        assert!(agent.starts_with("chatstream/") && agent.contains("+http://chatstream.test"), "{agent}");
    }
}

#[tokio::test]
async fn codes_may_be_eight_kilobytes_long() {
    let (wiki, host) = site().await;
    for length in [100, 4096, 8192] {
        wiki.give_codes_of(length);
        Person::login_with(&wiki, host.base(), &Account::fresh()).await;
        assert_eq!(wiki.requests().iter().rev().nth(1).unwrap().form()["code"].len(), length);
    }
    host.check_health();
}

#[tokio::test]
async fn a_login_leads_back_to_this_site_only() {
    let (wiki, host) = site().await;
    let account = Account::fresh();
    let long = format!("/{}", "x".repeat(4000));
    for (next, location) in [
        ("/channel/demo/queue?lang=en", "/channel/demo/queue?lang=en"),
        ("", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("/\r\nSet-Cookie: x=y", "/"),
        (&long, "/"),
    ] {
        let answer =
            wiki.come_back(&Client::new(host.base()), &account, Choice::Allow, next).await.expect(303);
        assert_eq!(answer.header("location"), Some(location), "{next:?}");
    }
    // Nobody has to say where to go.
    let client = Client::new(host.base());
    let link = client.get_page("/login").await.expect(303);
    let back = wiki.visit(link.header("location").unwrap(), &account, Choice::Allow).await;
    assert_eq!(client.get_page(&back).await.expect(303).header("location"), Some("/"));
}

#[tokio::test]
async fn roles_are_those_of_the_moment_whenever_somebody_logged_in() {
    let (wiki, host) = site().await;
    let jane = Person::login_with(&wiki, host.base(), &Account::new(1, "Jane Doe")).await;
    let account = Account::fresh();
    let person = Person::login_with(&wiki, host.base(), &account).await;
    jane.post("/admin/channels/create", &json!({"id": "main", "name": "Main"})).await.expect(201);
    person.get("/channel/main/queue").await.problem(403);
    let member = json!({"wiki_username": "Renamed", "centralauth_id": account.id, "role": "admin"});
    jane.post("/channel/main/members/add", &member).await.ok();
    person.get("/channel/main/queue").await.expect(200);
    person.get("/channel/main/members").await.expect(200);
    // A name is no id: who takes one gets nothing by it.
    let double =
        Person::login_with(&wiki, host.base(), &Account::new(account.id + 1_000_000, "Renamed")).await;
    double.get("/channel/main/queue").await.problem(403);
}

#[tokio::test]
async fn outside_development_the_doors_of_development_are_shut() {
    let (wiki, host) = site().await;
    let person = Person::login_with(&wiki, host.base(), &Account::fresh()).await;
    person.get("/dev-login?username=Jane%20Doe&central_id=1&next=/").await.problem(404);
    person.post("/dev/inject/demo", &json!({"message": "hello"})).await.problem(404);
    for path in ["/", "/nothing", "/channel/main/queue"] {
        let page = person.client().get_page(path).await.text();
        assert!(page.contains("<html") && !page.contains("Development mode"), "{path}: {page}");
    }
    assert_eq!(person.me().await["dev_mode"], false);
}

#[tokio::test]
async fn logins_are_logged_without_what_nobody_else_may_know() {
    let wiki = Wiki::start().await;
    let options = wiki.options().with("RUST_LOG", "trace").with("SUPERADMINS", "Jane Doe");
    let host = Host::start(options).await;
    let account = Account::new(4_712_345, "Quetzalcoatl");
    let client = Client::new(host.base());
    let entered = wiki.come_back(&client, &account, Choice::Allow, "/").await.expect(303);
    let cookies: Vec<_> = entered.headers.get_all("set-cookie").iter().collect();
    let session = cookies.iter().find_map(|cookie| cookie.to_str().unwrap().strip_prefix("chatstream="));
    let session = session.unwrap().split(';').next().unwrap();
    let me: Value = client.get("/api/me").await.ok();
    let link = wiki.set_out(&client, "/").await;
    let back = wiki.visit(&link, &account, Choice::Allow).await;
    let stolen = Client::new(host.base()).get_page(&back).await;
    super::page(stolen, 400);
    wiki.come_back(&client, &account, Choice::Cancel, "/").await.expect(403);
    wiki.come_back(&client, &account.clone().blocked(), Choice::Allow, "/").await.expect(403);
    host.check_health();

    for words in ["logged in with the wiki", "4712345", "cancelled", "unknown state", "blocked or hidden"] {
        expect_in_log(&host, words).await;
    }
    let state = link.split("state=").nth(1).unwrap().split('&').next().unwrap();
    let requests = wiki.requests();
    let verifier = requests.iter().find_map(|request| request.form().remove("code_verifier")).unwrap();
    let mut secrets = wiki.secrets();
    assert!(secrets.len() >= 3, "codes and tokens");
    secrets
        .extend([wiki.client_secret(), "a key that only this site has", session, state].map(str::to_owned));
    secrets.extend([verifier, me["csrf_token"].as_str().unwrap().to_owned(), "Quetzalcoatl".to_owned()]);
    // Nor is any of it kept, but for the name: whoever reads the files can take nobody's place.
    let kept = files(host.database_file().parent().unwrap());
    assert!(holds(&kept, "Quetzalcoatl"), "the session is in one of the files");
    for secret in secrets {
        let lines: Vec<_> = host.log().lines().into_iter().filter(|line| line.contains(&secret)).collect();
        assert!(lines.is_empty(), "{secret} is in the log: {lines:?}");
        assert!(secret == "Quetzalcoatl" || !holds(&kept, &secret), "{secret} is kept");
    }
}

/// What is in the files of a folder, and in those below it.
fn files(folder: &Path) -> Vec<u8> {
    let entries = folder.read_dir().unwrap().flatten();
    let contents = entries.map(|entry| match entry.path() {
        path if path.is_dir() => files(&path),
        // One that is gone by now has nothing to give away.
        path => std::fs::read(path).unwrap_or_default(),
    });
    contents.collect::<Vec<_>>().concat()
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|part| part == text.as_bytes())
}

#[tokio::test]
async fn development_is_logged() {
    let host = Host::start(Options::default()).await;
    Person::login(host.base(), "Anybody", 4_712_345).await;
    expect_in_log(&host, "logged in by development login").await;
    let log = host.log();
    assert!(log.mentions("4712345") && !log.mentions("Anybody"), "{log}");
    check_nobody_logs_in_with_a_wiki(&host).await;
}

async fn check_nobody_logs_in_with_a_wiki(host: &Host) {
    let client = Client::new(host.base());
    client.get("/oauth-callback?code=x&state=y").await.problem(404);
    assert_eq!(client.get("/api/me").await.ok(), json!({"authenticated": false, "dev_mode": true}));
}
