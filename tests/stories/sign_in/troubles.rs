//! A wiki that is slow, away, or not itself.

use std::time::Duration;

use chatstream_tests::{
    http::Client,
    wiki::{Account, Choice, Endpoint, Trouble},
};

use super::{check_nobody, expect_in_log, page, site, way_out};

#[tokio::test]
async fn while_the_wiki_fails_a_page_says_so_and_leads_to_another_try() {
    let (wiki, host) = site().await;
    let account = Account::fresh();
    let client = Client::new(host.base());
    let too_much = format!("\"{}\"", "x".repeat(2 * 1024 * 1024));
    let says = |text: &str| Trouble::Says(text.to_owned());
    for (endpoint, trouble) in [
        (Endpoint::AccessToken, Trouble::Status(500)),
        (Endpoint::AccessToken, Trouble::Status(503)),
        (Endpoint::AccessToken, Trouble::Status(403)),
        (Endpoint::AccessToken, Trouble::Status(200)),
        (Endpoint::AccessToken, Trouble::HangsUp),
        (Endpoint::AccessToken, says("")),
        (Endpoint::AccessToken, says("{\"access_token\": 1}")),
        (Endpoint::AccessToken, says("{\"error\": \"server_error\"}")),
        (Endpoint::AccessToken, says(&too_much)),
        (Endpoint::Profile, Trouble::Status(500)),
        (Endpoint::Profile, Trouble::Status(502)),
        (Endpoint::Profile, Trouble::Status(429)),
        (Endpoint::Profile, Trouble::HangsUp),
        (Endpoint::Profile, says("<html>")),
        (Endpoint::Profile, says("{\"sub\": 7, \"username\": \"X\", \"blocked\": false}")),
        (Endpoint::Profile, says(&too_much)),
    ] {
        let what = format!("{endpoint:?}, {trouble:.60?}");
        wiki.trouble(endpoint, trouble);
        let answer = wiki.come_back(&client, &account, Choice::Allow, "/channel/a/queue").await;
        assert_eq!(answer.status, 502, "{what}: {answer}");
        let shown = page(answer, 502);
        assert!(shown.contains("<h1>The wiki did not answer</h1>"), "{what}: {shown}");
        assert_eq!(way_out(&shown).as_deref(), Some("/login?next=%2Fchannel%2Fa%2Fqueue"));
        check_nobody(&client).await;
        wiki.recover();
    }
    // Whoever runs the site finds the reason in the log.
    for reason in
        ["no token: the answer is 503", "no token: the answer is 403", "no profile: the answer is 429"]
    {
        expect_in_log(&host, reason).await;
    }
    // By the wiki's own word.
    let shown = page(client.get_page("/oauth-callback?error=temporarily_unavailable").await, 502);
    assert_eq!(way_out(&shown).as_deref(), Some("/login"));
    // The other try.
    let answer = wiki.come_back(&client, &account, Choice::Allow, "/channel/a/queue").await.expect(303);
    assert_eq!(answer.header("location"), Some("/channel/a/queue"));
    host.check_health();
}

#[tokio::test]
async fn a_slow_wiki_is_waited_for_and_a_silent_one_is_not() {
    let (wiki, host) = site().await;
    let account = Account::fresh();
    let (patient, first, second) =
        (Client::new(host.base()), Client::new(host.base()), Client::new(host.base()));
    wiki.trouble(Endpoint::AccessToken, Trouble::Late(Duration::from_secs(1)));
    wiki.trouble(Endpoint::Profile, Trouble::Late(Duration::from_secs(1)));
    wiki.come_back(&patient, &account, Choice::Allow, "/").await.expect(303);
    wiki.recover();
    wiki.trouble(Endpoint::Profile, Trouble::Silent);
    let (one, other) = tokio::join!(
        wiki.come_back(&first, &account, Choice::Allow, "/"),
        wiki.come_back(&second, &account, Choice::Allow, "/"),
    );
    for answer in [one, other] {
        let shown = page(answer, 502);
        assert_eq!(way_out(&shown).as_deref(), Some("/login?next=%2F"));
    }
    expect_in_log(&host, "no answer within").await;
    // Others are served meanwhile, and afterwards.
    wiki.recover();
    wiki.come_back(&first, &account, Choice::Allow, "/").await.expect(303);
}

#[tokio::test]
async fn a_wiki_that_is_gone_is_a_failure_too() {
    let (wiki, host) = site().await;
    let client = Client::new(host.base());
    let back = wiki.visit(&wiki.set_out(&client, "/x").await, &Account::fresh(), Choice::Allow).await;
    drop(wiki);
    let shown = page(client.get_page(&back).await, 502);
    assert_eq!(way_out(&shown).as_deref(), Some("/login?next=%2Fx"));
    // The way there is the browser's own.
    client.get_page("/login").await.expect(303);
    client.get("/healthz").await.ok();
}
