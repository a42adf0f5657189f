//! Who is not logged in, and what they are told.

use chatstream_tests::{
    host::{Host, Options},
    http::Client,
    wiki::{Account, Choice, Wiki},
};

use super::{check_nobody, expect_in_log, page, site, way_out};

#[tokio::test]
async fn who_cancels_is_told_that_nothing_happened() {
    let (wiki, host) = site().await;
    let client = Client::new(host.base());
    let back = wiki.visit(&wiki.set_out(&client, "/").await, &Account::fresh(), Choice::Cancel).await;
    assert!(
        back.contains("error=unauthorized_client") && !back.contains("state="),
        "as MediaWiki does: {back}"
    );
    let shown = page(client.get_page(&back).await, 403);
    assert!(shown.contains("<h1>Login cancelled</h1>"), "{shown}");
    assert_eq!(way_out(&shown).as_deref(), Some("/login"));
    // As the standard has it, and with words that nobody knows, which are not repeated.
    for query in ["error=access_denied&state=x", "error=%3Cscript%3E&error_description=%3Cscript%3E"] {
        let shown = page(client.get_page(&format!("/oauth-callback?{query}")).await, 403);
        assert!(shown.contains("Login cancelled") && !shown.contains("script"), "{shown}");
    }
    check_nobody(&client).await;
    host.check_health();
}

#[tokio::test]
async fn who_is_not_on_the_way_is_asked_to_try_again() {
    let (wiki, host) = site().await;
    let client = Client::new(host.base());
    let used = wiki.visit(&wiki.set_out(&client, "/").await, &Account::fresh(), Choice::Allow).await;
    client.get_page(&used).await.expect(303);
    let unknown = format!("/oauth-callback?code=x&state={}", "a".repeat(64));
    let somebody = Client::new(host.base());
    wiki.set_out(&somebody, "/").await;
    for (client, path) in [
        (&client, used.as_str()),
        (&somebody, &unknown),
        (&somebody, &used),
        (&somebody, "/oauth-callback"),
        (&somebody, "/oauth-callback?code=x"),
        (&somebody, "/oauth-callback?state=x"),
        (&somebody, "/oauth-callback?code=&state="),
    ] {
        let shown = page(client.get_page(path).await, 400);
        assert!(shown.contains("<h1>Please log in again</h1>"), "{path}: {shown}");
        assert_eq!(way_out(&shown).as_deref(), Some("/login"));
        assert!(client.get(path).await.problem(400).contains("try again"), "programs get the same words");
    }
    check_nobody(&somebody).await;
    assert_eq!(client.get("/api/me").await.ok()["authenticated"], true, "whoever is logged in stays so");
}

#[tokio::test]
async fn who_is_blocked_hidden_or_not_global_is_told_so() {
    let (wiki, host) = site().await;
    for (account, words) in [
        (Account::fresh().blocked(), "blocked or hidden"),
        (Account::fresh().hidden(), "blocked or hidden"),
        (Account::fresh().unattached(), "not attached to a global Wikimedia account"),
        (Account::fresh().unattached().hidden(), "blocked or hidden"),
    ] {
        let client = Client::new(host.base());
        let answer = wiki.come_back(&client, &account, Choice::Allow, "/").await;
        assert!(answer.header("set-cookie").is_none(), "{answer}");
        let shown = page(answer, 403);
        assert!(shown.contains("<h1>This account cannot log in</h1>") && shown.contains(words), "{shown}");
        check_nobody(&client).await;
    }
    host.check_health();
}

#[tokio::test]
async fn a_code_is_good_only_for_the_login_that_it_was_given_for_and_once() {
    let (wiki, host) = site().await;
    let code = |back: &str| back.split_once("code=").unwrap().1.split_once('&').unwrap().0.to_owned();
    let state = |back: &str| back.split_once("state=").unwrap().1.to_owned();
    // Somebody has got hold of a code, and puts it into a login of their own: the wiki sees that the verifier of PKCE
    // is another.
    let (victim, thief) = (Client::new(host.base()), Client::new(host.base()));
    let stolen = wiki.visit(&wiki.set_out(&victim, "/").await, &Account::fresh(), Choice::Allow).await;
    let own = wiki.visit(&wiki.set_out(&thief, "/a?b=c").await, &Account::fresh(), Choice::Allow).await;
    let forged = format!("/oauth-callback?code={}&state={}", code(&stolen), state(&own));
    let shown = page(thief.get_page(&forged).await, 400);
    assert_eq!(way_out(&shown).as_deref(), Some("/login?next=%2Fa%3Fb%3Dc"));
    check_nobody(&thief).await;
    // A code that was used is not taken a second time either.
    victim.get_page(&stolen).await.expect(303);
    let again = wiki.visit(&wiki.set_out(&thief, "/").await, &Account::fresh(), Choice::Allow).await;
    let forged = format!("/oauth-callback?code={}&state={}", code(&stolen), state(&again));
    page(thief.get_page(&forged).await, 400);
    check_nobody(&thief).await;
    let refused = wiki.requests().iter().filter(|request| request.path.ends_with("access_token")).count();
    assert_eq!(refused, 3, "the wiki had to decide");
}

#[tokio::test]
async fn a_site_that_the_wiki_does_not_know_says_so_and_logs_why() {
    let wiki = Wiki::start().await;
    let mut options: Options = wiki.options();
    for (name, value) in &mut options.environment {
        if name == "OAUTH_CLIENT_SECRET" {
            "another secret".clone_into(value);
        }
    }
    let host = Host::start(options).await;
    let client = Client::new(host.base());
    let answer = wiki.come_back(&client, &Account::fresh(), Choice::Allow, "/").await;
    let shown = page(answer, 502);
    assert!(shown.contains("does not accept this site"), "{shown}");
    expect_in_log(&host, "invalid_client").await;
    assert!(!host.log().mentions("another secret"));
    check_nobody(&client).await;
}
