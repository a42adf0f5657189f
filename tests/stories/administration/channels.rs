//! Channels: what is known of them, editing, and their end.

use chatstream_tests::{
    channel::TestChannel,
    eventyay::{Event, Viewer},
    host::{Host, Options},
    http::Client,
    people::Outcome,
    wait::until,
};
use serde_json::{Value, json};

async fn listed(channel: &TestChannel) -> Option<Value> {
    let list = channel.superadmin.get("/admin/channels").await.ok();
    let channels = list["channels"].as_array().unwrap();
    channels.iter().find(|it| it["id"] == channel.id.as_str()).cloned()
}

fn admin_path(channel: &TestChannel, rest: &str) -> String {
    format!("/admin/channels/{}/{rest}", channel.id)
}

#[tokio::test]
async fn the_list_says_what_goes_on() {
    let channel = TestChannel::open().await;
    let before = listed(&channel).await.unwrap();
    assert_eq!((&before["queued"], &before["last_message_at"]), (&json!(0), &Value::Null));
    let never = json!({"challenged_at": null, "accepted_at": null, "refused_at": null, "refused_why": null});
    assert_eq!(before["webhook"], never);

    let one = channel.anybody_says("one").await;
    channel.anybody_says("two").await;
    assert_eq!(channel.moderator.approve(one.id).await, Outcome::Effective);
    let after = listed(&channel).await.unwrap();
    let counts =
        ["queued", "approved", "highlighted", "rejected"].map(|count| after[count].as_i64().unwrap());
    assert_eq!(counts, [1, 1, 0, 0]);
    let arrived = channel.moderator.find("two").await.arrived_at;
    assert_eq!(after["last_message_at"], json!(arrived));
}

#[tokio::test]
async fn a_superadmin_edits_a_channel_even_while_it_is_archived() {
    let channel = TestChannel::open().await;
    channel.archive().await;
    let edited =
        channel.superadmin.post(&admin_path(&channel, "edit"), &json!({"name": "Renamed"})).await.ok();
    assert_eq!((&edited["name"], &edited["archived"]), (&json!("Renamed"), &json!(true)));
    channel.superadmin.post(&admin_path(&channel, "edit"), &json!({"name": ""})).await.problem(400);
}

#[tokio::test]
async fn a_channel_is_deleted_only_by_its_name() {
    let channel = TestChannel::open().await;
    let delete = admin_path(&channel, "delete");
    for body in
        [json!({}), json!({"id": ""}), json!({"id": "another"}), json!({"id": channel.id.to_uppercase()})]
    {
        channel.superadmin.post(&delete, &body).await.problem(400);
    }
    channel.anybody_says("still here").await;
}

#[tokio::test]
async fn a_deleted_channel_is_gone_for_everybody_and_others_are_not() {
    let (channel, other) = (TestChannel::open().await, TestChannel::open().await);
    let message = channel.anybody_says("hello").await;
    channel.moderator.approve(message.id).await;
    channel.moderator.ban(&message).await;
    let kept = other.anybody_says("I stay").await;
    other.moderator.approve(kept.id).await;

    let (delete, confirmation) = (admin_path(&channel, "delete"), json!({"id": channel.id}));
    let deleting = channel.superadmin.post(&delete, &confirmation);
    let messages = (0..20).map(|number| Event::text(&Viewer::guest("Ana"), &format!("message {number}")));
    let sending = async {
        for event in messages {
            other.eventyay.send(&event).await;
        }
    };
    let (deleted, ()) = tokio::join!(deleting, sending);
    assert_eq!(deleted.ok()["ok"], true);

    assert_eq!(listed(&channel).await, None);
    channel.eventyay.post(&Event::text(&Viewer::guest("Ana"), "too late")).await.problem(404);
    channel.nobody().get(&format!("/rss/{}", channel.id)).await.problem(404);
    for path in [
        channel.moderator.api("queue"),
        channel.moderator.page("blacklist"),
        channel.moderator.page("settings"),
    ] {
        channel.superadmin.get(&path).await.problem(404);
    }
    channel.superadmin.post(&admin_path(&channel, "delete"), &json!({"id": channel.id})).await.problem(404);
    assert!(channel.moderator.me().await["channels"].as_array().unwrap().is_empty());
    assert_eq!(other.moderator.queue().await.queued, 20, "the others' messages came through");
    assert_eq!(other.feeds().texts().await.len(), 1);

    let trail = other.superadmin.get("/admin/audit").await.ok();
    let told = trail["entries"].as_array().unwrap().iter();
    let about: Vec<_> = told.filter(|it| it["about"] == json!(channel.id)).collect();
    assert_eq!((about.len(), &about[0]["action"]), (1, &json!("delete-channel")), "{about:?}");
}

