//! What all pages of this component share. They are whole without a script: forms, tables and links.

use access::{Caller, SignedIn};
use axum::{
    Json,
    response::{IntoResponse as _, Response},
};
use http::{HeaderValue, StatusCode, header};
use maud::{DOCTYPE, Markup, html};
use platform::{
    clock::{Millis, rfc3339},
    http::{Problem, Result, wants_html},
};
use serde::Serialize;

/// The answer to what has nothing more to say.
#[derive(Debug, Serialize)]
pub(crate) struct Done {
    pub(crate) ok: bool,
}

/// A page.
pub(crate) struct Page<'a> {
    /// Who sees it.
    pub(crate) signed_in: &'a SignedIn,
    /// What is on top of it.
    pub(crate) title: &'a str,
    /// Where one may go from here: addresses and words.
    pub(crate) links: &'a [(String, &'a str)],
    /// The script that makes it handier.
    pub(crate) script: &'a str,
    /// Another server that the script may ask; empty for none.
    pub(crate) may_ask: &'a str,
    /// What it is about.
    pub(crate) content: Markup,
}

impl Page<'_> {
    /// The page as an answer.
    pub(crate) fn respond(self, status: StatusCode) -> Response {
        let policy = format!(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' {}; \
             form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            self.may_ask
        );
        let mut response = (status, self.render().into_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Ok(policy) = HeaderValue::try_from(policy) {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        response
    }

    fn render(&self) -> Markup {
        let Self { signed_in, title, links, script, content, .. } = self;
        html! {
            (DOCTYPE)
            html lang="en" dir="ltr" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (title) " · chatstream" }
                    link rel="icon" href="/static/icon.svg" type="image/svg+xml";
                    link rel="stylesheet" href="/static/style.css";
                    link rel="stylesheet" href="/static/admin.css";
                    script type="module" src={ "/static/" (script) } {}
                }
                body data-csrf=(signed_in.session.csrf_token) {
                    header.site {
                        a.brand href="/" { "chatstream" }
                        @if signed_in.superadmin { a href="/admin/" { "Administration" } }
                        span.account { bdi.soft { (signed_in.person().username) } }
                    }
                    main.wide {
                        @if signed_in.settings.dev_mode {
                            p.hint { "Development mode: anybody on this machine can be anybody." }
                        }
                        h1 { (title) }
                        @if !links.is_empty() {
                            nav.links aria-label="Where to go from here" {
                                @for (address, words) in *links { a href=(address) { (words) } }
                            }
                        }
                        (content)
                    }
                }
            }
        }
    }
}

/// The hidden field that shows that a form is meant.
pub(crate) fn csrf(signed_in: &SignedIn) -> Markup {
    html! { input type="hidden" name="csrf_token" value=(signed_in.session.csrf_token); }
}

/// A form of one button.
pub(crate) fn button(
    signed_in: &SignedIn,
    action: &str,
    fields: &[(&str, &str)],
    words: &str,
    label: &str,
) -> Markup {
    html! {
        form method="post" action=(action) {
            (csrf(signed_in))
            @for (name, value) in fields { input type="hidden" name=(name) value=(value); }
            button.act aria-label=(label) { (words) }
        }
    }
}

/// A moment, in UTC; a script adds the viewer's own time.
pub(crate) fn time(at: Millis) -> Markup {
    let text = rfc3339(at);
    let shown =
        text.get(..19).map_or_else(|| text.clone(), |start| format!("{} UTC", start.replace('T', " ")));
    html! { time datetime=(text) { (shown) } }
}

/// A moment, or words where there was none.
pub(crate) fn time_or(at: Option<Millis>, never: &str) -> Markup {
    html! { @match at { Some(at) => (time(at)), None => span.soft { (never) } } }
}

/// JSON that nobody keeps.
pub(crate) fn json<T: Serialize>(status: StatusCode, body: T) -> Response {
    (status, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

/// After a change: a browser goes (on) to `next`, a program gets the JSON.
pub(crate) fn changed<T: Serialize>(caller: &Caller, next: &str, body: T) -> Result<Response> {
    if !wants_html(caller.headers()) {
        return Ok(json(StatusCode::OK, body));
    }
    let next = HeaderValue::try_from(next).map_err(|_| Problem::internal())?;
    Ok(Problem::see_other(next).into_response())
}
