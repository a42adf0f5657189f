//! Who is who: a list entry matches by its own strongest identifier, and by nothing weaker.

use chatstream_tests::{
    channel::{TestChannel, fresh_number},
    eventyay::{Event, Viewer},
    queue::Message,
};
use serde_json::{Value, json};

/// Whether `viewer`'s next message is queued (else it was dropped).
async fn is_heard(channel: &TestChannel, viewer: &Viewer) -> bool {
    let before = channel.moderator.queue().await;
    channel.eventyay.send(&Event::text(viewer, "may I speak?")).await;
    let after = channel.moderator.queue().await;
    let dropped = after.dropped("ban") - before.dropped("ban");
    assert_eq!(after.queued - before.queued + dropped, 1, "queued or dropped, nothing else");
    dropped == 0
}

async fn check(channel: &TestChannel, cases: &[(&str, &Viewer, bool)]) {
    for (who, viewer, expected) in cases {
        assert_eq!(is_heard(channel, viewer).await, *expected, "{who}");
    }
}

#[tokio::test]
async fn a_ban_by_account() {
    let channel = TestChannel::open().await;
    let mallory = Viewer::with_account("Mallory", fresh_number());
    let message = channel.queued(&mallory, "hello").await;
    channel.moderator.ban(&message).await;
    let renamed = Viewer { screen_name: "Somebody".to_owned(), ..mallory.clone() };
    let elsewhere = Viewer { sender_id: Viewer::guest("").sender_id, ..renamed.clone() };
    let namesake = Viewer::guest("Mallory");
    let other_account = Viewer { central_id: Some(fresh_number()), ..mallory.clone() };
    let signed_out = Viewer { central_id: None, ..mallory.clone() };
    let cases = [
        ("the same person", &mallory, false),
        ("under another name", &renamed, false),
        ("from another browser", &elsewhere, false),
        ("a namesake", &namesake, true),
        ("another account in the same browser", &other_account, true),
        ("nobody's account in the same browser", &signed_out, true),
    ];
    check(&channel, &cases).await;
}

#[tokio::test]
async fn a_ban_by_sender_id() {
    let channel = TestChannel::open().await;
    let mallory = Viewer::guest("Mallory");
    let message = channel.queued(&mallory, "hello").await;
    channel.moderator.ban(&message).await;
    let renamed = Viewer { screen_name: "Somebody".to_owned(), ..mallory.clone() };
    let namesake = Viewer::guest("Mallory");
    let only_named = Viewer::only_named("Mallory");
    let cases = [
        ("the same browser", &mallory, false),
        ("under another name", &renamed, false),
        ("a namesake", &namesake, true),
        ("a namesake of whom nothing else is known", &only_named, true),
    ];
    check(&channel, &cases).await;
}

#[tokio::test]
async fn a_ban_by_name_alone_never_drops_somebody_with_an_account() {
    let channel = TestChannel::open().await;
    let message = channel.queued(&Viewer::only_named("Mallory the Loud"), "hello").await;
    channel.moderator.ban(&message).await;
    let (same, account) =
        (Viewer::only_named("Mallory the Loud"), Viewer::with_account("Mallory the Loud", fresh_number()));
    let disguised = Viewer::only_named(" mallory  THE l\u{200b}oud ");
    let (other, unnamed) = (Viewer::only_named("Mallory the Loudest"), Viewer::unknown());
    let cases = [
        ("the same name", &same, false),
        ("the same name, disguised", &disguised, false),
        ("the same name with an account", &account, true),
        ("another name", &other, true),
        ("no name", &unnamed, true),
    ];
    check(&channel, &cases).await;
}

#[tokio::test]
async fn a_ban_rejects_what_waits_and_only_that_sender_s() {
    let channel = TestChannel::open().await;
    let account = Viewer::with_account("Mallory", fresh_number());
    let (guest, only_named) = (Viewer::guest("Mallory"), Viewer::only_named("Mallory"));
    let mut messages = Vec::<Message>::new();
    for viewer in [&account, &guest, &only_named] {
        for text in ["one", "two"] {
            channel.eventyay.say(viewer, text).await;
        }
        messages.push(channel.queued(viewer, "three").await);
    }
    channel.moderator.approve(messages[0].id).await;
    assert_eq!(channel.moderator.ban(&messages[0]).await.0, 2, "the approved one stays approved");
    assert_eq!(channel.moderator.ban(&messages[1]).await.0, 3);
    assert_eq!(channel.moderator.ban(&messages[2]).await.0, 3);
    let queue = channel.moderator.queue().await;
    assert_eq!((queue.queued, queue.decided("rejected"), queue.decided("approved")), (0, 8, 1));
}

#[tokio::test]
async fn a_ban_that_is_lifted_is_over() {
    let channel = TestChannel::open().await;
    let mallory = Viewer::with_account("Mallory", fresh_number());
    let message = channel.queued(&mallory, "hello").await;
    let (rejected, entry) = channel.moderator.ban(&message).await;
    assert_eq!((rejected, channel.moderator.ban(&message).await), (1, (0, None)), "no second entry");
    let list = channel.moderator.list("blacklist").await;
    assert_eq!(list.len(), 1);
    let expected = [json!(entry), json!("Mallory"), json!(message.sender_id), json!(mallory.central_id)];
    assert_eq!(
        ["id", "screen_name", "sender_id", "centralauth_id"].map(|field| list[0][field].clone()),
        expected
    );
    assert_eq!(list[0]["added_by"], channel.moderator.name());
    assert!(!is_heard(&channel, &mallory).await);

    let remove = channel.moderator.page("blacklist/remove");
    channel.moderator.post(&remove, &json!({"id": entry})).await.ok();
    assert!(is_heard(&channel, &mallory).await);
    assert_eq!(channel.moderator.list("blacklist").await, Vec::<Value>::new());
    channel.moderator.post(&remove, &json!({"id": entry})).await.problem(404);
}

