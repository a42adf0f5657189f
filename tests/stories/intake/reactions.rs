//! Reactions: events that look like the message they are about.

use chatstream_tests::{
    channel::{TestChannel, fresh_number},
    eventyay::{Event, Viewer, timestamp_in},
    queue::Message,
};
use serde_json::{Value, json};

/// Alice's message, and where it was said.
async fn alices_message() -> (TestChannel, Viewer, Event) {
    let channel = TestChannel::open().await;
    let alice = Viewer::with_account("Alice", fresh_number());
    let text = channel.eventyay.say(&alice, "the keynote is great").await;
    (channel, alice, text)
}

async fn reactions(channel: &TestChannel) -> Vec<Message> {
    channel.moderator.queue_with("?type=emoji").await.messages
}

#[tokio::test]
async fn it_shows_its_symbol_and_who_reacted() {
    let (channel, alice, text) = alices_message().await;
    let bob = Viewer::with_account("Bob", fresh_number());
    channel.eventyay.send(&Event::reaction(&text, &bob, "👍", &["b"])).await;
    let queue = channel.moderator.queue().await;
    assert_eq!(queue.texts(), ["👍", "the keynote is great"]);
    let reaction = &queue.messages[0];
    assert_eq!((reaction.screen_name.as_str(), reaction.centralauth_id), ("Bob", bob.central_id));
    assert_eq!((reaction.message_type.as_str(), reaction.sender_id.as_ref()), ("emoji", None));
    assert_eq!(reaction.target_message.as_deref(), Some("the keynote is great"));
    assert_ne!(reaction.centralauth_id, alice.central_id);
}

#[tokio::test]
async fn the_age_of_its_message_is_not_its_own() {
    let (channel, _, text) = alices_message().await;
    let old = text.with("timestamp", timestamp_in(-7_200));
    channel.eventyay.send(&Event::reaction(&old, &Viewer::only_named("Bob"), "👍", &["b"])).await;
    assert_eq!(reactions(&channel).await.len(), 1);
}

#[tokio::test]
async fn a_message_that_was_never_seen_can_be_reacted_to() {
    let channel = TestChannel::open().await;
    let unseen = Event::text(&Viewer::guest("Alice"), "said before this channel was there");
    channel.eventyay.send(&Event::reaction(&unseen, &Viewer::only_named("Bob"), "🎉", &["b"])).await;
    let queue = channel.moderator.queue().await;
    assert_eq!((queue.texts(), queue.messages[0].target_message.as_ref()), (vec!["🎉"], None));
    // And the message itself is not taken for a repetition after it.
    channel.eventyay.send(&unseen).await;
    assert_eq!(channel.moderator.queue().await.texts()[0], "said before this channel was there");
}

#[tokio::test]
async fn a_message_that_comes_after_its_reaction_is_shown_with_it() {
    let channel = TestChannel::open().await;
    let late = Event::text(&Viewer::guest("Alice"), "said first, delivered second");
    let reaction = Event::reaction(&late, &Viewer::only_named("Bob"), "🎉", &["b"]);
    channel.newest_after(&reaction).await;
    channel.eventyay.send(&late).await;
    let about = Some("said first, delivered second");
    assert_eq!(channel.moderator.find("🎉").await.target_message.as_deref(), about);
}

#[tokio::test]
async fn it_counts_once_for_a_person_and_a_symbol() {
    let (channel, _, text) = alices_message().await;
    let bob = Viewer::with_account("Bob", fresh_number());
    let carol = Viewer::only_named("Carol");
    let send = async |viewer: &Viewer, symbol: &str, reactors: &[&str]| {
        channel.eventyay.send(&Event::reaction(&text, viewer, symbol, reactors)).await;
        reactions(&channel).await.len()
    };
    assert_eq!(send(&bob, "👍", &["b"]).await, 1);
    assert_eq!(send(&bob, "👍", &["b"]).await, 1, "delivered again");
    assert_eq!(send(&bob, "👍", &["b", "c"]).await, 1, "delivered again, after somebody else had reacted");
    assert_eq!(send(&carol, "👍", &["b", "c"]).await, 2);
    assert_eq!(send(&carol, "👍", &["b", "c"]).await, 2);
    assert_eq!(send(&bob, "❤️", &["b"]).await, 3, "another symbol");
    assert_eq!(channel.moderator.queue().await.queued, 4);
}

#[tokio::test]
async fn two_people_of_whom_nothing_is_known_are_two() {
    let (channel, _, text) = alices_message().await;
    let send = async |reactors: &[&str]| {
        channel.eventyay.send(&Event::reaction(&text, &Viewer::unknown(), "👍", reactors)).await;
        reactions(&channel).await
    };
    assert_eq!(send(&["u1"]).await.len(), 1);
    assert_eq!(send(&["u1"]).await.len(), 1, "delivered again");
    let two = send(&["u1", "u2"]).await;
    assert_eq!(two.len(), 2);
    assert_eq!(send(&["u2", "u1"]).await.len(), 2, "delivered again, the list in another order");
    assert_ne!(two[0].screen_name, two[1].screen_name, "two strangers do not look like one");
}

