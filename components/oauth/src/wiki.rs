//! What is asked of the wiki: MediaWiki's OAuth 2.0, by the `oauth2` crate over the host's HTTP client.
//!
//! The verifier of PKCE is made of the state and the site's own key, so that nobody keeps it: not the store, whose
//! reader could else finish a login with a code that they got hold of, and not the browser.

mod exchange;
mod profile;

use hmac::{Hmac, KeyInit as _, Mac as _};
use http::{HeaderValue, Request, header};
use oauth2::{
    AuthUrl, ClientId, ClientSecret, CsrfToken, EndpointNotSet, EndpointSet, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, Scope, TokenUrl, basic::BasicClient, url::ParseError,
};
use platform::{
    config::{ConfigError, Secret, Settings},
    http_client::HttpClient,
};
use sha2::Sha256;
use store::Person;

use crate::refusals::Refusal;

/// The scope that asks for nothing but who somebody is.
const SCOPE: &str = "basic";

type Client = BasicClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>;

/// The wiki that logs people in, as this site is registered there.
#[derive(Debug)]
pub(crate) struct Wiki<'a> {
    client: Client,
    key: &'a Secret,
    profile_url: String,
    user_agent: HeaderValue,
}

impl<'a> Wiki<'a> {
    /// By the settings; `None` in development, where there is none.
    pub(crate) fn of(settings: &'a Settings) -> Result<Option<Self>, ConfigError> {
        let Some(oauth) = &settings.oauth else { return Ok(None) };
        settings.check_secrets()?;
        let (Some(secret), Some(key)) = (&oauth.client_secret, &settings.secret_key) else {
            return Err(ConfigError::Missing { name: "SECRET_KEY", hint: "set it to a long random text" });
        };
        let of_wiki = |path: &str| format!("{}/w/rest.php/oauth2/{path}", settings.mediawiki_url);
        let client = BasicClient::new(ClientId::new(oauth.client_id.clone()))
            .set_client_secret(ClientSecret::new(secret.expose().to_owned()))
            .set_auth_uri(AuthUrl::new(of_wiki("authorize")).map_err(|error| wrong("MEDIAWIKI_URL", error))?)
            .set_token_uri(
                TokenUrl::new(of_wiki("access_token")).map_err(|error| wrong("MEDIAWIKI_URL", error))?,
            )
            .set_redirect_uri(
                RedirectUrl::new(oauth.redirect_uri.clone())
                    .map_err(|error| wrong("OAUTH_REDIRECT_URI", error))?,
            )
            // MediaWiki takes the credentials in the form alone.
            .set_auth_type(oauth2::AuthType::RequestBody);
        // Wikimedia refuses who does not say what asks, and how to reach whoever runs it.
        let user_agent = format!("chatstream/{} (+{})", env!("CARGO_PKG_VERSION"), settings.public_url);
        let user_agent = HeaderValue::try_from(user_agent).map_err(|_| ConfigError::Invalid {
            name: "PUBLIC_URL",
            reason: "has characters that a header cannot".into(),
        })?;
        Ok(Some(Self { client, key, profile_url: of_wiki("resource/profile"), user_agent }))
    }

    /// Where a browser goes to say that it is theirs.
    pub(crate) fn authorization_url(&self, state: &str) -> String {
        let state = state.to_owned();
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&self.verifier(&state));
        let request = self.client.authorize_url(|| CsrfToken::new(state));
        let (url, _) = request.add_scope(Scope::new(SCOPE.into())).set_pkce_challenge(challenge).url();
        url.into()
    }

    /// Who came back with `code` and `state`, if they may log in.
    pub(crate) async fn person<H: HttpClient>(
        &self,
        http: &H,
        code: &str,
        state: &str,
    ) -> Result<Person, Refusal> {
        let token = self.exchange(http, code, self.verifier(state)).await?;
        self.profile(http, &token).await
    }

    /// 64 hexadecimal digits, which RFC 7636 allows.
    fn verifier(&self, state: &str) -> PkceCodeVerifier {
        // A key of any length will do, so that this cannot fail.
        let keyed = Hmac::<Sha256>::new_from_slice(self.key.expose().as_bytes());
        let made = keyed.map(|key| key.chain_update("pkce ").chain_update(state).finalize().into_bytes());
        PkceCodeVerifier::new(made.map(hex::encode).unwrap_or_default())
    }

    fn named<B>(&self, mut request: Request<B>) -> Request<B> {
        request.headers_mut().insert(header::USER_AGENT, self.user_agent.clone());
        request
    }
}

fn wrong(name: &'static str, error: ParseError) -> ConfigError {
    ConfigError::Invalid { name, reason: format!("is no address ({error})") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        let value = |name: &str| match name {
            "OAUTH_CLIENT_ID" => Some("an id".to_owned()),
            "OAUTH_CLIENT_SECRET" => Some("s3cret".to_owned()),
            "OAUTH_REDIRECT_URI" => Some("https://tool.example/oauth-callback".to_owned()),
            "SECRET_KEY" => Some("k3y".to_owned()),
            _ => None,
        };
        Settings::read(value, None).unwrap()
    }

    #[test]
    fn the_way_to_the_wiki_has_all_that_it_needs_and_no_secret() {
        let settings = settings();
        let wiki = Wiki::of(&settings).unwrap().unwrap();
        let url = wiki.authorization_url("a-state");
        let (address, query) = url.split_once('?').unwrap();
        assert_eq!(address, "https://meta.wikimedia.org/w/rest.php/oauth2/authorize");
        let mut pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap();
        pairs.sort();
        let expected = [
            ("client_id", "an id"),
            (
                "code_challenge",
                PkceCodeChallenge::from_code_verifier_sha256(&wiki.verifier("a-state")).as_str(),
            ),
            ("code_challenge_method", "S256"),
            ("redirect_uri", "https://tool.example/oauth-callback"),
            ("response_type", "code"),
            ("scope", "basic"),
            ("state", "a-state"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(pairs, expected);
        assert!(!url.contains("s3cret") && !url.contains("k3y"));
        assert!(!url.contains(wiki.verifier("a-state").secret()));
    }

    #[test]
    fn each_state_has_a_verifier_of_its_own() {
        let settings = settings();
        let wiki = Wiki::of(&settings).unwrap().unwrap();
        let (one, two) = (wiki.verifier("one"), wiki.verifier("two"));
        assert_ne!(one.secret(), two.secret());
        assert_eq!(one.secret(), wiki.verifier("one").secret());
        assert!((43..=128).contains(&one.secret().len()));
    }

    #[test]
    fn nothing_that_prints_it_prints_a_secret() {
        let settings = settings();
        let printed = format!("{:?}", Wiki::of(&settings).unwrap());
        assert!(!printed.contains("s3cret") && !printed.contains("k3y"), "{printed}");
    }
}
