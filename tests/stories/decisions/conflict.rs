//! Several moderators decide about one message at once.

use std::collections::BTreeMap;

use chatstream_tests::{
    channel::TestChannel,
    people::{Moderator, Outcome},
    seed::Seed,
};
use futures_util::future::join_all;
use serde_json::Value;

use super::order::DECISIONS;

const ROUNDS: usize = 20;
const AT_ONCE: usize = 18;

fn rank(status: &str) -> usize {
    DECISIONS.iter().position(|(_, word)| *word == status).unwrap() + 1
}

/// One decision of a round.
struct Sent<'a> {
    moderator: &'a Moderator,
    status: &'static str,
    outcome: Outcome,
}

#[tokio::test]
async fn whoever_is_first_the_most_restrictive_wins() {
    let channel = TestChannel::open().await;
    let mut seed = Seed::new("conflicting decisions");
    let mut moderators = vec![channel.moderator.clone()];
    for _ in 0..3 {
        moderators.push(channel.another_moderator().await);
    }
    for round in 0..ROUNDS {
        let message = channel.anybody_says(&format!("round {round}")).await.id;
        // In some rounds nobody rejects, in some nobody approves.
        let choices = &DECISIONS[..seed.usize(1..=3)];
        let decisions: Vec<_> = (0..AT_ONCE)
            .map(|_| (&moderators[seed.usize(0..4)], choices[seed.usize(0..choices.len())]))
            .collect();
        let sent = join_all(decisions.iter().map(async |(moderator, (decision, status))| Sent {
            moderator,
            status,
            outcome: moderator.decide(message, decision).await,
        }))
        .await;
        check(&channel, message, &sent).await;
    }
}

async fn check(channel: &TestChannel, message: i64, sent: &[Sent<'_>]) {
    let strictest = sent.iter().map(|it| it.status).max_by_key(|status| rank(status)).unwrap();
    let end = channel.moderator.highlight(message).await;
    assert_eq!(end, Outcome::Superseded(strictest.to_owned()));

    for it in sent {
        if let Outcome::Superseded(current) = &it.outcome {
            assert!(rank(current) >= rank(it.status), "{} was superseded by {current}", it.status);
        }
    }
    let effective = sent.iter().filter(|it| it.outcome == Outcome::Effective);
    let mut answered = BTreeMap::<_, usize>::new();
    for it in effective {
        *answered.entry((it.moderator.name().to_owned(), it.status.to_owned())).or_default() += 1;
    }
    let log = channel.moderator.log("?limit=500").await;
    let entries: Vec<_> = log.iter().filter(|entry| entry["message_id"] == message).rev().collect();
    let mut logged = BTreeMap::<_, usize>::new();
    let word = |entry: &Value, field: &str| entry[field].as_str().unwrap().to_owned();
    for entry in &entries {
        *logged.entry((word(entry, "moderator"), word(entry, "decision"))).or_default() += 1;
    }
    assert_eq!(answered, logged, "who was told that it took effect is in the log, and nobody else");
    let ranks: Vec<_> = entries.iter().map(|entry| rank(&word(entry, "decision"))).collect();
    assert!(ranks.is_sorted_by(|earlier, later| earlier < later), "ever more restrictive: {ranks:?}");
}

#[tokio::test]
async fn actions_on_many_messages_and_single_decisions_meet() {
    let channel = TestChannel::open().await;
    let mut seed = Seed::new("single decisions against reject-similar");
    let other = channel.another_moderator().await;
    for round in 0..8 {
        let text = format!("the same text in round {round}");
        let mut messages = Vec::new();
        for _ in 0..12 {
            messages.push(channel.anybody_says(&text).await.id);
        }
        seed.shuffle(&mut messages);
        let approvals = messages.iter().map(async |message| other.approve(*message).await);
        let (rejected, approvals) =
            futures_util::future::join(channel.moderator.reject_similar(messages[0]), join_all(approvals))
                .await;
        let approved = approvals.iter().filter(|outcome| **outcome == Outcome::Effective).count();
        let queue = channel.moderator.queue().await;
        assert_eq!(queue.queued, 0, "each was decided by one of the two");
        // The named one is rejected in any case; others either way.
        let rejected = usize::try_from(rejected).unwrap();
        assert!((12..=13).contains(&(rejected + approved)), "{rejected} rejected, {approved} approved");
        let end = channel.moderator.highlight(messages[0]).await;
        assert_eq!(end, Outcome::Superseded("rejected".to_owned()));
    }
}