#[tokio::test]
async fn a_reaction_to_one_message_is_not_one_to_another() {
    let (channel, alice, text) = alices_message().await;
    let other = channel.eventyay.say(&alice, "and the coffee too").await;
    let bob = Viewer::only_named("Bob");
    for about in [&text, &other] {
        channel.eventyay.send(&Event::reaction(about, &bob, "👍", &["b"])).await;
    }
    let about: Vec<_> = reactions(&channel).await.into_iter().map(|it| it.target_message.unwrap()).collect();
    assert_eq!(about, ["and the coffee too", "the keynote is great"]);
}

#[tokio::test]
async fn the_lists_look_at_who_reacted_and_at_nobody_else() {
    let channel = TestChannel::open().await;
    let (alice, bob) = (Viewer::guest("Alice"), Viewer::with_account("Bob", fresh_number()));
    let text = channel.eventyay.say(&alice, "hello").await;
    let alices = channel.moderator.find("hello").await;
    // Alice is trusted: that says nothing of Bob, who reacts to her message under her sender id.
    channel.moderator.allow(&alices).await;
    channel.eventyay.send(&Event::reaction(&text, &bob, "👍", &["b"])).await;
    let reaction = channel.moderator.find("👍").await;
    // Alice is banned: nor does that.
    channel.moderator.ban(&alices).await;
    channel.eventyay.send(&Event::reaction(&text, &bob, "🎉", &["b"])).await;
    assert_eq!(channel.moderator.waiting().await, ["👍", "🎉"]);
    // Bob is banned: both go, and no other comes.
    assert_eq!(channel.moderator.ban(&reaction).await.0, 2);
    channel.eventyay.send(&Event::reaction(&text, &bob, "🚀", &["b"])).await;
    let queue = channel.moderator.queue().await;
    assert_eq!((queue.queued, queue.dropped("ban")), (0, 1));
}

#[tokio::test]
async fn taking_it_back_leaves_the_decision_to_the_moderators() {
    let (channel, _, text) = alices_message().await;
    let bob = Viewer::only_named("Bob");
    channel.eventyay.send(&Event::reaction(&text, &bob, "👍", &["b"])).await;
    let quiet = channel.moderator.quiet_revision().await;
    let id = text.0["message_id"].clone();
    let meta = json!({"action": "remove", "reaction": "👍", "reactions": {}, "target_message_id": id});
    channel.eventyay.send(&Event::reaction(&text, &bob, "👍", &[]).with("meta", meta)).await;
    let delta = channel.moderator.poll(quiet, 0).await;
    assert_eq!((delta.messages, delta.gone, delta.queued), (vec![], vec![], 2));
}

#[tokio::test]
async fn older_names_for_reactions_are_understood() {
    let (channel, _, text) = alices_message().await;
    for (index, word) in ["event.reaction", "reaction", "something new"].into_iter().enumerate() {
        let name = format!("Person {index}");
        let event = Event::reaction(&text, &Viewer::only_named(&name), "👍", &["r"]);
        let seen = channel.newest_after(&event.with("message_type", word)).await;
        let expected = (name.as_str(), "👍", "emoji");
        assert_eq!((&*seen.screen_name, &*seen.message, &*seen.message_type), expected, "{word}");
    }
}

#[tokio::test]
async fn a_reactor_without_a_name_gets_a_number_of_their_own() {
    let channel = TestChannel::open().await;
    let text = channel.eventyay.say(&Viewer::unnamed(), "who am I").await;
    let account = Viewer { central_id: Some(fresh_number()), ..Viewer::unknown() };
    for symbol in ["👍", "🎉"] {
        channel.eventyay.send(&Event::reaction(&text, &account, symbol, &["r"])).await;
    }
    let names: Vec<_> =
        channel.moderator.queue().await.messages.into_iter().map(|it| it.screen_name).collect();
    assert_eq!(names, ["Anonymous #2", "Anonymous #2", "Anonymous #1"]);
}

#[tokio::test]
async fn the_target_is_the_message_where_nothing_else_is_said() {
    let (channel, _, text) = alices_message().await;
    let event = Event::reaction(&text, &Viewer::only_named("Bob"), "👍", &["b"]);
    let meta = json!({"action": "add", "reaction": "👍", "reactions": {"👍": ["b"]}, "target_message_id": Value::Null});
    let seen = channel.newest_after(&event.with("meta", meta)).await;
    assert_eq!(seen.target_message.as_deref(), Some("the keynote is great"));
}
