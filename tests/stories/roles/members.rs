//! Who moderates a channel.

use chatstream_tests::channel::{TestChannel, fresh_number};
use serde_json::{Value, json};

async fn members(channel: &TestChannel) -> Vec<(String, String)> {
    let answer = channel.superadmin.get(&channel.moderator.page("members")).await.ok();
    let word = |member: &Value, field: &str| member[field].as_str().unwrap().to_owned();
    let list = answer["members"].as_array().unwrap().iter();
    let mut list: Vec<_> = list.map(|member| (word(member, "wiki_username"), word(member, "role"))).collect();
    list.sort();
    list
}

#[tokio::test]
async fn admins_appoint_moderators_and_superadmins_appoint_admins() {
    let channel = TestChannel::open().await;
    let admin = channel.admin().await;
    let (add, remove) = (admin.page("members/add"), admin.page("members/remove"));
    let number = fresh_number();
    let person = |role: &str| json!({"wiki_username": "Newcomer", "centralauth_id": number, "role": role});
    admin.post(&add, &person("moderator")).await.ok();
    assert!(members(&channel).await.contains(&("Newcomer".to_owned(), "moderator".to_owned())));
    admin.post(&add, &person("admin")).await.problem(403);
    channel.superadmin.post(&add, &person("admin")).await.ok();
    let expected = ("Newcomer".to_owned(), "admin".to_owned());
    assert_eq!(
        members(&channel).await.iter().filter(|it| **it == expected).count(),
        1,
        "in place of the old role"
    );
    // Another admin's role is not for an admin to change.
    admin.post(&add, &person("moderator")).await.problem(403);
    admin.post(&remove, &person("moderator")).await.problem(403);
    channel.superadmin.post(&remove, &json!({"centralauth_id": number})).await.ok();
    channel.superadmin.post(&remove, &json!({"centralauth_id": number})).await.problem(404);
    assert!(!members(&channel).await.iter().any(|(name, _)| name == "Newcomer"));
}

#[tokio::test]
async fn forms_do_as_well() {
    let channel = TestChannel::open().await;
    let number = fresh_number().to_string();
    let add = channel.moderator.page("members/add");
    let fields = [("wiki_username", "Newcomer"), ("centralauth_id", &*number), ("role", "moderator")];
    channel.superadmin.post_form(&add, &fields).await.ok();
    let expected = ("Newcomer".to_owned(), "moderator".to_owned());
    assert!(members(&channel).await.contains(&expected));
    let remove = channel.moderator.page("members/remove");
    channel.superadmin.post_form(&remove, &[("centralauth_id", &number)]).await.ok();
    assert!(!members(&channel).await.contains(&expected));
}

#[tokio::test]
async fn nonsense_is_refused() {
    let channel = TestChannel::open().await;
    let before = members(&channel).await;
    let add = channel.moderator.page("members/add");
    for body in [
        json!({}),
        json!({"wiki_username": "A", "role": "moderator"}),
        json!({"centralauth_id": 5, "role": "moderator"}),
        json!({"wiki_username": "A", "centralauth_id": 5}),
        json!({"wiki_username": "A", "centralauth_id": 5, "role": "superadmin"}),
        json!({"wiki_username": "A", "centralauth_id": 5, "role": ""}),
        json!({"wiki_username": "A", "centralauth_id": 0, "role": "moderator"}),
        json!({"wiki_username": "A", "centralauth_id": -1, "role": "moderator"}),
        json!({"wiki_username": "A", "centralauth_id": "A", "role": "moderator"}),
        json!({"wiki_username": " ", "centralauth_id": 5, "role": "moderator"}),
        json!({"wiki_username": 5, "centralauth_id": 5, "role": "moderator"}),
        json!(["A", 5, "moderator"]),
    ] {
        let answer = channel.superadmin.post(&add, &body).await;
        assert_eq!(answer.status, 400, "{body}: {answer}");
    }
    assert_eq!(members(&channel).await, before);
}
