//! What cannot be right is refused, and leaves nothing behind.

use chatstream_tests::{
    channel::TestChannel,
    eventyay::{Event, SIGNATURE, Viewer, signature, timestamp_in},
    http::send,
    raw,
};
use serde_json::{Value, json};

/// The largest body that is read, in bytes.
const LIMIT: usize = 64 * 1024;

fn event() -> Event {
    Event::text(&Viewer::guest("Alice"), "hello")
}

/// `event`, padded with white space to `size` bytes.
fn padded(event: &Event, size: usize) -> String {
    let body = event.body();
    format!("{body}{}", " ".repeat(size - body.len()))
}

async fn check_untouched(channel: &TestChannel, quiet: i64) {
    let delta = channel.moderator.poll(quiet, 0).await;
    assert_eq!(
        (delta.revision, delta.messages.len()),
        (quiet, 0),
        "a refusal leaves nothing behind: {delta:?}"
    );
}

#[tokio::test]
async fn a_body_over_the_limit() {
    let channel = TestChannel::open().await;
    channel.eventyay.post_body(padded(&event(), LIMIT)).await.ok();
    let quiet = channel.moderator.quiet_revision().await;
    channel.eventyay.post_body(padded(&event(), LIMIT + 1)).await.problem(413);
    channel.eventyay.post_body(padded(&event(), 4 * LIMIT)).await.problem(413);
    check_untouched(&channel, quiet).await;
}

#[tokio::test]
async fn a_body_over_the_limit_that_does_not_say_how_long_it_is() {
    let channel = TestChannel::open().await;
    let quiet = channel.moderator.quiet_revision().await;
    let body = padded(&event(), LIMIT + 1);
    let head = |body: &str| {
        format!(
            "POST {} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n{SIGNATURE}: {}\r\n\
             transfer-encoding: chunked\r\n\r\n",
            channel.eventyay.path(),
            signature(channel.eventyay.secret(), body.as_bytes()),
        )
    };
    let chunks = |body: &str| {
        let parts = body
            .as_bytes()
            .chunks(8_000)
            .map(|part| format!("{:x}\r\n{}\r\n", part.len(), String::from_utf8_lossy(part)));
        parts.chain(["0\r\n\r\n".to_owned()]).collect::<String>()
    };
    let answer = raw::exchange(channel.base(), format!("{}{}", head(&body), chunks(&body)).as_bytes()).await;
    assert_eq!(answer.as_ref().map(|answer| answer.status), Some(413), "{answer:?}");
    check_untouched(&channel, quiet).await;
    // The same way within the limit.
    let body = padded(&event(), LIMIT);
    let answer = raw::exchange(channel.base(), format!("{}{}", head(&body), chunks(&body)).as_bytes()).await;
    assert_eq!(answer.as_ref().map(|answer| answer.status), Some(200), "{answer:?}");
    assert_eq!(channel.moderator.waiting().await, ["hello"]);
}

#[tokio::test]
async fn a_signature_that_is_missing_wrong_or_doubled() {
    let channel = TestChannel::open().await;
    let other = TestChannel::open().await;
    let quiet = channel.moderator.quiet_revision().await;
    let body = event().body();
    let right = signature(channel.eventyay.secret(), body.as_bytes());
    let wrong = [
        String::new(),
        "sha256=".to_owned(),
        right.trim_start_matches("sha256=").to_owned(),
        right.replace("sha256=", "sha1="),
        right[..right.len() - 1].to_owned(),
        format!("{right}0"),
        format!("{right}, {right}"),
        signature(other.eventyay.secret(), body.as_bytes()),
        signature("", body.as_bytes()),
        signature(channel.eventyay.secret(), format!("{body} ").as_bytes()),
        "sha256=é".to_owned(),
    ];
    for value in wrong {
        send(channel.eventyay.unsigned(body.clone()).header(SIGNATURE, value)).await.problem(403);
    }
    send(channel.eventyay.unsigned(body.clone())).await.problem(403);
    send(channel.eventyay.signed(body.clone()).header(SIGNATURE, &right)).await.problem(403);
    check_untouched(&channel, quiet).await;
    send(channel.eventyay.unsigned(body).header(SIGNATURE, right)).await.ok();
}

#[tokio::test]
async fn what_is_no_json_object() {
    let channel = TestChannel::open().await;
    let quiet = channel.moderator.quiet_revision().await;
    let deep = format!("{{\"meta\":{}", "[".repeat(30_000));
    let whole = event().body();
    let bodies: [&[u8]; 14] = [
        b"",
        b" ",
        b"{",
        b"null",
        b"7",
        b"[]",
        b"[{}]",
        b"\"text\"",
        b"message=hello",
        b"{\"message\":\"\xff\"}",
        b"{\"message_id\":1} x",
        deep.as_bytes(),
        &whole.as_bytes()[..whole.len() - 1],
        b"{\"message_id\":1,}",
    ];
    for body in bodies {
        channel.eventyay.post_body(body).await.problem(400);
    }
    check_untouched(&channel, quiet).await;
}

