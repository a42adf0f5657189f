//! Members: the last admin, and the trail of changes.

use chatstream_tests::channel::{TestChannel, fresh_number};
use serde_json::{Value, json};

async fn trail(channel: &TestChannel) -> Vec<Value> {
    let answer = channel.superadmin.get(&channel.moderator.page("audit")).await.ok();
    answer["entries"].as_array().unwrap().clone()
}

#[tokio::test]
async fn the_last_admin_does_not_go_by_accident() {
    let channel = TestChannel::open().await;
    let admin = channel.admin().await;
    let me = json!({"centralauth_id": admin.central_id()});
    let detail = admin.post(&admin.page("members/remove"), &me).await.problem(409);
    assert!(detail.contains("last admin") && detail.contains("confirm"), "{detail}");
    let lower =
        json!({"wiki_username": admin.name(), "centralauth_id": admin.central_id(), "role": "moderator"});
    admin.post(&admin.page("members/add"), &lower).await.problem(409);

    // With another admin beside them they are free to go.
    let other = channel.admin().await;
    other.post(&other.page("members/remove"), &json!({"centralauth_id": other.central_id()})).await.ok();
    admin.post(&admin.page("members/remove"), &me).await.problem(409);
    let sure = json!({"centralauth_id": admin.central_id(), "confirm": true});
    admin.post(&admin.page("members/remove"), &sure).await.ok();
    admin.get(&admin.page("members")).await.problem(403);
}

#[tokio::test]
async fn a_superadmin_may_remove_the_last_admin() {
    let channel = TestChannel::open().await;
    let admin = channel.admin().await;
    let remove = json!({"centralauth_id": admin.central_id()});
    channel.superadmin.post(&admin.page("members/remove"), &remove).await.ok();
}

#[tokio::test]
async fn matching_is_by_central_id_whatever_somebody_is_called() {
    let channel = TestChannel::open().await;
    let person = channel.stranger().await;
    let other =
        json!({"wiki_username": person.name(), "centralauth_id": fresh_number(), "role": "moderator"});
    channel.superadmin.post(&channel.moderator.page("members/add"), &other).await.ok();
    person.get(&channel.moderator.api("queue")).await.problem(403);
    let renamed =
        json!({"wiki_username": "Another name", "centralauth_id": person.central_id(), "role": "moderator"});
    channel.superadmin.post(&channel.moderator.page("members/add"), &renamed).await.ok();
    person.get(&channel.moderator.api("queue")).await.expect(200);
}

#[tokio::test]
async fn every_change_is_in_the_trail() {
    let channel = TestChannel::open().await;
    let admin = channel.admin().await;
    let number = fresh_number();
    let newcomer = json!({"wiki_username": "Newcomer", "centralauth_id": number, "role": "moderator"});
    admin.post(&admin.page("members/add"), &newcomer).await.ok();
    admin.post(&admin.page("members/remove"), &json!({"centralauth_id": number})).await.ok();
    admin.post(&admin.page("members/remove"), &json!({"centralauth_id": number})).await.problem(404);
    admin.post(&admin.page("settings"), &json!({"name": "New", "is_public": false})).await.ok();
    admin.post(&admin.page("token/regenerate"), &json!({})).await.ok();
    admin.post(&admin.page("archive"), &json!({})).await.ok();
    admin.post(&admin.page("unarchive"), &json!({})).await.ok();
    let trail = trail(&channel).await;
    let told: Vec<_> = trail
        .iter()
        .map(|it| ["action", "about", "detail"].map(|field| it[field].as_str().unwrap().to_owned()))
        .collect();
    let expected = [
        ["unarchive", "", ""],
        ["archive", "", ""],
        ["new-token", "", ""],
        ["edit-settings", "", "name, is_public"],
        ["remove-member", "Newcomer", "moderator"],
        ["add-member", "Newcomer", "moderator"],
        ["add-member", admin.name(), "admin"],
        ["add-member", channel.moderator.name(), "moderator"],
        ["create-channel", &channel.id, ""],
    ];
    assert_eq!(told, expected);
    assert_eq!((&trail[0]["by"], &trail[8]["by"]), (&json!(admin.name()), &json!("Developer")));
    assert!(trail.iter().all(|it| it["channel"] == json!(channel.id)));
}

#[tokio::test]
async fn the_trail_comes_in_pages_and_to_whom_it_belongs() {
    let (channel, other) = (TestChannel::open().await, TestChannel::open().await);
    let admin = channel.admin().await;
    let path = admin.page("audit");
    let all = trail(&channel).await;
    let first = admin.get(&format!("{path}?limit=1")).await.ok();
    assert_eq!(first["entries"][0], all[0]);
    let second = admin.get(&format!("{path}?limit=1&before={}", first["next"])).await.ok();
    assert_eq!(second["entries"][0], all[1]);
    for query in ["limit=0", "limit=501", "limit=x"] {
        assert_eq!(admin.get(&format!("{path}?{query}")).await.status, 400, "{query}");
    }
    admin.get(&other.moderator.page("audit")).await.problem(403);
    channel.moderator.get(&path).await.problem(403);
    admin.get("/admin/audit").await.problem(403);
    let everywhere = channel.superadmin.get("/admin/audit?limit=500").await.expect(200).text();
    assert!(everywhere.contains(&channel.id) && everywhere.contains(&other.id));
}
