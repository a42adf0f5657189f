//! The pages and what they load, and what operators ask.
//!
//! **Invariant:** every page is a file of `static/`; nothing is written into it here, so there is nothing to
//! escape. What a page shows it asks the API for. A page of a channel is sent only to who may use it.
//!
//! | route | what |
//! | --- | --- |
//! | `GET /`, `/channel/{channel}/queue`, `/channel/{channel}/log`, `/admin/sessions` | pages |
//! | `GET /static/{path}` | what they load |
//! | `GET /healthz`, `/version`, `/api/openapi.json` | for operators and programs |

mod assets;
mod operations;
mod pages;

use axum::{Router, routing::get};
use platform::Platform;

/// This component's routes.
pub fn router<P: Platform>(platform: P) -> Router {
    Router::new()
        .route("/", get(pages::home))
        .route("/admin/sessions", get(pages::sessions::<P>))
        .route("/channel/{channel}/queue", get(pages::queue::<P>))
        .route("/channel/{channel}/log", get(pages::log::<P>))
        .route("/static/{*path}", get(assets::asset))
        .route("/favicon.ico", get(assets::icon))
        .route("/healthz", get(operations::healthz::<P>))
        .route("/version", get(operations::version))
        .route("/api/openapi.json", get(operations::openapi))
        .with_state(platform)
}

#[cfg(target_family = "wasm")]
platform::spin_component!(crate::router, store::schema::Tables);
