//! Feeds, read by a feed library that is not ours.

use feed_rs::{
    model::{Entry, Feed},
    parser,
};
use reqwest::Method;

use crate::http::{Answer, Base, Client, send};

/// A reader of one channel's feeds.
#[derive(Debug, Clone)]
pub struct Feeds {
    client: Client,
    channel: String,
    token: Option<String>,
}

impl Feeds {
    /// A reader without a token.
    pub fn new(base: &Base, channel: &str) -> Self {
        Self { client: Client::new(base), channel: channel.to_owned(), token: None }
    }

    /// The same with a display token.
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// All that was approved.
    pub async fn all(&self) -> Feed {
        parsed(&self.get("", &[]).await.expect(200))
    }

    /// What was highlighted.
    pub async fn highlights(&self) -> Feed {
        parsed(&self.get("/highlights", &[]).await.expect(200))
    }

    /// The texts of all that was approved, newest decision first.
    pub async fn texts(&self) -> Vec<String> {
        texts(&self.all().await)
    }

    /// A feed's answer; `which` is empty or `/highlights`.
    pub async fn get(&self, which: &str, headers: &[(&str, &str)]) -> Answer {
        let token = self.token.as_ref().map(|token| format!("?token={token}")).unwrap_or_default();
        let mut request = self.client.plain(Method::GET, &format!("/rss/{}{which}{token}", self.channel));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        send(request).await
    }
}

/// The feed in an answer.
///
/// # Panics
///
/// If a feed library cannot read it, or it is not what RSS 2.0 readers expect.
pub fn parsed(answer: &Answer) -> Feed {
    assert_eq!(answer.header("content-type"), Some("application/rss+xml; charset=utf-8"));
    parser::parse(answer.body.as_slice()).unwrap_or_else(|error| panic!("{error}: {}", answer.text()))
}

/// The texts of a feed's items, in their order.
pub fn texts(feed: &Feed) -> Vec<String> {
    feed.entries.iter().map(description).collect()
}

/// An item's text.
pub fn description(entry: &Entry) -> String {
    entry.summary.as_ref().map(|text| text.content.clone()).unwrap_or_default()
}
