//! Every endpoint × everybody × with, without and with a wrong CSRF token. What each is answered is in `matrix.txt`.

use std::collections::BTreeSet;

use chatstream_tests::{
    channel::TestChannel,
    http::{Answer, Client, send},
    people::Person,
};
use futures_util::{StreamExt as _, stream};
use reqwest::Method;

use super::{
    Endpoint, Stage, endpoints, host,
    table::{self, CALLERS, Line},
};

/// How many lines are walked at once.
const AT_ONCE: usize = 4;

/// What somebody shows to prove that a change is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Without,
    Wrong,
    With,
}

/// The right one last: only that may change anything, and end the session that it belongs to.
const TOKENS: [Token; 3] = [Token::Without, Token::Wrong, Token::With];

#[tokio::test]
async fn every_endpoint_answers_everybody_as_the_table_says() {
    let host = host().await;
    let documented = endpoints(&host).await;
    let lines = table::read();
    check_complete(&documented, &lines);

    let other = TestChannel::open_on(&host, serde_json::json!({})).await;
    let walks = lines.iter().enumerate().map(|(number, line)| {
        let (host, other) = (&host, &other);
        async move { walk(line, &Stage::set(host, other, number).await).await }
    });
    let walked: Vec<_> = stream::iter(walks).buffered(AT_ONCE).collect().await;
    let answers: usize = walked.iter().map(|(count, _)| count).sum();
    let wrong: Vec<_> = walked.into_iter().flat_map(|(_, wrong)| wrong).collect();
    assert!(wrong.is_empty(), "not as the table says:\n{}", wrong.join("\n"));
    println!("{} endpoints, {} lines, {answers} answers", documented.len(), lines.len());
    assert_eq!(answers, lines.len() * CALLERS.len() * TOKENS.len());
    host.check_health();
}

/// The table and the document have the same endpoints, and say the same of who is let in at all.
fn check_complete(documented: &[Endpoint], lines: &[Line]) {
    let missing: Vec<_> = documented
        .iter()
        .filter(|it| !lines.iter().any(|line| line.method == it.method && line.path == it.path))
        .map(|it| format!("{} {}", it.method, it.path))
        .collect();
    assert!(
        missing.is_empty(),
        "endpoints of docs/openapi.json without a line in tests/stories/permissions/matrix.txt: {missing:#?}"
    );
    for line in lines {
        let endpoint = documented.iter().find(|it| line.method == it.method && line.path == it.path);
        let endpoint = endpoint.unwrap_or_else(|| panic!("the document has no such endpoint: {line}"));
        assert_eq!(line.token, endpoint.needs_token(), "the document says otherwise: {line}");
        assert_eq!(line.answers[0] == 401, endpoint.needs_session(), "the document says otherwise: {line}");
        assert!(!line.token || line.method != Method::GET, "a GET changes nothing: {line}");
    }
    let distinct: BTreeSet<_> = lines.iter().map(ToString::to_string).collect();
    assert_eq!(distinct.len(), lines.len(), "each line once");
}

/// Everybody makes the call of `line`; answers how many calls that were, and what was not as expected.
async fn walk(line: &Line, stage: &Stage) -> (usize, Vec<String>) {
    let nobody = Client::new(stage.channel.base());
    let everybody: [Option<&Person>; 6] = [
        None,
        Some(&stage.stranger),
        Some(&stage.other),
        Some(&stage.channel.moderator),
        Some(&stage.admin),
        Some(&stage.superadmin),
    ];
    let (mut count, mut wrong) = (0, Vec::new());
    let mut found = line.clone();
    for (index, person) in everybody.into_iter().enumerate() {
        if person.is_some() && line.token {
            let answer = call(line, stage, &nobody, person, Token::With, Some("cross-site")).await;
            if answer.status != 403 {
                wrong.push(format!(
                    "{} {}, {}, from another site: {answer}",
                    line.method, line.path, CALLERS[index]
                ));
            }
        }
        for token in TOKENS {
            let answer = call(line, stage, &nobody, person, token, None).await;
            count += 1;
            let expected = match person {
                Some(_) if line.token && token != Token::With => 403,
                _ => line.answers[index],
            };
            if answer.status != expected {
                let who = CALLERS[index];
                wrong.push(format!("{} {}, {who}, {token:?} token: {answer}", line.method, line.path));
            }
            if token == Token::With {
                found.answers[index] = answer.status.as_u16();
            }
        }
    }
    if found != *line {
        wrong.push(format!("as it is now:\n{found}"));
    }
    (count, wrong)
}

async fn call(
    line: &Line,
    stage: &Stage,
    nobody: &Client,
    person: Option<&Person>,
    token: Token,
    site: Option<&str>,
) -> Answer {
    let mut path = stage.address(&line.path);
    let sent = stage.fill(&line.sent);
    if sent.starts_with('?') {
        path.push_str(&sent);
    }
    let client = person.map_or(nobody, Person::client);
    let mut request = client.request(line.method.clone(), &path);
    request = match token {
        Token::Without => request,
        // Somebody else's is not one's own.
        Token::Wrong => request.header("X-CSRF-Token", stage.channel.superadmin.csrf_token()),
        Token::With => request.header("X-CSRF-Token", person.map_or("", Person::csrf_token)),
    };
    if let Some(site) = site {
        request = request.header("Sec-Fetch-Site", site);
    }
    if sent.starts_with('{') {
        request = request.header("Content-Type", "application/json").body(sent);
    }
    send(request).await
}
