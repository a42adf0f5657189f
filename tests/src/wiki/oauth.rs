//! The protocol.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::{
    Method,
    header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, USER_AGENT},
};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::{
    CLIENT_ID, CLIENT_SECRET, Code, Request, Shared,
    server::{Response, json as answer_json, page, redirect},
};

/// `GET authorize`: sends a browser to log in, to approve, or back to the site.
pub(super) fn authorize(shared: &Shared, request: &Request) -> Response {
    if request.method != Method::GET {
        return page(405, "The request method is not allowed.");
    }
    if request.header(USER_AGENT.as_str()).is_empty() {
        return unnamed();
    }
    let field = |name: &str| request.query.get(name).map_or("", String::as_str);
    if field("response_type") != "code" {
        return page(400, "Invalid request: check the `response_type` parameter.");
    }
    // A site that is not known, or that wants its codes elsewhere, gets nobody sent back.
    if field("client_id") != CLIENT_ID || field("redirect_uri") != shared.callback {
        return page(401, "Client authentication failed.");
    }
    let account = request
        .header(COOKIE.as_str())
        .strip_prefix("centralauth_User=")
        .and_then(|id| shared.state().accounts.get(id).cloned());
    let Some(account) = account else { return redirect(307, "/wiki/Special:UserLogin") };
    if field("scope").split(' ').any(|scope| scope != "basic") {
        let state = [("error", "invalid_scope"), ("state", field("state"))];
        return send_back(shared, &state);
    }
    let challenge = field("code_challenge");
    // The real one takes sites without a challenge, if they have a secret. Ours has to send one, and the strong kind.
    if field("code_challenge_method") != "S256" || challenge.len() != 43 {
        return send_back(shared, &[("error", "invalid_request"), ("state", field("state"))]);
    }
    if request.query.contains_key("approval_cancel") {
        let description = "The user denied the request for authorization.";
        let error = [("error", "unauthorized_client"), ("error_description", description)];
        return send_back(shared, &error);
    }
    if !request.query.contains_key("approval_pass") {
        return redirect(307, "/wiki/Special:OAuth/approve");
    }
    let mut state = shared.state();
    let code = token("def50200", state.code_length);
    let given = Code { account, challenge: challenge.to_owned(), used: false };
    state.codes.insert(code.clone(), given);
    drop(state);
    send_back(shared, &[("code", code.as_str()), ("state", field("state"))])
}

fn send_back(shared: &Shared, fields: &[(&str, &str)]) -> Response {
    let query = serde_urlencoded::to_string(fields).expect("a query");
    redirect(302, &format!("{}?{query}", shared.callback))
}

/// `POST access_token`: a token for a code.
pub(super) fn access_token(shared: &Shared, request: &Request) -> Response {
    if !says_who_asks(request) {
        return unnamed();
    }
    if request.method != Method::POST {
        return page(405, "The request method is not allowed.");
    }
    if request.header(CONTENT_TYPE.as_str()) != "application/x-www-form-urlencoded" {
        return answer_json(415, &json!({"errorKey": "rest-unsupported-content-type", "httpCode": 415}));
    }
    let form = request.form();
    let field = |name: &str| form.get(name).map_or("", String::as_str);
    if field("grant_type") != "authorization_code" {
        return refuse(400, "invalid_request", "Check the `grant_type` parameter");
    }
    // Credentials belong into the form.
    let known = field("client_id") == CLIENT_ID && field("client_secret") == CLIENT_SECRET;
    if !known || request.headers.contains_key(AUTHORIZATION) {
        return refuse(401, "invalid_client", "Client authentication failed");
    }
    if field("redirect_uri") != shared.callback {
        return refuse(400, "invalid_request", "Invalid redirect URI");
    }
    let mut state = shared.state();
    let Some(code) = state.codes.get_mut(field("code")) else {
        return refuse(400, "invalid_request", "Cannot decrypt the authorization code");
    };
    if code.used {
        return refuse(400, "invalid_grant", "Authorization code has been revoked");
    }
    if URL_SAFE_NO_PAD.encode(Sha256::digest(field("code_verifier"))) != code.challenge {
        return refuse(400, "invalid_grant", "Failed to verify `code_verifier`.");
    }
    code.used = true;
    let account = code.account.clone();
    let access = token("eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.", 900);
    state.tokens.insert(access.clone(), account);
    let refresh = token("def50200", 700);
    let tokens = json!({"token_type": "Bearer", "expires_in": 14_400, "access_token": access,
        "refresh_token": refresh});
    answer_json(200, &tokens)
}

fn refuse(status: u16, error: &str, hint: &str) -> Response {
    let words = format!("The request was refused: {error}");
    answer_json(status, &json!({"error": error, "error_description": words, "hint": hint, "message": words}))
}

/// `GET resource/profile`: who let the site in.
pub(super) fn profile(shared: &Shared, request: &Request) -> Response {
    if !says_who_asks(request) {
        return unnamed();
    }
    let token = request.header(AUTHORIZATION.as_str()).strip_prefix("Bearer ");
    match token.and_then(|token| shared.state().tokens.get(token).cloned()) {
        Some(account) => answer_json(200, &account.profile()),
        None => refuse(401, "access_denied", "The resource owner or authorization server denied the request"),
    }
}

/// Whether a program names itself and a way to reach whoever runs it, as Wikimedia's policy asks of all.
fn says_who_asks(request: &Request) -> bool {
    let agent = request.header(USER_AGENT.as_str());
    agent.contains("://") || agent.contains('@')
}

fn unnamed() -> Response {
    page(403, "Please set a user-agent and respect our robot policy https://w.wiki/4wJS.")
}

/// Random digits after `start`, `length` characters in all.
fn token(start: &str, length: usize) -> String {
    let digits = std::iter::repeat_with(|| fastrand::char('a'..='f'));
    start.chars().chain(digits).take(length).collect()
}
