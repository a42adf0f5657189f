//! Who moderates a channel.

use access::{Access, Caller};
use axum::{
    extract::{Path, State},
    response::Response,
};
use http::StatusCode;
use maud::html;
use moderation::{CentralId, Permission, Role};
use platform::{
    Platform,
    clock::rfc3339,
    http::{Input, Problem, Result, wants_html},
};
use serde::{Deserialize, Serialize};
use store::{Person, audit::Change, members};

use crate::{
    fields::{Flag, Number},
    page::{Done, Page, button, changed, csrf, json, time},
};

/// A member.
#[derive(Debug, Serialize)]
pub(crate) struct MemberView {
    centralauth_id: i64,
    wiki_username: String,
    role: &'static str,
    added_at: String,
}

/// A channel's members.
#[derive(Debug, Serialize)]
pub(crate) struct Members {
    members: Vec<MemberView>,
}

/// `GET /channel/{channel}/members`
pub(crate) async fn list<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    Path(channel): Path<String>,
) -> Result<Response> {
    let access = caller.member(&platform, &channel, Permission::EditSettings).await?;
    let members = members::list(platform.database(), access.channel.key).await?;
    if wants_html(caller.headers()) {
        return Ok(page(&access, &members));
    }
    let view = |member: members::Member| MemberView {
        centralauth_id: member.person.central_id,
        wiki_username: member.person.username,
        role: Role::as_str(member.role),
        added_at: rfc3339(member.added_at),
    };
    Ok(json(StatusCode::OK, Members { members: members.into_iter().map(view).collect() }))
}

/// The body of [`add`].
#[derive(Debug, Deserialize)]
pub(crate) struct Addition {
    wiki_username: String,
    centralauth_id: Number,
    role: String,
    /// That the last admin really means to be one no longer.
    #[serde(default)]
    confirm: Option<Flag>,
}

/// `POST /channel/{channel}/members/add` with `wiki_username`, `centralauth_id`, `role` (`admin` or `moderator`):
/// in place of any role they had. Admins appoint moderators, superadmins admins too.
pub(crate) async fn add<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    Path(channel): Path<String>,
    input: Input,
) -> Result<Response> {
    let access = caller.changing_member(&platform, &channel, Permission::AppointModerators, &input).await?;
    let addition: Addition = input.parse()?;
    let role = Role::appointable(&addition.role)
        .map_err(|_| Problem::bad_request("role must be admin or moderator."))?;
    let person = Person {
        central_id: central_id(addition.centralauth_id)?,
        username: moderation::clean(addition.wiki_username.trim()).into_owned(),
    };
    if person.username.is_empty() {
        return Err(Problem::bad_request("wiki_username is missing."));
    }
    check_may_appoint(&access, role)?;
    check_may_replace(&platform, &access, person.central_id).await?;
    if role != Role::Admin {
        check_not_last(&platform, &access, person.central_id, addition.confirm).await?;
    }
    let (database, key) = (platform.database(), access.channel.key);
    let change = Change { by: access.person(), now: access.now };
    members::add(database, key, &person, role, change).await?;
    changed(&caller, &format!("/channel/{channel}/members"), Done { ok: true })
}

/// The body of [`remove`].
#[derive(Debug, Deserialize)]
pub(crate) struct Removal {
    centralauth_id: Number,
    #[serde(default)]
    confirm: Option<Flag>,
}

/// `POST /channel/{channel}/members/remove` with `centralauth_id`
pub(crate) async fn remove<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    Path(channel): Path<String>,
    input: Input,
) -> Result<Response> {
    let access = caller.changing_member(&platform, &channel, Permission::AppointModerators, &input).await?;
    let removal: Removal = input.parse()?;
    let central_id = central_id(removal.centralauth_id)?;
    check_may_replace(&platform, &access, central_id).await?;
    check_not_last(&platform, &access, central_id, removal.confirm).await?;
    let change = Change { by: access.person(), now: access.now };
    if members::remove(platform.database(), access.channel.key, central_id, change).await? {
        let next = if central_id == access.person().central_id {
            "/"
        } else {
            &*format!("/channel/{channel}/members")
        };
        changed(&caller, next, Done { ok: true })
    } else {
        Err(Problem::not_found("There is no such member."))
    }
}

fn central_id(Number(number): Number) -> Result<i64> {
    let id = CentralId::try_from(number);
    id.map(CentralId::get).map_err(|error| Problem::bad_request(format!("centralauth_id: {error}.")))
}

fn check_may_appoint(access: &Access, role: Role) -> Result<()> {
    if role == Role::Admin && !access.role.may(Permission::AppointAdmins) {
        return Err(Problem::forbidden("Only superadmins appoint admins."));
    }
    Ok(())
}

