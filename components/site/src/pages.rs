//! The pages.

use access::Caller;
use axum::{
    extract::{Path, State},
    response::Response,
};
use http::{HeaderMap, StatusCode};
use moderation::Permission;
use platform::{
    Platform,
    config::Config as _,
    http::{Problem, Result},
};

use crate::assets::page;

/// `GET /`
pub(crate) async fn home(headers: HeaderMap) -> Result<Response> {
    page("home.html", &headers)
}

/// `GET /login`
pub(crate) async fn login<P: Platform>(State(platform): State<P>, headers: HeaderMap) -> Result<Response> {
    if platform.config().settings().await?.dev_mode {
        page("dev-login.html", &headers)
    } else {
        Err(Problem::new(
            StatusCode::NOT_IMPLEMENTED,
            "This version knows the development login only; signing in with Wikimedia comes with the next one.",
        ))
    }
}

/// `GET /channel/{channel}/queue`
pub(crate) async fn queue<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    Path(channel): Path<String>,
) -> Result<Response> {
    caller.member(&platform, &channel, Permission::Moderate).await?;
    page("queue.html", caller.headers())
}

/// `GET /channel/{channel}/log`
pub(crate) async fn log<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    Path(channel): Path<String>,
) -> Result<Response> {
    caller.member(&platform, &channel, Permission::Moderate).await?;
    page("log.html", caller.headers())
}
