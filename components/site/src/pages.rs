//! The pages.

use access::Caller;
use axum::{
    extract::{Path, State},
    response::Response,
};
use http::HeaderMap;
use moderation::Permission;
use platform::{Platform, http::Result};

use crate::assets::page;

/// `GET /`
pub(crate) async fn home(headers: HeaderMap) -> Result<Response> {
    page("home.html", &headers)
}

/// `GET /admin/sessions`
pub(crate) async fn sessions<P: Platform>(State(platform): State<P>, caller: Caller) -> Result<Response> {
    caller.superadmin(&platform).await?;
    page("sessions.html", caller.headers())
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
