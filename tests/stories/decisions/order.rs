//! The most restrictive decision wins: highlighted, approved, rejected.

use chatstream_tests::{channel::TestChannel, people::Outcome};

/// The decisions, least restrictive first, with the status each asks for.
pub(super) const DECISIONS: [(&str, &str); 3] =
    [("highlight", "highlighted"), ("approve", "approved"), ("reject", "rejected")];

#[tokio::test]
async fn a_later_decision_counts_only_if_it_is_more_restrictive() {
    let channel = TestChannel::open().await;
    let (first, second) = (&channel.moderator, channel.another_moderator().await);
    for (rank, (decision, status)) in DECISIONS.into_iter().enumerate() {
        for (later_rank, (later, later_status)) in DECISIONS.into_iter().enumerate() {
            let message = channel.anybody_says(&format!("{decision}, then {later}")).await.id;
            assert_eq!(first.decide(message, decision).await, Outcome::Effective);
            let (expected, end) = if later_rank > rank {
                (Outcome::Effective, later_status)
            } else {
                (Outcome::Superseded(status.to_owned()), status)
            };
            assert_eq!(second.decide(message, later).await, expected, "{decision}, then {later}");
            // Asking for the least shows where it stands.
            assert_eq!(first.highlight(message).await, Outcome::Superseded(end.to_owned()));
        }
    }
}

#[tokio::test]
async fn the_counts_follow() {
    let channel = TestChannel::open().await;
    let moderator = &channel.moderator;
    let counts = async || {
        let queue = moderator.queue().await;
        [queue.queued, queue.decided("highlighted"), queue.decided("approved"), queue.decided("rejected")]
    };
    let message = channel.anybody_says("hello").await.id;
    assert_eq!(counts().await, [1, 0, 0, 0]);
    for (decision, expected) in [
        ("highlight", [0, 1, 0, 0]),
        ("approve", [0, 0, 1, 0]),
        ("highlight", [0, 0, 1, 0]),
        ("reject", [0, 0, 0, 1]),
    ] {
        moderator.decide(message, decision).await;
        assert_eq!(counts().await, expected, "after {decision}");
    }
}

#[tokio::test]
async fn only_what_took_effect_is_in_the_log() {
    let channel = TestChannel::open().await;
    let (one, other) = (&channel.moderator, channel.another_moderator().await);
    let message = channel.anybody_says("hello").await.id;
    one.approve(message).await;
    other.highlight(message).await;
    other.approve(message).await;
    other.reject(message).await;
    one.approve(message).await;
    let log = one.log("").await;
    let entries: Vec<_> = log.iter().map(|entry| (&entry["decision"], &entry["moderator"])).collect();
    assert_eq!(
        entries,
        [(&"rejected".into(), &other.name().into()), (&"approved".into(), &one.name().into())]
    );
}

#[tokio::test]
async fn a_form_decides_as_json_does() {
    let channel = TestChannel::open().await;
    let message = channel.anybody_says("hello").await.id;
    let path = channel.moderator.api(&format!("message/{message}/approve"));
    channel.moderator.post_form(&path, &[]).await.ok();
    assert_eq!(channel.feeds().texts().await, ["hello"]);
}
