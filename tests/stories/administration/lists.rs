//! The lists as those who keep them see them: why, until when, how often, and as files.

use chatstream_tests::{
    channel::{TestChannel, fresh_number},
    eventyay::{Event, Viewer},
    http::{Answer, send},
    wait::{millis, now},
};
use reqwest::Method;
use serde_json::{Value, json};

async fn add(channel: &TestChannel, list: &str, entry: &Value) -> Answer {
    channel.moderator.post(&channel.moderator.page(&format!("{list}/add")), entry).await
}

async fn say(channel: &TestChannel, viewer: &Viewer, text: &str) {
    channel.eventyay.send(&Event::text(viewer, text)).await;
}

async fn import(channel: &TestChannel, list: &str, csv: &str) -> Answer {
    let path = channel.moderator.page(&format!("{list}/import"));
    let request = channel.moderator.changing(Method::POST, &path).header("Content-Type", "text/csv");
    send(request.body(csv.to_owned())).await
}

async fn export(channel: &TestChannel, list: &str) -> String {
    let answer = channel.moderator.get(&channel.moderator.page(&format!("{list}.csv"))).await.expect(200);
    assert!(answer.header("content-disposition").unwrap().contains("attachment"));
    answer.text()
}

#[tokio::test]
async fn an_entry_says_who_why_until_when_and_how_often() {
    let channel = TestChannel::open().await;
    let mallory = Viewer::with_account("Mallory", fresh_number());
    say(&channel, &mallory, "waits already").await;
    let entry = json!({
        "screen_name": "Mallory", "centralauth_id": mallory.central_id, "reason": "sells <b>pills</b>", "minutes": 60
    });
    let answer = add(&channel, "blacklist", &entry).await.ok();
    assert_eq!(answer, json!({"ok": true, "added": true, "messages": 1}), "what waits is rejected with it");
    assert_eq!(add(&channel, "blacklist", &entry).await.ok()["added"], false);
    for _ in 0..3 {
        say(&channel, &mallory, "again").await;
    }
    let list = channel.moderator.list("blacklist").await;
    let told = ["reason", "hits", "ended", "added_by"].map(|field| list[0][field].clone());
    assert_eq!(told, [json!("sells <b>pills</b>"), json!(3), json!(false), json!(channel.moderator.name())]);
    let left = millis(list[0]["expires_at"].as_str().unwrap()) - now();
    assert!((3_500_000..=3_600_000).contains(&left), "{left}");
    assert_eq!(channel.moderator.queue().await.dropped("ban"), 3);
}

#[tokio::test]
async fn trust_and_patterns_count_what_they_match_too() {
    let channel = TestChannel::open().await;
    let trent = Viewer::with_account("Trent", fresh_number());
    let trusted = json!({"screen_name": "Trent", "centralauth_id": trent.central_id});
    add(&channel, "whitelist", &trusted).await.ok();
    say(&channel, &Viewer::guest("Spam"), "buy cheap pills").await;
    let added =
        add(&channel, "patterns", &json!({"pattern": "Buy cheap pills!", "reason": "spam"})).await.ok();
    assert_eq!(added, json!({"ok": true, "added": true, "messages": 1}));
    for _ in 0..2 {
        say(&channel, &trent, "hello").await;
        say(&channel, &Viewer::guest("Spam"), "buy cheap pills").await;
    }
    let hits = async |list| channel.moderator.list(list).await[0]["hits"].clone();
    assert_eq!((hits("whitelist").await, hits("patterns").await), (json!(2), json!(2)));
    assert_eq!(channel.moderator.queue().await.decided("approved"), 2);
}

#[tokio::test]
async fn an_entry_that_has_ended_matches_nothing() {
    let host = chatstream_tests::host::Host::start(chatstream_tests::host::Options::default()).await;
    let channel = TestChannel::open_on(&host, json!({})).await;
    let mallory = Viewer::with_account("Mallory", fresh_number());
    let entry = json!({"screen_name": "Mallory", "centralauth_id": mallory.central_id, "minutes": 1});
    add(&channel, "blacklist", &entry).await.ok();
    add(&channel, "patterns", &json!({"pattern": "buy cheap pills", "minutes": 1})).await.ok();
    say(&channel, &mallory, "hello").await;
    assert_eq!(channel.moderator.queue().await.dropped("ban"), 1);

    // A minute goes by, without anybody doing anything: no revision advances, and the rules at hand have to be left.
    let database = rusqlite::Connection::open(host.database_file()).unwrap();
    database.busy_timeout(std::time::Duration::from_secs(10)).unwrap();
    let end = now() + 1_500;
    for table in ["sender_entries", "patterns"] {
        database.execute(&format!("UPDATE {table} SET expires_at = ?"), [end]).unwrap();
    }
    database.execute("UPDATE channel_state SET settings_revision = settings_revision + 1", []).unwrap();
    say(&channel, &mallory, "hello, hello").await;
    let is_over = || async { (now() > end).then_some(()) };
    chatstream_tests::wait::until("the entries to end", is_over).await;
    let before = channel.moderator.queue().await.queued;
    say(&channel, &mallory, "I am back").await;
    say(&channel, &Viewer::guest("Spam"), "buy cheap pills").await;
    assert_eq!(channel.moderator.queue().await.queued, before + 2);
    assert_eq!(channel.moderator.list("blacklist").await[0]["ended"], true);

    // It may be banned again.
    assert_eq!(add(&channel, "blacklist", &entry).await.ok()["added"], true);
    assert_eq!(channel.moderator.list("blacklist").await.len(), 1);
}