#[tokio::test]
async fn a_field_of_the_wrong_type() {
    let channel = TestChannel::open().await;
    let quiet = channel.moderator.quiet_revision().await;
    let wrong: &[(&str, &[Value])] = &[
        (
            "message_id",
            &[json!(null), json!(true), json!(1.5), json!([1]), json!({}), json!(""), json!("a b")],
        ),
        ("timestamp", &[json!(1_784_628_300), json!(true), json!([]), json!({})]),
        ("screen_name", &[json!(7), json!(false), json!(["Alice"]), json!({})]),
        ("sender_id", &[json!(7), json!(true), json!([]), json!("x".repeat(300))]),
        ("centralauth_id", &[json!(true), json!(1.5), json!([1]), json!({})]),
        ("message", &[json!(7), json!(true), json!(["hello"]), json!({"text": "hello"})]),
        ("message_type", &[json!(1), json!(true), json!(["text"])]),
        ("meta", &[json!("none"), json!(7), json!([]), json!(["add", "👍", 1, {}]), json!(true)]),
    ];
    for (field, values) in wrong {
        for value in *values {
            let answer = channel.eventyay.post(&event().with(field, value.clone())).await;
            assert_eq!(answer.status, 400, "{field} = {value}: {answer}");
        }
    }
    channel.eventyay.post(&event().without("message_id")).await.problem(400);
    check_untouched(&channel, quiet).await;
}

#[tokio::test]
async fn a_reaction_that_does_not_say_what_it_is() {
    let channel = TestChannel::open().await;
    let text = channel.eventyay.say(&Viewer::guest("Alice"), "hello").await;
    let quiet = channel.moderator.quiet_revision().await;
    let reaction = Event::reaction(&text, &Viewer::only_named("Bob"), "👍", &["b"]);
    let wrong = [
        json!({}),
        json!({"action": "add", "target_message_id": 1}),
        json!({"action": "add", "reaction": "", "target_message_id": 1}),
        json!({"action": "add", "reaction": 7, "target_message_id": 1}),
        json!({"action": "add", "reaction": "👍".repeat(1000), "target_message_id": 1}),
        json!({"action": "dance", "reaction": "👍", "target_message_id": 1}),
        json!({"action": "add", "reaction": "👍", "target_message_id": [1]}),
    ];
    for meta in wrong {
        let answer = channel.eventyay.post(&reaction.clone().with("meta", meta.clone())).await;
        assert_eq!(answer.status, 400, "{meta}: {answer}");
    }
    check_untouched(&channel, quiet).await;
}

#[tokio::test]
async fn a_time_that_is_malformed_too_old_or_in_the_future() {
    let channel = TestChannel::open().await;
    let quiet = channel.moderator.quiet_revision().await;
    let malformed =
        ["yesterday", "2026-07-21", "1784628300", "2026-13-01T00:00:00+00:00", "2026-07-21T10:05:00+99:99"];
    let off =
        [timestamp_in(-310), timestamp_in(-86_400 * 365), timestamp_in(3_600), timestamp_in(86_400 * 365)];
    for time in malformed.into_iter().chain(off.iter().map(String::as_str)) {
        let detail = channel.eventyay.post(&event().with("timestamp", time)).await.problem(400);
        assert!(detail.contains("timestamp"), "{time}: {detail}");
    }
    check_untouched(&channel, quiet).await;
}

#[tokio::test]
async fn a_time_that_is_near_enough_or_not_told() {
    let channel = TestChannel::open().await;
    for time in [timestamp_in(-240), timestamp_in(240), timestamp_in(0).replace("+00:00", "Z"), String::new()]
    {
        channel.eventyay.send(&event().with("timestamp", time)).await;
    }
    channel.eventyay.send(&event().with("timestamp", Value::Null)).await;
    channel.eventyay.send(&event().without("timestamp")).await;
    assert_eq!(channel.moderator.queue().await.queued, 6);
    // A channel may want to hear of what is older.
    let old = event().with("timestamp", timestamp_in(-3_000));
    channel.eventyay.post(&old).await.problem(400);
    channel.set(json!({"max_age_seconds": 3_600})).await;
    channel.eventyay.send(&old).await;
    channel.eventyay.post(&event().with("timestamp", timestamp_in(-3_700))).await.problem(400);
}
