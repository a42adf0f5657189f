//! Who moderates a channel.

use access::{Access, Caller};
use axum::{
    Json,
    extract::{Path, State},
};
use moderation::{CentralId, Permission, Role};
use platform::{
    Platform,
    clock::rfc3339,
    http::{Input, Problem, Result},
};
use serde::{Deserialize, Serialize};
use store::{Person, members};

use crate::{channel::Done, fields::Number};

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
) -> Result<Json<Members>> {
    let access = caller.member(&platform, &channel, Permission::EditSettings).await?;
    let members = members::list(platform.database(), access.channel.key).await?.into_iter();
    let view = |member: members::Member| MemberView {
        centralauth_id: member.person.central_id,
        wiki_username: member.person.username,
        role: Role::as_str(member.role),
        added_at: rfc3339(member.added_at),
    };
    Ok(Json(Members { members: members.map(view).collect() }))
}

/// The body of [`add`].
#[derive(Debug, Deserialize)]
pub(crate) struct Addition {
    wiki_username: String,
    centralauth_id: Number,
    role: String,
}

/// `POST /channel/{channel}/members/add` with `wiki_username`, `centralauth_id`, `role` (`admin` or `moderator`):
/// in place of any role they had. Admins appoint moderators, superadmins admins too.
pub(crate) async fn add<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    Path(channel): Path<String>,
    input: Input,
) -> Result<Json<Done>> {
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
    let (database, key) = (platform.database(), access.channel.key);
    members::add(database, key, &person, role, access.person(), access.now).await?;
    Ok(Json(Done { ok: true }))
}

/// The body of [`remove`].
#[derive(Debug, Deserialize)]
pub(crate) struct Removal {
    centralauth_id: Number,
}

/// `POST /channel/{channel}/members/remove` with `centralauth_id`
pub(crate) async fn remove<P: Platform>(
    State(platform): State<P>,
    caller: Caller,
    Path(channel): Path<String>,
    input: Input,
) -> Result<Json<Done>> {
    let access = caller.changing_member(&platform, &channel, Permission::AppointModerators, &input).await?;
    let removal: Removal = input.parse()?;
    let central_id = central_id(removal.centralauth_id)?;
    check_may_replace(&platform, &access, central_id).await?;
    if members::remove(platform.database(), access.channel.key, central_id).await? {
        Ok(Json(Done { ok: true }))
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
