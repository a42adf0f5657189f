//! Logging in as anybody, in development.

use access::Caller;
use axum::{
    extract::{Query, State},
    response::{Html, IntoResponse as _, Response},
};
use moderation::CentralId;
use platform::{
    Platform,
    config::Config as _,
    http::{Problem, Result, escape, page},
};
use serde::Deserialize;
use store::Person;

use crate::{
    enter::{MAX_USERNAME, enter},
    next,
};

/// The query of [`dev_login`].
#[derive(Debug, Deserialize)]
pub(crate) struct Parameters {
    username: Option<String>,
    central_id: Option<String>,
    next: Option<String>,
}

/// The form that leads to [`dev_login`], and on to `next`.
pub(crate) fn form(next: &str) -> Response {
    let next = escape(next);
    let content = format!(
        "<p>This server runs in development mode: no password, and you can be anybody. \
         The superadmin is Developer, unless the settings name others.</p>\n\
         <form class=\"fields\" method=\"get\" action=\"/dev-login\">\n\
         <label for=\"username\">User name</label>\n\
         <input id=\"username\" name=\"username\" required maxlength=\"255\" autocomplete=\"username\" \
         autocapitalize=\"words\" autofocus>\n\
         <label for=\"central_id\">Central id</label>\n\
         <input id=\"central_id\" name=\"central_id\" required inputmode=\"numeric\" pattern=\"[0-9]{{1,18}}\" \
         autocomplete=\"off\" aria-describedby=\"central-help\">\n\
         <p id=\"central-help\" class=\"soft\">A number above 0. Members of channels are known by it.</p>\n\
         <input type=\"hidden\" name=\"next\" value=\"{next}\">\n\
         <div><button class=\"act primary\">Log in</button></div>\n</form>\n"
    );
    Html(page("Development login", &content)).into_response()
}

/// `GET /dev-login?username=&central_id=&next=`; 404 outside development.
pub(crate) async fn dev_login<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    Query(parameters): Query<Parameters>,
) -> Result<Response> {
    let settings = platform.config().settings().await?;
    if !settings.dev_mode {
        return Err(Problem::not_found("There is nothing at this address."));
    }
    // Another site's page could else log this browser in as somebody of its choice.
    if caller.headers().get("sec-fetch-site").is_some_and(|site| site == "cross-site") {
        return Err(Problem::forbidden("This request came from another site."));
    }
    let person = person(parameters.username, parameters.central_id.as_deref())?;
    let next = next::safe(parameters.next.as_deref());
    let response = enter(&platform, &caller, &settings, &person, next).await?;
    tracing::warn!(central_id = person.central_id, "logged in by development login");
    Ok(response)
}

fn person(username: Option<String>, central_id: Option<&str>) -> Result<Person> {
    let username = username.map(|name| moderation::clean(name.trim()).into_owned()).unwrap_or_default();
    if username.is_empty() || username.len() > MAX_USERNAME {
        return Err(Problem::bad_request(format!("username must be 1 to {MAX_USERNAME} bytes long.")));
    }
    let central_id = central_id.unwrap_or_default().parse::<CentralId>();
    let central_id = central_id.map_err(|error| Problem::bad_request(format!("central_id: {error}.")))?;
    Ok(Person { central_id: central_id.get(), username })
}