#[tokio::test]
async fn a_name_is_free_after_a_deletion_and_nothing_is_inherited() {
    let channel = TestChannel::open().await;
    let message = channel.anybody_says("hello").await;
    channel.moderator.approve(message.id).await;
    channel.superadmin.post(&admin_path(&channel, "delete"), &json!({"id": channel.id})).await.ok();
    let new = json!({"id": channel.id, "name": "Anew"});
    let created: Value = channel.superadmin.post("/admin/channels/create", &new).await.expect(201).json();
    assert_ne!(created["webhook_secret"], channel.created["webhook_secret"]);
    channel.eventyay.post(&Event::text(&Viewer::guest("Ana"), "the old secret")).await.problem(403);
    let queue = channel.superadmin.get(&channel.moderator.api("queue")).await.ok();
    assert_eq!((&queue["queued"], &queue["stats"]["approved"]), (&json!(0), &json!(0)));
    channel.moderator.get(&channel.moderator.api("queue")).await.problem(403);
    let trail = channel.superadmin.get(&channel.moderator.page("audit")).await.ok();
    assert_eq!(trail["entries"].as_array().unwrap().len(), 1, "its own making alone");
}

#[tokio::test]
async fn what_a_large_channel_held_is_removed_bit_by_bit() {
    let host = Host::start(Options::default()).await;
    let channel = TestChannel::open_on(&host, json!({})).await;
    let other = TestChannel::open_on(&host, json!({})).await;
    channel.anybody_says("the first").await;
    let database = rusqlite::Connection::open(host.database_file()).unwrap();
    database.busy_timeout(std::time::Duration::from_secs(10)).unwrap();
    let copied = "INSERT INTO messages (channel_id, revision, arrival, status, position, seen_key, kind, screen_name, \
        message, arrived_at) WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 20000) \
        SELECT m.channel_id, m.revision, m.arrival, 0, m.position, 'x:' || n, 0, 'Copy', 'Copy', m.arrived_at \
        FROM n, messages m WHERE m.message = 'the first'";
    database.execute(copied, []).unwrap();
    let delete = admin_path(&channel, "delete");
    let answer = channel.superadmin.post(&delete, &json!({"id": channel.id})).await.ok();
    assert_eq!(answer["finished"], false, "the answer does not wait for all of it");
    other.anybody_says("in between").await;
    // Whoever asks for the health lends a hand.
    let nobody = Client::new(host.base());
    until("the channel's remains to be removed", || async {
        nobody.get("/healthz").await.ok();
        let left: i64 = database
            .query_row("SELECT COUNT(*) FROM messages WHERE message = 'Copy'", [], |row| row.get(0))
            .unwrap();
        (left == 0).then_some(())
    })
    .await;
    until("the chore to be done", || async {
        nobody.get("/healthz").await.ok();
        let open = other.superadmin.get("/admin/retention").await.ok();
        open["open"].as_array().unwrap().is_empty().then_some(())
    })
    .await;
    assert_eq!(other.moderator.waiting().await, ["in between"]);
}