/// Whoever may not appoint admins may not end or lower another admin's role either; their own they may.
async fn check_may_replace<P: Platform>(platform: &P, access: &Access, central_id: i64) -> Result<()> {
    if access.role.may(Permission::AppointAdmins) || central_id == access.person().central_id {
        return Ok(());
    }
    let members = members::list(platform.database(), access.channel.key).await?;
    if members.iter().any(|member| member.person.central_id == central_id && member.role == Role::Admin) {
        return Err(Problem::forbidden("Only superadmins change an admin's role."));
    }
    Ok(())
}

/// The last admin does not end their own role by accident: a channel without admins can be mended by superadmins only.
async fn check_not_last<P: Platform>(
    platform: &P,
    access: &Access,
    central_id: i64,
    confirm: Option<Flag>,
) -> Result<()> {
    if central_id != access.person().central_id || confirm.is_some_and(|Flag(confirmed)| confirmed) {
        return Ok(());
    }
    let members = members::list(platform.database(), access.channel.key).await?;
    let mut admins = members.iter().filter(|member| member.role == Role::Admin);
    let is_last = admins.clone().count() == 1 && admins.any(|member| member.person.central_id == central_id);
    if is_last {
        return Err(Problem::conflict(
            "You are this channel's last admin: without you only superadmins can change it. \
             If that is what you want, do it again with confirm set.",
        ));
    }
    Ok(())
}

fn page(access: &Access, members: &[members::Member]) -> Response {
    let (signed_in, at) = (&access.signed_in, format!("/channel/{}", access.channel.id));
    let wiki = &signed_in.settings.mediawiki_url;
    let admins = members.iter().filter(|member| member.role == Role::Admin).count();
    let content = html! {
        table.log {
            caption.unseen { "Members" }
            thead { tr { @for head in ["Name", "Role", "Since", ""] { th scope="col" { (head) } } } }
            tbody { @for member in members { tr {
                td { bdi { (member.person.username) } p.soft { "central id " (member.person.central_id) } }
                td { (Role::as_str(member.role)) }
                td { (time(member.added_at)) }
                td { (removal(access, member, &at, admins)) }
            } } }
        }
        @if members.is_empty() { p { "Nobody yet." } }
        h2 { "Add somebody" }
        form.fields method="post" action={ (at) "/members/add" } data-wiki=(wiki) {
            (csrf(signed_in))
            label for="wiki_username" { "Wikimedia user name" }
            input #wiki_username name="wiki_username" required maxlength="255" autocomplete="off" dir="auto"
                list="found" aria-describedby="name-help";
            datalist #found {}
            p.soft #name-help { "Suggestions come from " (wiki) " as you type. Somebody who is there already gets the new role." }
            label for="centralauth_id" { "Central id" }
            input #centralauth_id name="centralauth_id" required inputmode="numeric" pattern="[0-9]+" autocomplete="off"
                aria-describedby="id-help";
            p.soft #id-help {
                "The number of their global account: filled in when you choose a suggestion, else found at "
                a href={ (wiki) "/wiki/Special:CentralAuth" } { "Special:CentralAuth" }
                ". People are known here by this number alone, whatever they are called."
            }
            p #chosen role="status" data-none="No global account has this name." data-locked="This account is locked." {}
            label for="role" { "Role" }
            select #role name="role" {
                option value="moderator" { "moderator: decides about messages" }
                @if access.role.may(Permission::AppointAdmins) { option value="admin" { "admin: runs the channel" } }
            }
            p { button.act.primary { "Add" } }
        }
    };
    let links = [
        (format!("{at}/queue"), "Queue"),
        (format!("{at}/settings"), "Settings"),
        (format!("{at}/audit"), "Changes"),
    ];
    let title = format!("Members of {}", access.channel.settings.name);
    Page { signed_in, title: &title, links: &links, script: "admin-members.js", may_ask: wiki, content }
        .respond(StatusCode::OK)
}

fn removal(access: &Access, member: &members::Member, at: &str, admins: usize) -> maud::Markup {
    let id = member.person.central_id.to_string();
    let (action, label) = (format!("{at}/members/remove"), format!("Remove {}", member.person.username));
    let is_self = member.person.central_id == access.person().central_id;
    html! {
        @if member.role == Role::Admin && !is_self && !access.role.may(Permission::AppointAdmins) {
            span.soft { "Only superadmins can." }
        } @else if is_self && member.role == Role::Admin && admins == 1 {
            form method="post" action=(action) {
                (csrf(&access.signed_in))
                input type="hidden" name="centralauth_id" value=(id);
                label { input type="checkbox" name="confirm" value="true" required; " I am the last admin, and mean it" }
                " "
                button.act aria-label=(label) { "Remove" }
            }
        } @else {
            (button(&access.signed_in, &action, &[("centralauth_id", &id)], "Remove", &label))
        }
    }
}
