//! Finding a channel's webhook secret the way a person would: log in, and look at the list of channels.

use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use serde::Deserialize;

use super::client::{Client, ClientError};
use crate::failure::Failure;

/// What is read of `GET /admin/channels`.
#[derive(Deserialize)]
struct Channels {
    channels: Vec<Channel>,
}

#[derive(Deserialize)]
struct Channel {
    id: String,
    webhook_secret: String,
}

/// Fails, with words for the user, if the server is not there.
pub(super) async fn check(client: &Client) -> Result<(), Failure> {
    client.check().await.map_err(|error| unreachable(client, &error))
}

/// The webhook secret of `channel`, from a server in development mode.
pub(super) async fn webhook_secret(client: &Client, channel: &str) -> Result<String, Failure> {
    let url = client.url();
    let login = ask(client, "/dev-login?username=Developer&central_id=1", None).await?;
    match login.status() {
        status if status.is_success() || status.is_redirection() => {}
        StatusCode::NOT_FOUND => {
            return Err(Failure::new(
                format!("the server at {url} is not in development mode, so it does not tell its secrets"),
                "pass the channel's webhook secret with --secret",
            ));
        }
        status => return Err(unexpected(client, "the development login", status)),
    }
    let listed = ask(client, "/admin/channels", Some(cookies(login.headers())?)).await?;
    if listed.status() != StatusCode::OK {
        return Err(unexpected(client, "the list of channels", listed.status()));
    }
    let Channels { channels } = serde_json::from_slice(listed.body()).map_err(|_| {
        Failure::new(
            format!("what answers at {url} is another version of chatstream, or none"),
            "check --url, or pass the channel's webhook secret with --secret",
        )
    })?;
    let known: Vec<_> = channels.iter().map(|channel| channel.id.as_str()).collect();
    let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    channels.into_iter().find(|it| it.id == channel).map(|channel| channel.webhook_secret).ok_or_else(|| {
        Failure::new(
            format!("the server at {url} has no channel {channel}"),
            format!("create it, or pass one of its channels with --channel: {known}"),
        )
    })
}

async fn ask(
    client: &Client,
    path: &str,
    cookies: Option<HeaderValue>,
) -> Result<Response<bytes::Bytes>, Failure> {
    let mut request = client.get(path)?;
    request.headers_mut().insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    if let Some(cookies) = cookies {
        request.headers_mut().insert(header::COOKIE, cookies);
    }
    client.exchange(request).await.map_err(|error| unreachable(client, &error))
}

/// The cookies that an answer sets, as the next request sends them.
fn cookies(headers: &HeaderMap) -> Result<HeaderValue, Failure> {
    let pairs: Vec<_> = headers
        .get_all(header::SET_COOKIE)
        .iter()
        .filter_map(|cookie| cookie.to_str().ok()?.split(';').next())
        .collect();
    HeaderValue::from_str(&pairs.join("; ")).map_err(|_| {
        Failure::new("the development login set a cookie that cannot be read", "pass --secret instead")
    })
}

fn unreachable(client: &Client, error: &ClientError) -> Failure {
    Failure::new(
        format!("nothing answers at {} ({error})", client.url()),
        "start the server with `cargo run --release`, or name another with --url",
    )
}

fn unexpected(client: &Client, what: &str, status: StatusCode) -> Failure {
    Failure::new(
        format!("{} answered {what} with {status}", client.url()),
        "look at the server's log, or pass the channel's webhook secret with --secret",
    )
}
