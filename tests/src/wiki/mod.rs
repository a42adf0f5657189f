//! A mock Meta-Wiki: OAuth 2.0 as MediaWiki's extension OAuth speaks it, over HTTP, for a host under test to log people
//! in with. It is as strict as the real one, and stricter where that forgives what a client should not do.
//!
//! Facts: the extension's `src/Rest/Handler/`, `src/UserStatementProvider.php`, and league/oauth2-server 9, which it
//! is built on. What the real one answers to a mistake, this one does.

mod account;
mod oauth;
mod request;
mod server;
mod visit;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::task::JoinHandle;

pub use self::{account::Account, request::Request, visit::Choice};
use crate::host::Options;

/// The site's registration at the wiki ("consumer").
const CLIENT_ID: &str = "0123456789abcdef0123456789abcdef";
const CLIENT_SECRET: &str = "fedcba9876543210fedcba9876543210fedcba98";
/// Where the site sends people back to, unless a story says otherwise. Nothing listens there: who follows the way back
/// goes on to the host under test.
const SITE: &str = "http://chatstream.test";

/// How long the wiki's codes are. The real ones are over 4 KB at times.
pub const USUAL_CODE: usize = 4_400;

/// What can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// `authorize`, by browsers.
    Authorize,
    /// `access_token`, by sites.
    AccessToken,
    /// `resource/profile`, by sites.
    Profile,
}

/// What an endpoint does in place of its work.
#[derive(Debug, Clone)]
pub enum Trouble {
    /// An error page with this status, as its servers' front has it.
    Status(u16),
    /// It answers after so long, and then as usual.
    Late(Duration),
    /// It never answers.
    Silent,
    /// It ends the connection without an answer.
    HangsUp,
    /// It answers 200 with this.
    Says(String),
}

/// The running mock. It ends with the test that started it.
#[derive(Debug)]
pub struct Wiki {
    shared: Arc<Shared>,
    url: String,
    site: String,
    serving: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    callback: String,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    accounts: HashMap<String, Account>,
    codes: HashMap<String, Code>,
    tokens: HashMap<String, Account>,
    troubles: HashMap<Endpoint, Trouble>,
    requests: Vec<Request>,
    code_length: usize,
}

/// A code that was given out.
#[derive(Debug, Clone)]
struct Code {
    account: Account,
    challenge: String,
    used: bool,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wiki {
    /// Starts one, where the site is registered with a callback on plain HTTP.
    pub async fn start() -> Self {
        Self::start_for(SITE).await
    }

    /// Starts one for a site at `site`, such as `https://chatstream.test`.
    pub async fn start_for(site: &str) -> Self {
        let state = State { code_length: USUAL_CODE, ..State::default() };
        let shared =
            Arc::new(Shared { callback: format!("{site}/oauth-callback"), state: Mutex::new(state) });
        let (url, serving) = server::start(Arc::clone(&shared)).await;
        Self { shared, url, site: site.to_owned(), serving }
    }

    /// What a host has to be told so that people log in here.
    pub fn options(&self) -> Options {
        Options::default()
            .with("MEDIAWIKI_URL", &self.url)
            .with("OAUTH_CLIENT_ID", CLIENT_ID)
            .with("OAUTH_CLIENT_SECRET", CLIENT_SECRET)
            .with("OAUTH_REDIRECT_URI", &self.shared.callback)
            .with("SECRET_KEY", "a key that only this site has")
    }

    /// Where it is, such as `http://127.0.0.1:40123`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The client's secret, which must be seen nowhere else.
    pub fn client_secret(&self) -> &'static str {
        CLIENT_SECRET
    }

    /// From now on, `endpoint` does this in place of its work.
    pub fn trouble(&self, endpoint: Endpoint, trouble: Trouble) {
        self.shared.state().troubles.insert(endpoint, trouble);
    }

    /// From now on, all is well.
    pub fn recover(&self) {
        self.shared.state().troubles.clear();
    }

    /// From now on, codes have so many characters.
    pub fn give_codes_of(&self, characters: usize) {
        self.shared.state().code_length = characters;
    }

    /// All requests so far.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.state().requests.clone()
    }

    /// All codes and tokens so far, which must be seen nowhere else.
    pub fn secrets(&self) -> Vec<String> {
        let state = self.shared.state();
        state.codes.keys().chain(state.tokens.keys()).cloned().collect()
    }
}

impl Drop for Wiki {
    fn drop(&mut self) {
        self.serving.abort();
    }
}