#[tokio::test]
async fn from_the_queue_too_a_ban_has_a_reason_and_an_end() {
    let channel = TestChannel::open().await;
    let message = channel.anybody_says("buy cheap pills").await;
    let mut sender = message.sender();
    sender["reason"] = json!("rude");
    sender["minutes"] = json!(10);
    channel.moderator.post(&channel.moderator.api("block-user"), &sender).await.ok();
    let block = json!({"message_id": message.id, "reason": "spam", "minutes": "60"});
    channel.moderator.post(&channel.moderator.api("block-similar"), &block).await.ok();
    for (list, reason) in [("blacklist", "rude"), ("patterns", "spam")] {
        let entry = &channel.moderator.list(list).await[0];
        assert_eq!((&entry["reason"], entry["expires_at"].is_string()), (&json!(reason), true), "{list}");
    }
    sender["minutes"] = json!(0);
    channel.moderator.post(&channel.moderator.api("block-user"), &sender).await.problem(400);
}

#[tokio::test]
async fn what_cannot_be_an_entry_is_refused() {
    let channel = TestChannel::open().await;
    for (list, entry) in [
        ("blacklist", json!({})),
        ("blacklist", json!({"screen_name": " "})),
        ("blacklist", json!({"screen_name": "x", "centralauth_id": -1})),
        ("blacklist", json!({"screen_name": "x", "centralauth_id": "x"})),
        ("blacklist", json!({"screen_name": "x", "minutes": 0})),
        ("blacklist", json!({"screen_name": "x", "minutes": "soon"})),
        ("blacklist", json!({"screen_name": "x", "minutes": 600_000})),
        ("blacklist", json!({"screen_name": "x", "reason": "x".repeat(501)})),
        ("whitelist", json!({"screen_name": "x"})),
        ("patterns", json!({})),
        ("patterns", json!({"pattern": " \u{200b} "})),
        ("patterns", json!({"pattern": "x".repeat(10_001)})),
    ] {
        assert_eq!(add(&channel, list, &entry).await.status, 400, "{list} {entry}");
    }
    for list in ["blacklist", "whitelist", "patterns"] {
        assert!(channel.moderator.list(list).await.is_empty(), "{list}");
    }
}

