//! Forgetting: what is too old, and who asks for it.

use chatstream_tests::{
    channel::{TestChannel, fresh_number},
    eventyay::{Event, Viewer},
    host::{Host, Options},
    http::Client,
    wait::until,
};
use serde_json::{Value, json};

/// A superadmin begins something, and it is waited for.
async fn carry_out(channel: &TestChannel, path: &str, body: Value) {
    let answer = channel.superadmin.post(path, &body).await.ok();
    if answer["finished"] == true {
        return;
    }
    let nobody = channel.nobody();
    until("all to be forgotten", || async {
        nobody.get("/healthz").await.ok();
        let open = channel.superadmin.get("/admin/retention").await.ok();
        open["open"].as_array().unwrap().is_empty().then_some(())
    })
    .await;
}

fn check_nothing_of(word: &str, host: &Host) {
    let database = rusqlite::Connection::open(host.database_file()).unwrap();
    for table in ["messages", "decisions", "senders", "sender_entries", "audit", "chores"] {
        let mut rows = database.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns = rows.column_count();
        let mut rows = rows.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            for column in 0..columns {
                let text = format!("{:?}", row.get_ref(column).unwrap().as_str());
                assert!(!text.to_lowercase().contains(word), "{table}: {text}");
            }
        }
    }
}

#[tokio::test]
async fn a_purge_empties_texts_names_and_ids_and_keeps_counts_and_decisions() {
    let host = Host::start(Options::default()).await;
    let channel = TestChannel::open_on(&host, json!({})).await;
    let viewer = Viewer::with_account("Quentin", 987_654_321);
    let approved = channel.queued(&viewer, "quentin was here").await;
    channel.moderator.approve(approved.id).await;
    channel
        .queued(&Viewer { screen_name: String::new(), ..Viewer::guest("") }, "quentin without a name")
        .await;
    let before = channel.moderator.queue().await;
    assert_eq!((before.queued, channel.feeds().texts().await.len()), (1, 1));

    carry_out(&channel, "/admin/retention/purge", json!({"days": 0})).await;
    check_nothing_of("quentin", &host);
    check_nothing_of("987654321", &host);
    let after = channel.moderator.queue().await;
    assert_eq!((after.queued, after.decided("approved"), after.decided("rejected")), (0, 1, 1));
    assert!(channel.feeds().texts().await.is_empty());
    let log = channel.moderator.log("").await;
    let told: Vec<_> =
        log.iter().map(|it| ["action", "moderator", "message"].map(|f| it[f].clone())).collect();
    let expected = [
        [json!("forget"), json!("chatstream"), json!("")],
        [json!("approve"), json!(channel.moderator.name()), json!("")],
    ];
    assert_eq!(told, expected);
    channel.anybody_says("what comes later stays").await;
}

#[tokio::test]
async fn an_open_queue_is_told_that_a_message_is_gone() {
    let host = Host::start(Options::default()).await;
    let channel = TestChannel::open_on(&host, json!({})).await;
    let message = channel.anybody_says("soon forgotten").await;
    let since = channel.moderator.queue().await.revision;
    carry_out(&channel, "/admin/retention/purge", json!({"days": 0})).await;
    assert_eq!(channel.moderator.poll(since, 0).await.gone, [message.id]);
}

#[tokio::test]
async fn young_messages_stay() {
    let host = Host::start(Options::default().with("RETENTION_DAYS", "1")).await;
    let channel = TestChannel::open_on(&host, json!({})).await;
    channel.anybody_says("young").await;
    assert_eq!(channel.superadmin.get("/admin/retention").await.ok()["retention_days"], 1);
    carry_out(&channel, "/admin/retention/purge", json!({})).await;
    assert_eq!(channel.moderator.waiting().await, ["young"]);
    for days in [json!(-1), json!(3_651), json!("many")] {
        channel.superadmin.post("/admin/retention/purge", &json!({"days": days})).await.problem(400);
    }
}

