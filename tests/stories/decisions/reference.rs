//! The rules of decisions, written down a second time and held against the product.

use std::collections::BTreeMap;

use chatstream_tests::{
    channel::TestChannel,
    people::{Moderator, Outcome},
    seed::Seed,
};

use super::order::DECISIONS;

/// A decision that took effect.
#[derive(Debug, Clone, Copy)]
struct Made {
    moderator: usize,
    rank: usize,
    /// Its place in the order of all decisions.
    at: usize,
}

/// What a channel should be like.
#[derive(Debug, Default)]
struct Reference {
    /// Each message's decisions that are not taken back, the last one in force.
    messages: BTreeMap<i64, Vec<Made>>,
    decisions: usize,
    logged: usize,
}

impl Reference {
    fn rank(&self, message: i64) -> usize {
        self.messages[&message].last().map_or(0, |made| made.rank)
    }

    fn decide(&mut self, message: i64, moderator: usize, rank: usize) -> Outcome {
        let present = self.rank(message);
        if present >= rank {
            return Outcome::Superseded(DECISIONS[present - 1].1.to_owned());
        }
        self.decisions += 1;
        self.logged += 1;
        let made = Made { moderator, rank, at: self.decisions };
        self.messages.get_mut(&message).unwrap().push(made);
        Outcome::Effective
    }

    fn undo(&mut self, message: i64, moderator: usize) -> u16 {
        let decisions = self.messages.get_mut(&message).unwrap();
        match decisions.last() {
            Some(made) if made.moderator == moderator => {
                decisions.pop();
                self.decisions += 1;
                self.logged += 1;
                200
            }
            _ => 409,
        }
    }

    /// The messages at a rank, the newest decision first; those that wait by their age.
    fn at(&self, ranks: &[usize]) -> Vec<i64> {
        let mut found: Vec<_> =
            self.messages.iter().filter(|(id, _)| ranks.contains(&self.rank(**id))).collect();
        found.sort_by_key(|(id, made)| std::cmp::Reverse((made.last().map_or(0, |made| made.at), **id)));
        found.into_iter().map(|(id, _)| *id).collect()
    }
}

async fn check(channel: &TestChannel, reference: &Reference) {
    let queue = channel.moderator.queue().await;
    assert_eq!(queue.ids(), reference.at(&[0]));
    for (index, (_, status)) in DECISIONS.into_iter().enumerate() {
        let expected = i64::try_from(reference.at(&[index + 1]).len()).unwrap();
        assert_eq!(queue.decided(status), expected, "{status}");
    }
    let ids = |feed: feed_rs::model::Feed| -> Vec<i64> {
        feed.entries.iter().map(|entry| entry.id.parse().unwrap()).collect()
    };
    assert_eq!(ids(channel.feeds().all().await), reference.at(&[1, 2]));
    assert_eq!(ids(channel.feeds().highlights().await), reference.at(&[1]));
    assert_eq!(channel.moderator.log("?limit=500").await.len(), reference.logged);
}

#[tokio::test]
async fn any_number_of_steps_leads_where_the_rules_say() {
    let channel = TestChannel::open().await;
    let mut seed = Seed::new("decisions against a reference");
    let moderators: [Moderator; 3] =
        [channel.moderator.clone(), channel.another_moderator().await, channel.another_moderator().await];
    let mut reference = Reference::default();
    for step in 0..300 {
        let known: Vec<_> = reference.messages.keys().copied().collect();
        let who = seed.usize(0..3);
        if known.is_empty() || (known.len() < 30 && seed.u8(0..8) == 0) {
            let message = channel.anybody_says(&format!("message {step}")).await.id;
            reference.messages.insert(message, Vec::new());
            continue;
        }
        let message = known[seed.usize(0..known.len())];
        if seed.u8(0..3) == 0 {
            let answer = moderators[who].undo(message).await;
            assert_eq!(answer.status, reference.undo(message, who), "step {step}: {answer}");
        } else {
            let rank = seed.usize(1..=3);
            let outcome = moderators[who].decide(message, DECISIONS[rank - 1].0).await;
            assert_eq!(outcome, reference.decide(message, who, rank), "step {step}");
        }
        if step % 20 == 0 {
            check(&channel, &reference).await;
        }
    }
    check(&channel, &reference).await;
}