#[tokio::test]
async fn nobody_is_trusted_by_name() {
    let channel = TestChannel::open().await;
    let path = channel.moderator.api("whitelist-user");
    for sender in [
        json!({"screen_name": "Trent"}),
        json!({"screen_name": "Trent", "sender_id": "", "centralauth_id": null}),
        json!({"screen_name": ""}),
        json!({}),
    ] {
        channel.moderator.post(&path, &sender).await.problem(400);
    }
    assert_eq!(channel.moderator.list("whitelist").await, Vec::<Value>::new());
}

#[tokio::test]
async fn nobody_gets_trusted_by_taking_a_name() {
    let channel = TestChannel::open().await;
    let trent = Viewer::with_account("Trent", fresh_number());
    channel.eventyay.say(&trent, "one").await;
    let message = channel.queued(&trent, "two").await;
    let (approved, entry) = channel.moderator.allow(&message).await;
    assert_eq!(approved, 2);
    let namesake = Viewer { central_id: None, ..trent.clone() };
    channel.eventyay.say(&namesake, "from a namesake in the same browser").await;
    channel.eventyay.say(&Viewer { screen_name: "Renamed".to_owned(), ..trent.clone() }, "from Trent").await;
    assert_eq!(channel.moderator.waiting().await, ["from a namesake in the same browser"]);
    assert_eq!(channel.feeds().texts().await[0], "from Trent");
    // Trust that is taken back is over.
    assert_eq!(channel.moderator.list("whitelist").await[0]["id"], json!(entry));
    channel.moderator.post(&channel.moderator.page("whitelist/remove"), &json!({"id": entry})).await.ok();
    channel.eventyay.say(&trent, "later").await;
    assert_eq!(channel.moderator.queue().await.texts()[0], "later");
}

#[tokio::test]
async fn a_sender_of_whom_nothing_is_known_cannot_be_banned() {
    let channel = TestChannel::open().await;
    let path = channel.moderator.api("block-user");
    for sender in [
        json!({}),
        json!({"screen_name": "  ", "sender_id": "", "centralauth_id": null}),
        json!({"centralauth_id": 0}),
        json!({"centralauth_id": -5, "screen_name": "Mallory"}),
        json!({"centralauth_id": "Mallory"}),
        json!({"centralauth_id": 1.5}),
        json!({"sender_id": 7}),
        json!({"sender_id": "x".repeat(300)}),
        json!(["Mallory", null, null]),
        json!("Mallory"),
    ] {
        let answer = channel.moderator.post(&path, &sender).await;
        assert_eq!(answer.status, 400, "{sender}: {answer}");
    }
    assert_eq!(channel.moderator.list("blacklist").await, Vec::<Value>::new());
}

#[tokio::test]
async fn the_label_that_stands_for_a_name_is_no_name() {
    let channel = TestChannel::open().await;
    let unknown = channel.newest_after(&Event::text(&Viewer::unknown(), "hello")).await;
    let path = channel.moderator.api("block-user");
    channel.moderator.post(&path, &unknown.sender()).await.problem(400);
    channel.moderator.post(&channel.moderator.api("whitelist-user"), &unknown.sender()).await.problem(400);
    // Of whom something else is known can be banned all the same.
    let unnamed = channel.newest_after(&Event::text(&Viewer::unnamed(), "hello")).await;
    assert_eq!(channel.moderator.ban(&unnamed).await.0, 1);
    assert_eq!(channel.moderator.queue().await.queued, 1);
}

#[tokio::test]
async fn a_form_says_the_same_as_json() {
    let channel = TestChannel::open().await;
    let number = fresh_number();
    let mallory = Viewer::with_account("Mallory", number);
    channel.queued(&mallory, "hello").await;
    let fields = [("screen_name", "Mallory"), ("sender_id", ""), ("centralauth_id", &*number.to_string())];
    let answer = channel.moderator.post_form(&channel.moderator.api("block-user"), &fields).await.ok();
    assert_eq!((&answer["ok"], &answer["rejected"]), (&json!(true), &json!(1)));
    assert!(!is_heard(&channel, &mallory).await);
}

#[tokio::test]
async fn a_global_ban_holds_in_every_channel_until_it_is_lifted() {
    let (here, there) = (TestChannel::open().await, TestChannel::open().await);
    let mallory = Viewer::with_account("Mallory", fresh_number());
    let entry = here.moderator.ban(&here.queued(&mallory, "hello").await).await.1;
    assert!(is_heard(&there, &mallory).await, "a channel's ban is the channel's");
    let export = here.moderator.page("blacklist/export");
    here.moderator.post(&export, &json!({"id": entry})).await.problem(403);
    let admin = here.admin().await;
    admin.post(&export, &json!({"id": entry})).await.ok();
    admin.post(&export, &json!({"id": 999_999_999})).await.problem(404);
    there.eventyay.say(&mallory, "hello again").await;
    assert_eq!(there.moderator.queue().await.dropped("global_ban"), 1);

    let list = there.superadmin.get("/admin/global-blacklist").await.ok();
    let entries = list["entries"].as_array().unwrap();
    let ours = entries.iter().find(|entry| entry["centralauth_id"] == json!(mallory.central_id)).unwrap();
    let remove = json!({"id": ours["id"]});
    there.superadmin.post("/admin/global-blacklist/remove", &remove).await.ok();
    there.superadmin.post("/admin/global-blacklist/remove", &remove).await.problem(404);
    assert!(is_heard(&there, &mallory).await);
    assert!(!is_heard(&here, &mallory).await, "the channel's own ban stays");
}
