//! Every call, by every role.

use chatstream_tests::{
    channel::TestChannel,
    http::{Answer, Client, send},
    people::Person,
};
use reqwest::Method;
use serde_json::{Value, json};

/// Who may do something: this role and all above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Role {
    Nobody,
    Stranger,
    Moderator,
    Admin,
    Superadmin,
}

use Role::{Admin, Moderator, Superadmin};

/// A call: the least role for it, the method, the address (`C` stands for the channel, `M` for a message of it), and
/// the body of a change.
struct Call(Role, &'static str, &'static str, fn() -> Value);

fn none() -> Value {
    json!({})
}

fn member() -> Value {
    json!({"wiki_username": "Newcomer", "centralauth_id": 4711, "role": "moderator"})
}

fn new_admin() -> Value {
    json!({"wiki_username": "New admin", "centralauth_id": 4712, "role": "admin"})
}

fn entry() -> Value {
    json!({"id": 999_999_999})
}

fn sender() -> Value {
    json!({"screen_name": "Mallory", "sender_id": "a-sender", "centralauth_id": 4713})
}

fn file() -> Value {
    json!({"csv": "neither"})
}

const CALLS: &[Call] = &[
    Call(Moderator, "GET", "/channel/C/queue", none),
    Call(Moderator, "GET", "/channel/C/log", none),
    Call(Moderator, "GET", "/channel/C/queue/messages.json", none),
    Call(Moderator, "GET", "/api/channel/C/queue", none),
    Call(Moderator, "GET", "/api/channel/C/log", none),
    Call(Moderator, "GET", "/api/channel/C/log.csv", none),
    Call(Moderator, "PUT", "/api/channel/C/focus", || json!({"message_id": null})),
    Call(Moderator, "POST", "/api/channel/C/message/M/highlight", none),
    Call(Moderator, "POST", "/api/channel/C/message/M/approve", none),
    Call(Moderator, "POST", "/api/channel/C/message/M/reject", none),
    Call(Moderator, "POST", "/api/channel/C/message/M/reject-similar", none),
    Call(Moderator, "POST", "/api/channel/C/message/M/undo", none),
    Call(Moderator, "POST", "/api/channel/C/block-user", sender),
    Call(Moderator, "POST", "/api/channel/C/whitelist-user", sender),
    Call(Moderator, "POST", "/api/channel/C/block-similar", || json!({"message_id": 999_999_999})),
    Call(Moderator, "GET", "/channel/C/blacklist", none),
    Call(Moderator, "GET", "/channel/C/whitelist", none),
    Call(Moderator, "GET", "/channel/C/patterns", none),
    Call(Moderator, "POST", "/channel/C/blacklist/remove", entry),
    Call(Moderator, "POST", "/channel/C/whitelist/remove", entry),
    Call(Moderator, "POST", "/channel/C/patterns/remove", entry),
    Call(Admin, "GET", "/channel/C/settings", none),
    Call(Admin, "POST", "/channel/C/settings", || json!({"description": "changed"})),
    Call(Admin, "GET", "/channel/C/members", none),
    Call(Admin, "POST", "/channel/C/members/add", member),
    Call(Admin, "POST", "/channel/C/members/remove", || json!({"centralauth_id": 4711})),
    Call(Superadmin, "POST", "/channel/C/members/add", new_admin),
    Call(Superadmin, "POST", "/channel/C/members/remove", || json!({"centralauth_id": 4712})),
    Call(Admin, "POST", "/channel/C/token/regenerate", none),
    Call(Admin, "POST", "/channel/C/blacklist/export", entry),
    Call(Superadmin, "GET", "/admin/channels", none),
    Call(Superadmin, "POST", "/admin/channels/create", || json!({"id": "Not A Slug", "name": "x"})),
    Call(Superadmin, "GET", "/admin/global-blacklist", none),
    Call(Superadmin, "POST", "/admin/global-blacklist/remove", entry),
    Call(Moderator, "GET", "/channel/C/blacklist.csv", none),
    Call(Moderator, "GET", "/channel/C/whitelist.csv", none),
    Call(Moderator, "GET", "/channel/C/patterns.csv", none),
    Call(Moderator, "POST", "/channel/C/blacklist/add", none),
    Call(Moderator, "POST", "/channel/C/whitelist/add", none),
    Call(Moderator, "POST", "/channel/C/patterns/add", none),
    Call(Moderator, "POST", "/channel/C/blacklist/import", file),
    Call(Moderator, "POST", "/channel/C/whitelist/import", file),
    Call(Moderator, "POST", "/channel/C/patterns/import", file),
    Call(Admin, "GET", "/channel/C/audit", none),
    Call(Superadmin, "GET", "/admin/audit", none),
    Call(Superadmin, "GET", "/admin/", none),
    Call(Superadmin, "POST", "/admin/channels/C/edit", || json!({"name": ""})),
    Call(Superadmin, "GET", "/admin/channels/C/delete", none),
    Call(Superadmin, "POST", "/admin/channels/C/delete", none),
    Call(Superadmin, "GET", "/admin/channels/C/connect", none),
    Call(Superadmin, "POST", "/admin/channels/C/secret/regenerate", none),
    Call(Superadmin, "POST", "/admin/channels/C/secret/revoke", none),
    Call(Superadmin, "GET", "/admin/global-blacklist.csv", none),
    Call(Superadmin, "POST", "/admin/global-blacklist/add", none),
    Call(Superadmin, "POST", "/admin/global-blacklist/import", file),
    Call(Superadmin, "GET", "/admin/retention", none),
    Call(Superadmin, "POST", "/admin/retention/purge", || json!({"days": -1})),
    Call(Superadmin, "POST", "/admin/retention/forget", none),
    Call(Superadmin, "GET", "/admin/simulation", none),
    Call(Superadmin, "POST", "/admin/simulation/activate", none),
    Call(Superadmin, "POST", "/admin/simulation/inject", none),
    Call(Admin, "POST", "/channel/C/archive", none),
    Call(Admin, "POST", "/channel/C/unarchive", none),
];

