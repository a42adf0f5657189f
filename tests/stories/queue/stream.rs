//! The queue as server-sent events.

use chatstream_tests::{
    channel::TestChannel,
    eventyay::{Event, Viewer},
    queue::QueueModel,
    wait::within_patience,
};
use futures_util::future::join_all;

#[tokio::test]
async fn it_begins_with_the_whole_queue_and_goes_on_with_changes() {
    let channel = TestChannel::open().await;
    let one = channel.anybody_says("one").await.id;
    let mut stream = channel.moderator.follow("?limit=500", None).await;
    let mut model = QueueModel::default();
    let first = stream.delta().await;
    assert_eq!((first.reset, first.texts()), (true, vec!["one"]));
    model.apply(first);
    let two = channel.anybody_says("two").await.id;
    channel.moderator.approve(one).await;
    channel.anybody_says("three").await;
    channel.moderator.reject(two).await;
    let page = channel.moderator.queue().await;
    follow_to(&mut stream, &mut model, page.revision).await;
    model.check_against(&channel.moderator.queue().await, "the stream");
}

/// Applies events until the model is at `revision`.
async fn follow_to(
    stream: &mut chatstream_tests::events::EventStream,
    model: &mut QueueModel,
    revision: i64,
) {
    while model.revision < revision {
        let delta = stream.delta().await;
        assert!(!delta.reset);
        model.apply(delta);
    }
}

#[tokio::test]
async fn who_connects_again_misses_nothing() {
    let channel = TestChannel::open().await;
    channel.anybody_says("one").await;
    let mut stream = channel.moderator.follow("?limit=500", None).await;
    let mut model = QueueModel::default();
    model.apply(stream.delta().await);
    for round in 0..5 {
        drop(stream);
        let message = channel.anybody_says(&format!("while away {round}")).await.id;
        if round % 2 == 0 {
            channel.moderator.reject(message).await;
        }
        let page = channel.moderator.queue().await;
        stream = channel.moderator.follow("?limit=500", Some(&model.revision.to_string())).await;
        follow_to(&mut stream, &mut model, page.revision).await;
        model.check_against(&channel.moderator.queue().await, "the stream");
    }
}

#[tokio::test]
async fn since_in_the_address_does_the_same_and_the_header_goes_first() {
    let channel = TestChannel::open().await;
    let known = channel.moderator.quiet_revision().await;
    channel.anybody_says("one").await;
    let between = channel.moderator.queue().await.revision;
    channel.anybody_says("two").await;
    let query = format!("?since={known}&limit=500");
    let delta = channel.moderator.follow(&query, None).await.delta().await;
    assert_eq!((delta.reset, delta.texts()), (false, vec!["two", "one"]));
    let delta = channel.moderator.follow(&query, Some(&between.to_string())).await.delta().await;
    assert_eq!((delta.reset, delta.texts()), (false, vec!["two"]));
}

#[tokio::test]
async fn an_id_from_the_future_begins_anew_and_one_that_is_none_is_refused() {
    let channel = TestChannel::open().await;
    channel.anybody_says("one").await;
    let delta = channel.moderator.follow("", Some("999999999")).await.delta().await;
    assert_eq!((delta.reset, delta.texts()), (true, vec!["one"]));
    for id in ["x", "1.5", "99999999999999999999"] {
        let path = channel.moderator.api("queue/events");
        let request =
            channel.moderator.client().request(reqwest::Method::GET, &path).header("Last-Event-ID", id);
        chatstream_tests::http::send(request).await.problem(400);
    }
}

#[tokio::test]
async fn a_decision_is_on_many_open_streams() {
    let channel = TestChannel::open().await;
    let message = channel.anybody_says("hello").await.id;
    let streams = (0..50).map(|_| channel.moderator.follow("", None));
    let mut streams = join_all(streams).await;
    for stream in &mut streams {
        stream.delta().await;
    }
    channel.moderator.approve(message).await;
    let heard = streams.iter_mut().map(async |stream| {
        loop {
            let delta = stream.delta().await;
            if delta.gone.contains(&message) {
                return delta.decided("approved");
            }
        }
    });
    let counts = within_patience("all streams to hear of it", join_all(heard)).await;
    assert!(counts.iter().all(|count| *count == 1));
}

#[tokio::test]
async fn it_ends_for_somebody_whose_role_has_ended() {
    let channel = TestChannel::open().await;
    let moderator = channel.another_moderator().await;
    let mut stream = moderator.follow("", None).await;
    stream.delta().await;
    let member = serde_json::json!({"centralauth_id": moderator.central_id()});
    channel.superadmin.post(&channel.moderator.page("members/remove"), &member).await.ok();
    // Not at once, but soon: until then something may still come.
    while let Some(event) = stream.next().await {
        assert!(event.name == "queue" || event.name == "closing", "{event:?}");
    }
}

#[tokio::test]
async fn a_busy_minute_is_gathered_and_nothing_is_lost() {
    let channel = TestChannel::open().await;
    let mut stream = channel.moderator.follow("?limit=500", None).await;
    let mut model = QueueModel::default();
    model.apply(stream.delta().await);
    let viewer = Viewer::guest("Alice");
    let events: Vec<_> = (0..300).map(|number| Event::text(&viewer, &format!("message {number}"))).collect();
    let sending = async {
        for part in events.chunks(30) {
            join_all(part.iter().map(|event| channel.eventyay.send(event))).await;
        }
    };
    let following = async {
        while model.messages.len() < events.len() {
            model.apply(stream.delta().await);
        }
    };
    tokio::join!(sending, following);
    model.check_against(&channel.moderator.queue().await, "the stream");
}
