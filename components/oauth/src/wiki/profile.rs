//! From the token to the person.

use bytes::Bytes;
use http::{HeaderValue, Request, StatusCode, header};
use moderation::CentralId;
use oauth2::AccessToken;
use platform::http_client::HttpClient;
use serde::Deserialize;
use store::Person;

use super::{Wiki, exchange::LIMIT};
use crate::{enter::MAX_USERNAME, refusals::Refusal};

/// What the wiki says of a person, as far as it matters here. A hidden user has only `sub` and `blocked`.
#[derive(Debug, Deserialize)]
struct Profile {
    /// The global user id as text; `0` for an account that is not attached.
    sub: String,
    username: Option<String>,
    blocked: bool,
}

impl Wiki<'_> {
    /// Whose token this is, if they may log in.
    pub(super) async fn profile<H: HttpClient>(
        &self,
        http: &H,
        token: &AccessToken,
    ) -> Result<Person, Refusal> {
        let failed = |what: &str| Refusal::WikiFailed(format!("no profile: {what}"));
        let mut bearer = HeaderValue::try_from(format!("Bearer {}", token.secret()))
            .map_err(|_| failed("the token is no token"))?;
        bearer.set_sensitive(true);
        let request = Request::get(&self.profile_url)
            .header(header::AUTHORIZATION, bearer)
            .header(header::ACCEPT, "application/json")
            .body(Bytes::new())
            .map_err(|error| failed(&error.to_string()))?;
        let answer = http.send(self.named(request), LIMIT).await;
        let answer = answer.map_err(|error| failed(&error.to_string()))?;
        if answer.status() != StatusCode::OK {
            return Err(failed(&format!("the answer is {}", answer.status().as_u16())));
        }
        person(answer.body())
    }
}

fn person(profile: &[u8]) -> Result<Person, Refusal> {
    let unreadable = |what: &str| Refusal::WikiFailed(format!("no profile: {what}"));
    let profile: Profile = serde_json::from_slice(profile).map_err(|error| {
        unreadable(&format!("it cannot be read at line {}, column {}", error.line(), error.column()))
    })?;
    if profile.blocked {
        return Err(Refusal::Blocked);
    }
    if profile.sub == "0" {
        return Err(Refusal::Unattached);
    }
    let central_id = profile.sub.parse::<CentralId>().map_err(|_| unreadable("sub is no global user id"))?;
    match profile.username {
        Some(username) if !username.is_empty() && username.len() <= MAX_USERNAME => {
            Ok(Person { central_id: central_id.get(), username })
        }
        _ => Err(unreadable("it has no user name")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_has_an_id_and_a_name() {
        let profile =
            br#"{"sub":"24906","username":"J\u00e4ne Doe","editcount":7,"blocked":false,"groups":["*"]}"#;
        let person = person(profile).unwrap();
        assert_eq!((person.central_id, person.username.as_str()), (24906, "Jäne Doe"));
    }

    #[test]
    fn who_cannot_be_told_apart_or_is_blocked_is_refused() {
        let refused = |profile: &str| person(profile.as_bytes()).unwrap_err();
        assert_eq!(refused(r#"{"sub":"7","username":"X","blocked":true}"#), Refusal::Blocked);
        assert_eq!(refused(r#"{"sub":"7","blocked":true}"#), Refusal::Blocked);
        assert_eq!(refused(r#"{"sub":"0","username":"X","blocked":false}"#), Refusal::Unattached);
        assert_eq!(refused(r#"{"sub":"0","blocked":true}"#), Refusal::Blocked);
    }

    #[test]
    fn what_is_no_profile_is_the_wiki_s_fault() {
        let long = format!(r#"{{"sub":"7","username":"{}","blocked":false}}"#, "x".repeat(256));
        for profile in [
            "",
            "<html>",
            "{}",
            "[]",
            r#"{"sub":7,"username":"X","blocked":false}"#,
            r#"{"sub":"-7","username":"X","blocked":false}"#,
            r#"{"sub":"7","blocked":false}"#,
            r#"{"sub":"7","username":"","blocked":false}"#,
            r#"{"sub":"7","username":"X"}"#,
            &long,
        ] {
            assert!(matches!(person(profile.as_bytes()), Err(Refusal::WikiFailed(_))), "{profile}");
        }
    }
}