async fn call(person: Option<&Person>, nobody: &Client, call: &Call, path: &str) -> Answer {
    let method: Method = call.1.parse().unwrap();
    let request = match person {
        Some(person) => person.changing(method.clone(), path),
        None => nobody.request(method.clone(), path),
    };
    send(if method == Method::GET { request } else { request.json(&call.3()) }).await
}

#[tokio::test]
async fn each_call_is_for_its_role_and_those_above() {
    let channel = TestChannel::open().await;
    let message = channel.anybody_says("hello").await.id.to_string();
    let stranger = TestChannel::open().await.admin().await;
    let admin = channel.admin().await;
    // A superadmin's removal of the admin needs one to be there.
    let nobody = channel.nobody();
    for it in CALLS {
        let Call(least, method, path, _) = it;
        let path = path.replace("/C/", &format!("/{}/", channel.id)).replace("/M/", &format!("/{message}/"));
        for (role, person) in [
            (Role::Nobody, None),
            (Role::Stranger, Some(&*stranger)),
            (Moderator, Some(&*channel.moderator)),
            (Admin, Some(&*admin)),
            (Superadmin, Some(&channel.superadmin)),
        ] {
            let answer = call(person, &nobody, it, &path).await;
            let status = answer.status.as_u16();
            match role {
                Role::Nobody => assert_eq!(status, 401, "{role:?}: {method} {answer}"),
                _ if role < *least => assert_eq!(status, 403, "{role:?}: {method} {answer}"),
                // The role is right; whether the rest makes sense is another story.
                _ => assert!(matches!(status, 200 | 400 | 404 | 409), "{role:?}: {method} {answer}"),
            }
        }
    }
}

#[tokio::test]
async fn every_change_needs_the_csrf_token() {
    let channel = TestChannel::open().await;
    let message = channel.anybody_says("hello").await.id.to_string();
    for Call(_, method, path, body) in CALLS.iter().filter(|call| call.1 != "GET") {
        let path = path.replace("/C/", &format!("/{}/", channel.id)).replace("/M/", &format!("/{message}/"));
        let request = channel.superadmin.client().request(method.parse().unwrap(), &path).json(&body());
        let detail = send(request).await.problem(403);
        assert!(detail.contains("CSRF"), "{path}: {detail}");
    }
}

#[tokio::test]
async fn a_role_holds_from_the_moment_it_is_given_and_no_longer() {
    let channel = TestChannel::open().await;
    let person = channel.stranger().await;
    let path = channel.moderator.api("queue");
    person.get(&path).await.problem(403);
    let body =
        json!({"wiki_username": person.name(), "centralauth_id": person.central_id(), "role": "moderator"});
    channel.superadmin.post(&channel.moderator.page("members/add"), &body).await.ok();
    person.get(&path).await.expect(200);
    channel.superadmin.post(&channel.moderator.page("members/remove"), &body).await.ok();
    person.get(&path).await.problem(403);
}

#[tokio::test]
async fn a_superadmin_s_name_is_matched_exactly() {
    let channel = TestChannel::open().await;
    for name in ["developer", "Developer ", "DEVELOPER", "Developers"] {
        let person = Person::login(channel.base(), name, chatstream_tests::channel::fresh_number()).await;
        // White space around a name is not part of it.
        let expected = name.trim() == "Developer";
        assert_eq!(person.me().await["superadmin"], expected, "{name:?}");
    }
}
