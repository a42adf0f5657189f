//! What people do at the wiki.

use reqwest::{Url, header::COOKIE, redirect::Policy};

use super::{Account, Wiki};
use crate::http::{Answer, Client, percent_encode};

/// What somebody chooses when the wiki asks whether the site may know who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// *Allow*
    Allow,
    /// *Cancel*
    Cancel,
}

impl Wiki {
    /// Whoever is logged in at the wiki with `account` follows the site's `link`, and chooses; answers the path on the
    /// site that the wiki sends them back to.
    pub async fn visit(&self, link: &str, account: &Account, choice: Choice) -> String {
        let id = account.id.to_string();
        self.shared.state().accounts.insert(id.clone(), account.clone());
        assert!(link.starts_with(&format!("{}/w/rest.php/oauth2/authorize?", self.url)), "{link}");
        let mut link = Url::parse(link).expect("an address");
        let chosen = match choice {
            Choice::Allow => "approval_pass",
            Choice::Cancel => "approval_cancel",
        };
        link.query_pairs_mut().append_pair(chosen, "1");
        let browser = reqwest::Client::builder().no_proxy().redirect(Policy::none());
        let browser = browser.user_agent("Mozilla/5.0 (a browser)").build().expect("a browser");
        let sent = browser.get(link).header(COOKIE, format!("centralauth_User={id}")).send().await;
        let answer = sent.expect("the wiki answers");
        let location = answer.headers().get("location").and_then(|value| value.to_str().ok());
        let back = location.unwrap_or_else(|| panic!("the wiki sends nobody back: {answer:?}"));
        let path = back.strip_prefix(&self.site).unwrap_or_else(|| panic!("back to elsewhere: {back}"));
        path.to_owned()
    }

    /// `client` goes to the wiki, chooses, and comes back; answers what the site says then.
    pub async fn come_back(&self, client: &Client, account: &Account, choice: Choice, next: &str) -> Answer {
        let back = self.visit(&self.set_out(client, next).await, account, choice).await;
        client.get_page(&back).await
    }

    /// `client` wants to log in; answers where the site sends it.
    pub async fn set_out(&self, client: &Client, next: &str) -> String {
        let answer = client.get_page(&format!("/login?next={}", percent_encode(next))).await.expect(303);
        answer.header("location").expect("an address").to_owned()
    }
}