#[tokio::test]
async fn at_night_it_happens_by_itself() {
    let host = Host::start(Options::default().with("RETENTION_DAYS", "7")).await;
    let channel = TestChannel::open_on(&host, json!({})).await;
    channel.anybody_says("a week ago").await;
    let database = rusqlite::Connection::open(host.database_file()).unwrap();
    database.busy_timeout(std::time::Duration::from_secs(10)).unwrap();
    database.execute("UPDATE messages SET arrived_at = arrived_at - 8 * 86400000", []).unwrap();
    channel.anybody_says("today").await;
    database.execute("UPDATE chores SET due_at = 0, leased_until = 0 WHERE kind = 'nightly'", []).unwrap();
    // Where nothing runs by itself, whoever watches the server's health lends a hand.
    let nobody = Client::new(host.base());
    until("the night's work", || async {
        nobody.get("/healthz").await.ok();
        (channel.moderator.waiting().await == ["today"]).then_some(())
    })
    .await;
}

#[tokio::test]
async fn somebody_is_forgotten_everywhere_and_the_trail_does_not_say_who() {
    let host = Host::start(Options::default()).await;
    let (here, there) =
        (TestChannel::open_on(&host, json!({})).await, TestChannel::open_on(&host, json!({})).await);
    let number = fresh_number() + 7_000_000;
    let viewer = Viewer::with_account("Rupert", number);
    let other = Viewer::with_account("Somebody Else", fresh_number());
    for channel in [&here, &there] {
        channel.queued(&viewer, "rupert speaks").await;
        channel.queued(&other, "so do I").await;
    }
    there.moderator.approve(there.moderator.find("rupert speaks").await.id).await;
    let trusted = json!({"screen_name": "Rupert", "centralauth_id": number});
    here.moderator.post(&here.moderator.api("whitelist-user"), &trusted).await.ok();
    assert_eq!(here.moderator.queue().await.decided("approved"), 1);
    // Who was on a list is not in the trail either.
    there.moderator.post(&there.moderator.page("whitelist/add"), &trusted).await.ok();
    let entry = there.moderator.list("whitelist").await[0]["id"].clone();
    there.moderator.post(&there.moderator.page("whitelist/remove"), &json!({"id": entry})).await.ok();

    carry_out(&here, "/admin/retention/forget", json!({"centralauth_id": number})).await;
    check_nothing_of("rupert", &host);
    for channel in [&here, &there] {
        assert_eq!(channel.moderator.waiting().await, ["so do I"]);
        assert!(channel.feeds().texts().await.is_empty());
    }
    assert!(here.moderator.list("whitelist").await.is_empty());
    carry_out(&here, "/admin/retention/forget", json!({"screen_name": "somebody  ELSE"})).await;
    check_nothing_of("somebody else", &host);
    assert!(here.moderator.waiting().await.is_empty());
    let trail = here.superadmin.get("/admin/audit").await.ok();
    let told: Vec<_> =
        trail["entries"].as_array().unwrap()[..2].iter().map(|it| it["detail"].clone()).collect();
    assert_eq!(told, [json!("by a name"), json!("by a central id")]);
}

#[tokio::test]
async fn nobody_is_forgotten_by_mistake() {
    let channel = TestChannel::open().await;
    for body in [
        json!({}),
        json!({"screen_name": " "}),
        json!({"centralauth_id": 0}),
        json!({"centralauth_id": "x"}),
        json!({"centralauth_id": 5, "screen_name": "Ana"}),
        json!({"screen_name": "x".repeat(256)}),
    ] {
        channel.superadmin.post("/admin/retention/forget", &body).await.problem(400);
    }
}

#[tokio::test]
async fn a_banned_sender_stays_banned_when_they_are_forgotten() {
    let host = Host::start(Options::default()).await;
    let channel = TestChannel::open_on(&host, json!({})).await;
    let viewer = Viewer::with_account("Sybil", fresh_number() + 8_000_000);
    let message = channel.queued(&viewer, "sybil is loud").await;
    channel.moderator.ban(&message).await;
    carry_out(&channel, "/admin/retention/forget", json!({"centralauth_id": viewer.central_id})).await;
    check_nothing_of("sybil", &host);
    channel.eventyay.send(&Event::text(&viewer, "again")).await;
    assert_eq!(channel.moderator.queue().await.dropped("ban"), 1);
}
