//! The simulation.

use chatstream_tests::{
    channel::TestChannel,
    host::{Host, Options},
    http::send,
    people::{Moderator, Person},
    wait::until,
};
use reqwest::Method;
use serde_json::{Value, json};

async fn superadmin() -> (Host, Person) {
    let host = Host::start(Options::default()).await;
    let person = Person::developer(host.base()).await;
    (host, person)
}

/// Hands out what is due, as the page does; answers how many there were.
async fn step(person: &Person) -> usize {
    let due = person.post("/admin/simulation/inject", &json!({})).await.ok();
    let messages = due["messages"].as_array().unwrap();
    for message in messages {
        let text = |field: &str| message[field].as_str().unwrap().to_owned();
        let request = person.client().request(Method::POST, due["webhook"].as_str().unwrap());
        let request = request
            .header("Content-Type", "application/json")
            .header("X-Eventyay-Signature", text("signature"));
        send(request.body(text("body"))).await.ok();
    }
    messages.len()
}

#[tokio::test]
async fn messages_come_through_the_real_intake_until_it_is_stopped() {
    let (_host, person) = superadmin().await;
    let off = person.get("/admin/simulation").await.ok();
    assert_eq!(off, json!({"active": false, "per_minute": null, "sent": 0, "channel": "simulation"}));
    assert_eq!(step(&person).await, 0);
    let on =
        person.post("/admin/simulation/activate", &json!({"active": true, "per_minute": 240})).await.ok();
    assert_eq!((&on["active"], &on["per_minute"]), (&json!(true), &json!(240)));
    until("some messages", || async {
        step(&person).await;
        (person.get("/admin/simulation").await.ok()["sent"].as_i64().unwrap() >= 4).then_some(())
    })
    .await;
    let sent = person.get("/admin/simulation").await.ok()["sent"].as_i64().unwrap();
    let moderator = Moderator::new(person.clone(), "simulation");
    let queue = moderator.queue().await;
    assert_eq!(i64::from(u32::try_from(queue.queued).unwrap()), sent, "each is a message of its own");

    let stopped = person.post("/admin/simulation/activate", &json!({"active": false})).await.ok();
    assert_eq!((&stopped["active"], &stopped["sent"]), (&json!(false), &json!(0)));
    assert_eq!(step(&person).await, 0);
}

#[tokio::test]
async fn a_signature_is_for_its_message_alone() {
    let (_host, person) = superadmin().await;
    person.post("/admin/simulation/activate", &json!({"active": true, "per_minute": 240})).await.ok();
    let due: Value = until("a message", || async {
        let due = person.post("/admin/simulation/inject", &json!({})).await.ok();
        (!due["messages"].as_array().unwrap().is_empty()).then_some(due)
    })
    .await;
    let message = &due["messages"][0];
    let secret = person.get("/admin/channels/simulation/connect").await.ok()["webhook_secret"].clone();
    assert!(!due.to_string().contains(secret.as_str().unwrap()));
    let request = person.client().request(Method::POST, due["webhook"].as_str().unwrap());
    let request = request.header("X-Eventyay-Signature", message["signature"].as_str().unwrap());
    send(request.body(format!("{} ", message["body"].as_str().unwrap()))).await.problem(403);
}

#[tokio::test]
async fn speeds_are_checked_and_an_archived_channel_is_left_alone() {
    let (_host, person) = superadmin().await;
    let activate = "/admin/simulation/activate";
    for body in [
        json!({}),
        json!({"active": true}),
        json!({"active": true, "per_minute": 0}),
        json!({"active": true, "per_minute": 241}),
        json!({"active": true, "per_minute": "fast"}),
        json!({"active": "perhaps", "per_minute": 5}),
    ] {
        person.post(activate, &body).await.problem(400);
    }
    let form = [("active", "true"), ("per_minute", "1")];
    person.post_form(activate, &form).await.ok();
    person.post("/channel/simulation/archive", &json!({})).await.ok();
    person.post(activate, &json!({"active": true, "per_minute": 5})).await.problem(409);
    person.post("/admin/simulation/inject", &json!({})).await.problem(409);
}

#[tokio::test]
async fn deleting_its_channel_ends_it() {
    let (_host, person) = superadmin().await;
    person.post("/admin/simulation/activate", &json!({"active": true, "per_minute": 240})).await.ok();
    person.post("/admin/channels/simulation/delete", &json!({"id": "simulation"})).await.ok();
    let due = person.post("/admin/simulation/inject", &json!({})).await.ok();
    assert_eq!((&due["active"], &due["messages"]), (&json!(false), &json!([])));
    let list = person.get("/admin/channels").await.expect(200).text();
    assert!(!list.contains("\"simulation\""), "it is not made again");
}

#[tokio::test]
async fn it_is_for_superadmins() {
    let channel = TestChannel::open().await;
    let admin = channel.admin().await;
    admin.get("/admin/simulation").await.problem(403);
    admin.post("/admin/simulation/activate", &json!({"active": true, "per_minute": 5})).await.problem(403);
}