#[tokio::test]
async fn a_list_goes_out_as_a_file_and_comes_back_the_same() {
    let (from, to) = (TestChannel::open().await, TestChannel::open().await);
    for entry in [
        json!({"screen_name": "=HYPERLINK(\"x\")", "reason": "a formula, \"quoted\""}),
        json!({"screen_name": "Zoë", "centralauth_id": 4711, "minutes": 60}),
        json!({"screen_name": "'Ana", "sender_id": "an-id", "reason": "+1\n-1"}),
    ] {
        add(&from, "blacklist", &entry).await.ok();
    }
    add(&from, "patterns", &json!({"pattern": "@everyone buy, now"})).await.ok();
    let file = export(&from, "blacklist").await;
    assert!(file.contains("\"'=HYPERLINK(\"\"x\"\")\""), "{file}");
    assert!(!file.contains("\n=") && !file.contains(",="), "{file}");
    let answer = import(&to, "blacklist", &file).await.ok();
    assert_eq!(answer, json!({"ok": true, "added": 3, "left_out": 0}));
    let entries = async |channel: &TestChannel| {
        let mut all = channel.moderator.list("blacklist").await;
        all.sort_by_key(|it| it["screen_name"].to_string());
        all.iter()
            .map(|it| {
                ["screen_name", "sender_id", "centralauth_id", "reason", "expires_at"].map(|f| it[f].clone())
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(entries(&from).await, entries(&to).await);
    assert_eq!(import(&to, "blacklist", &file).await.ok()["left_out"], 3, "a second time adds nothing");

    let file = export(&from, "patterns").await;
    assert_eq!(import(&to, "patterns", &format!("\u{feff}{file}")).await.ok()["added"], 1);
    assert_eq!(to.moderator.list("patterns").await[0]["pattern"], "@everyone buy, now");
    // A form's field does as well.
    let fields = [("csv", "pattern,reason\r\nhello world,because\r\n")];
    to.moderator.post_form(&to.moderator.page("patterns/import"), &fields).await.ok();
    assert_eq!(to.moderator.list("patterns").await.len(), 2);
    say(&to, &Viewer::guest("Somebody"), "Hello world!").await;
    assert_eq!(to.moderator.queue().await.dropped("pattern"), 1);
}

#[tokio::test]
async fn a_file_is_taken_whole_or_not_at_all() {
    let channel = TestChannel::open().await;
    let too_many = format!("screen_name\n{}", "x\n".repeat(2_001));
    for (list, csv) in [
        ("blacklist", ""),
        ("blacklist", "name\nAna\n"),
        ("blacklist", "screen_name,centralauth_id\nAna,1\nBen,x\n"),
        ("blacklist", "screen_name,expires_at\nAna,tomorrow\n"),
        ("blacklist", too_many.as_str()),
        ("whitelist", "screen_name,centralauth_id\nAna,1\nBen,\n"),
        ("patterns", "pattern\nspam\n\" \"\n"),
    ] {
        let answer = import(&channel, list, csv).await;
        assert_eq!(answer.status, 400, "{csv:?}: {answer}");
    }
    let problem: Value =
        import(&channel, "whitelist", "screen_name,centralauth_id\nAna,1\nBen,\n").await.json();
    assert_eq!(problem["errors"][0]["field"], "line 3");
    for list in ["blacklist", "whitelist", "patterns"] {
        assert!(channel.moderator.list(list).await.is_empty(), "{list}");
    }
    let ended = "screen_name,expires_at\nAna,2001-01-01T00:00:00Z\n";
    assert_eq!(
        import(&channel, "blacklist", ended).await.ok(),
        json!({"ok": true, "added": 0, "left_out": 1})
    );
}

#[tokio::test]
async fn the_global_list_has_the_same() {
    let channel = TestChannel::open().await;
    let (one, two) = (fresh_number(), fresh_number());
    let post = async |path: &str, body: Value| channel.superadmin.post(path, &body).await;
    let entry =
        json!({"screen_name": "Mallory", "centralauth_id": one, "reason": "everywhere", "minutes": 60});
    assert_eq!(post("/admin/global-blacklist/add", entry.clone()).await.ok()["added"], true);
    assert_eq!(post("/admin/global-blacklist/add", entry).await.ok()["added"], false);
    let csv = format!("screen_name,centralauth_id,reason\nTrudy,{two},\n");
    assert_eq!(post("/admin/global-blacklist/import", json!({"csv": csv})).await.ok()["added"], 1);
    for number in [one, two] {
        say(&channel, &Viewer::with_account("Whoever", number), "hello").await;
    }
    assert_eq!(channel.moderator.queue().await.dropped("global_ban"), 2);
    let list = channel.superadmin.get("/admin/global-blacklist").await.ok();
    let ours: Vec<_> =
        list["entries"].as_array().unwrap().iter().filter(|it| it["centralauth_id"] == json!(one)).collect();
    assert_eq!((&ours[0]["reason"], &ours[0]["hits"]), (&json!("everywhere"), &json!(1)));
    let file = channel.superadmin.get("/admin/global-blacklist.csv").await.expect(200).text();
    assert!(file.contains(&format!("Trudy,,{two},")), "{file}");
}

#[tokio::test]
async fn exporting_a_ban_takes_its_reason_and_its_end_along() {
    let channel = TestChannel::open().await;
    let number = fresh_number();
    let entry = json!({"screen_name": "Mallory", "centralauth_id": number, "reason": "loud", "minutes": 60});
    add(&channel, "blacklist", &entry).await.ok();
    let listed = channel.moderator.list("blacklist").await[0].clone();
    let admin = channel.admin().await;
    admin.post(&admin.page("blacklist/export"), &json!({"id": listed["id"]})).await.ok();
    let list = channel.superadmin.get("/admin/global-blacklist").await.ok();
    let ours =
        list["entries"].as_array().unwrap().iter().find(|it| it["centralauth_id"] == json!(number)).unwrap();
    for field in ["reason", "expires_at", "screen_name"] {
        assert_eq!(ours[field], listed[field], "{field}");
    }
}

#[tokio::test]
async fn an_archived_channel_s_lists_are_read_only() {
    let channel = TestChannel::open().await;
    channel.archive().await;
    add(&channel, "blacklist", &json!({"screen_name": "x"})).await.problem(409);
    import(&channel, "patterns", "pattern\nspam\n").await.problem(409);
    assert!(export(&channel, "patterns").await.starts_with("pattern,"));
}
