//! Server-sent events (the HTML standard, section 9.2), read as a browser reads them.

use reqwest::{RequestBuilder, Response};

use crate::{queue::Delta, wait::within_patience};

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerEvent {
    /// Its name.
    pub name: String,
    /// The last id that was sent.
    pub id: String,
    /// Its data.
    pub data: String,
}

impl ServerEvent {
    /// The data of a `queue` event.
    pub fn delta(&self) -> Delta {
        assert_eq!(self.name, "queue", "{self:?}");
        let delta: Delta = serde_json::from_str(&self.data).expect("a delta");
        assert_eq!(self.id, delta.revision.to_string(), "the id is the revision");
        delta
    }
}

/// An open stream.
#[derive(Debug)]
pub struct EventStream {
    response: Response,
    buffer: Vec<u8>,
    last_id: String,
}

impl EventStream {
    /// Opens a stream.
    pub async fn open(request: RequestBuilder) -> Self {
        let response = within_patience("a stream to open", request.send()).await.expect("an answer");
        assert_eq!(response.status().as_u16(), 200, "{}", response.url());
        let header = |name: &str| response.headers()[name].to_str().unwrap_or_default().to_owned();
        assert!(header("content-type").starts_with("text/event-stream"));
        assert_eq!(header("x-accel-buffering"), "no", "proxies must not keep events back");
        assert!(!header("x-request-id").is_empty());
        Self { response, buffer: Vec::new(), last_id: String::new() }
    }

    /// The next event; `None` once the stream has ended.
    pub async fn next(&mut self) -> Option<ServerEvent> {
        within_patience("an event", async {
            loop {
                if let Some(block) = self.next_block() {
                    if let Some(event) = self.read(&block) {
                        return Some(event);
                    }
                    continue;
                }
                match self.response.chunk().await {
                    Ok(Some(bytes)) => self.buffer.extend_from_slice(&bytes),
                    // A host that is killed breaks the connection off.
                    Ok(None) | Err(_) => return None,
                }
            }
        })
        .await
    }

    /// The id of the last event: what a browser sends as `Last-Event-ID` when it connects again.
    pub fn last_id(&self) -> &str {
        &self.last_id
    }

    /// The next event's delta.
    pub async fn delta(&mut self) -> Delta {
        self.next().await.expect("the stream goes on").delta()
    }

    fn next_block(&mut self) -> Option<String> {
        let end = self.buffer.windows(2).position(|two| two == b"\n\n")?;
        let block: Vec<u8> = self.buffer.drain(..end + 2).collect();
        Some(String::from_utf8(block).expect("an event stream is UTF-8"))
    }

    fn read(&mut self, block: &str) -> Option<ServerEvent> {
        let (mut name, mut data) = (String::from("message"), Vec::new());
        for line in block.lines() {
            let (field, value) = line.split_once(':').unwrap_or((line, ""));
            let value = value.strip_prefix(' ').unwrap_or(value);
            match field {
                "event" => value.clone_into(&mut name),
                "data" => data.push(value),
                "id" => value.clone_into(&mut self.last_id),
                // A comment, or how soon to connect again.
                _ => {}
            }
        }
        (!data.is_empty()).then(|| ServerEvent { name, id: self.last_id.clone(), data: data.join("\n") })
    }
}
