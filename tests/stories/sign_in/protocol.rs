//! The mock keeps to the protocol: a site that does not is refused as MediaWiki refuses it. No host is asked here.

use std::collections::HashMap;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chatstream_tests::wiki::{Account, Choice, Wiki};
use reqwest::{
    Client, RequestBuilder,
    header::{HeaderMap, HeaderValue},
};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

const VERIFIER: &str = "a verifier that is long enough to be one by RFC 7636";
const AGENT: &str = "story/1 (+https://story.test)";

fn option<'a>(options: &'a chatstream_tests::host::Options, name: &str) -> &'a str {
    &options.environment.iter().find(|(key, _)| key == name).unwrap().1
}

/// The link to the wiki of a site that does it right, with a few fields changed.
fn link(wiki: &Wiki, changes: &[(&str, &str)]) -> String {
    let options = wiki.options();
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
    let mut fields: HashMap<&str, &str> = HashMap::from([
        ("response_type", "code"),
        ("client_id", option(&options, "OAUTH_CLIENT_ID")),
        ("redirect_uri", option(&options, "OAUTH_REDIRECT_URI")),
        ("scope", "basic"),
        ("state", "the-state"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ]);
    fields.extend(changes.iter().copied());
    let pairs = fields
        .iter()
        .map(|(name, value)| format!("{name}={}", chatstream_tests::http::percent_encode(value)));
    format!("{}/w/rest.php/oauth2/authorize?{}", wiki.url(), pairs.collect::<Vec<_>>().join("&"))
}

async fn code(wiki: &Wiki) -> String {
    let back = wiki.visit(&link(wiki, &[]), &Account::fresh(), Choice::Allow).await;
    let (_, query) = back.split_once("?code=").unwrap();
    let (code, state) = query.split_once("&state=").unwrap();
    assert_eq!(state, "the-state");
    code.to_owned()
}

/// The question for a token of a site that does it right, with a few fields changed.
fn exchange(wiki: &Wiki, code: &str, changes: &[(&str, &str)]) -> RequestBuilder {
    let options = wiki.options();
    let mut fields: HashMap<&str, &str> = HashMap::from([
        ("grant_type", "authorization_code"),
        ("code", code),
        ("client_id", option(&options, "OAUTH_CLIENT_ID")),
        ("client_secret", option(&options, "OAUTH_CLIENT_SECRET")),
        ("redirect_uri", option(&options, "OAUTH_REDIRECT_URI")),
        ("code_verifier", VERIFIER),
    ]);
    fields.extend(changes.iter().copied());
    let url = format!("{}/w/rest.php/oauth2/access_token", wiki.url());
    Client::new().post(url).header("User-Agent", AGENT).form(&fields)
}

async fn outcome(request: RequestBuilder) -> (u16, Value) {
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    (status, serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or_default())
}

#[tokio::test]
async fn a_code_is_changed_into_a_token_once_by_the_site_that_it_was_given_to() {
    let wiki = Wiki::start().await;
    let code = code(&wiki).await;
    assert!(code.len() > 4096);
    for (changes, status, error) in [
        (&[("client_secret", "another")][..], 401, "invalid_client"),
        (&[("client_id", "another")], 401, "invalid_client"),
        (&[("code_verifier", "another verifier that is long enough to be one by RFC")], 400, "invalid_grant"),
        (&[("code", "another")], 400, "invalid_request"),
        (&[("redirect_uri", "https://evil.example/")], 400, "invalid_request"),
        (&[("grant_type", "password")], 400, "invalid_request"),
    ] {
        let (answered, body) = outcome(exchange(&wiki, &code, changes)).await;
        assert_eq!((answered, &body["error"]), (status, &Value::from(error)), "{changes:?}");
    }
    let basic = exchange(&wiki, &code, &[]).header("Authorization", "Basic eDp5");
    assert_eq!(outcome(basic).await.0, 401, "credentials belong into the form");
    let with = |name: &'static str, value: &'static str| {
        let mut headers = HeaderMap::new();
        headers.insert(name, HeaderValue::from_static(value));
        exchange(&wiki, &code, &[]).headers(headers)
    };
    let json = with("content-type", "application/json");
    assert_eq!(outcome(json).await.0, 415, "only a form is taken");
    for agent in ["", "reqwest/1"] {
        let unnamed = with("user-agent", agent);
        assert_eq!(outcome(unnamed).await.0, 403, "{agent:?} names nobody to reach");
    }
    let (status, tokens) = outcome(exchange(&wiki, &code, &[])).await;
    assert_eq!(
        (status, &tokens["token_type"], &tokens["expires_in"]),
        (200, &"Bearer".into(), &14_400.into())
    );
    let (status, body) = outcome(exchange(&wiki, &code, &[])).await;
    assert_eq!((status, &body["error"]), (400, &"invalid_grant".into()), "a code is good once");

    let profile = |token: &str, agent: &str| {
        let url = format!("{}/w/rest.php/oauth2/resource/profile", wiki.url());
        outcome(Client::new().get(url).bearer_auth(token).header("User-Agent", agent))
    };
    let token = tokens["access_token"].as_str().unwrap();
    let (status, person) = profile(token, AGENT).await;
    assert_eq!((status, person["sub"].is_string(), &person["blocked"]), (200, true, &false.into()));
    assert_eq!(profile("another", AGENT).await.0, 401);
    assert_eq!(profile(token, "").await.0, 403);
}

#[tokio::test]
async fn a_browser_is_sent_back_with_a_code_or_with_an_error() {
    let wiki = Wiki::start().await;
    let visit = async |changes: &[(&str, &str)], choice| {
        wiki.visit(&link(&wiki, changes), &Account::fresh(), choice).await
    };
    let back = visit(&[("scope", "openid")], Choice::Allow).await;
    assert!(back.contains("error=invalid_scope"), "{back}");
    let back = visit(&[("code_challenge_method", "plain")], Choice::Allow).await;
    assert!(back.contains("error=invalid_request"), "{back}");
    let back = visit(&[], Choice::Cancel).await;
    assert!(back.contains("?error=") && !back.contains("state"), "{back}");
    // Whoever is not the registered site gets nobody sent back.
    for change in [("client_id", "another"), ("redirect_uri", "https://evil.example/oauth-callback")] {
        let request = Client::new().get(link(&wiki, &[change])).header("User-Agent", "Mozilla/5.0");
        assert_eq!(request.send().await.unwrap().status(), 401, "{change:?}");
    }
    let unnamed = Client::new().get(link(&wiki, &[])).send().await.unwrap();
    assert_eq!(unnamed.status(), 403);
}
