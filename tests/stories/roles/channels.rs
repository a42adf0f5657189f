//! Channels, as superadmins make them.

use chatstream_tests::{
    channel::{TestChannel, fresh_number},
    eventyay::{Event, Eventyay, Viewer},
};
use serde_json::{Value, json};

#[tokio::test]
async fn a_new_channel_can_be_used_at_once() {
    let channel = TestChannel::open().await;
    let created = &channel.created;
    let url = created["webhook_url"].as_str().unwrap();
    assert!(url.ends_with(&format!("/webhook/channel/{}", channel.id)), "{url}");
    for secret in ["webhook_secret", "display_token"] {
        assert!(created[secret].as_str().is_some_and(|text| text.len() >= 32), "{secret}");
    }
    assert_ne!(created["webhook_secret"], created["display_token"]);
    let list = channel.superadmin.get("/admin/channels").await.ok();
    let listed = list["channels"].as_array().unwrap().iter().find(|it| it["id"] == channel.id.as_str());
    let listed = listed.expect("it is listed");
    for (field, value) in created.as_object().unwrap() {
        assert_eq!(&listed[field], value, "{field}");
    }
    channel.anybody_says("hello").await;
}

#[tokio::test]
async fn there_is_one_of_each_name() {
    let channel = TestChannel::open().await;
    let other = json!({"id": channel.id, "name": "Another"});
    channel.superadmin.post("/admin/channels/create", &other).await.problem(409);
    let settings = channel.superadmin.get(&channel.moderator.page("settings")).await.ok();
    assert_eq!(settings, channel.created, "nothing was changed");
}

#[tokio::test]
async fn two_at_once_make_one() {
    let channel = TestChannel::open().await;
    let new = json!({"id": format!("twice-{}", fresh_number()), "name": "Twice"});
    let attempts = (0..8).map(|_| channel.superadmin.post("/admin/channels/create", &new));
    let answers = futures_util::future::join_all(attempts).await;
    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409, 409, 409, 409, 409]);
    let created: Value = answers.iter().find(|answer| answer.status == 201).unwrap().json();
    let id = created["id"].as_str().unwrap();
    let eventyay = Eventyay::new(channel.base(), id, created["webhook_secret"].as_str().unwrap());
    eventyay.send(&Event::text(&Viewer::guest("Alice"), "hello")).await;
}

#[tokio::test]
async fn names_and_settings_are_checked() {
    let channel = TestChannel::open().await;
    let number = fresh_number();
    let good = format!("good-{number}");
    for body in [
        json!({}),
        json!({"id": ""}),
        json!({"id": "Upper", "name": "x"}),
        json!({"id": "under_score", "name": "x"}),
        json!({"id": "a b", "name": "x"}),
        json!({"id": "a/b", "name": "x"}),
        json!({"id": "ä", "name": "x"}),
        json!({"id": "x".repeat(65), "name": "x"}),
        json!({"id": 7, "name": "x"}),
        json!({"id": good, "name": ""}),
        json!({"id": good, "name": "x".repeat(256)}),
        json!({"id": good, "name": "x", "max_age_seconds": 5}),
        json!([good, "x"]),
        json!([good]),
        json!(good),
    ] {
        let answer = channel.superadmin.post("/admin/channels/create", &body).await;
        assert_eq!(answer.status, 400, "{body}: {answer}");
    }
    let list = channel.superadmin.get("/admin/channels").await.expect(200).text();
    assert!(!list.contains(&good), "none of them was made");
    let slug = format!("{}{number}", "x".repeat(64 - number.to_string().len()));
    let new = json!({"id": slug, "name": "The longest", "max_age_seconds": 600, "is_public": "false"});
    let created: Value = channel.superadmin.post("/admin/channels/create", &new).await.expect(201).json();
    assert_eq!((&created["max_age_seconds"], &created["is_public"]), (&json!(600), &json!(false)));
}

#[tokio::test]
async fn a_form_makes_one_as_well() {
    let channel = TestChannel::open().await;
    let id = format!("form-{}", fresh_number());
    let fields = [("id", &*id), ("name", "By form"), ("description", "")];
    let created: Value =
        channel.superadmin.post_form("/admin/channels/create", &fields).await.expect(201).json();
    assert_eq!((&created["id"], &created["name"]), (&json!(id), &json!("By form")));
}

#[tokio::test]
async fn archiving_and_unarchiving() {
    let channel = TestChannel::open().await;
    let admin = channel.admin().await;
    channel.anybody_says("hello").await;
    let archived = async || {
        let me = admin.me().await;
        me["channels"].as_array().unwrap().iter().any(|it| it["archived"] == true)
    };
    for (step, expected) in [("archive", true), ("archive", true), ("unarchive", false), ("unarchive", false)]
    {
        admin.post(&admin.page(step), &json!({})).await.ok();
        assert_eq!(archived().await, expected, "{step}");
        let settings = admin.get(&admin.page("settings")).await.ok();
        assert_eq!(settings["archived"], expected);
        assert_eq!(channel.moderator.waiting().await, ["hello"], "what it holds stays");
    }
    admin.post(&admin.page("archive"), &json!({})).await.ok();
    admin.post(&admin.page("settings"), &json!({"name": "New"})).await.problem(409);
}
