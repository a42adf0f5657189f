//! A message's status, the decisions about it, and their order.
//!
//! Statuses form a join-semilattice: they are totally ordered by how restrictive they are, and a message's status
//! is the maximum ([`Status::join`]) of the decisions that reached it. A maximum does not care about order or
//! repetition, so any number of moderators on any number of hosts end at the same status without a lock.

use crate::words::words;

/// Where a message stands. The greater, the more restrictive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// Nobody has decided yet.
    Queued = 0,
    /// Shown, and marked for the stage.
    Highlighted = 1,
    /// Shown.
    Approved = 2,
    /// Not shown.
    Rejected = 3,
}
words!(Status, "a status", Queued => "queued", Highlighted => "highlighted", Approved => "approved",
    Rejected => "rejected");

impl Status {
    /// The rank from 0 (queued) to 3 (rejected), as the database keeps it.
    #[must_use]
    pub const fn rank(self) -> i64 {
        self as i64
    }

    /// The status of a rank; `None` if no status has it.
    #[must_use]
    pub const fn from_rank(rank: i64) -> Option<Self> {
        match rank {
            0 => Some(Self::Queued),
            1 => Some(Self::Highlighted),
            2 => Some(Self::Approved),
            3 => Some(Self::Rejected),
            _ => None,
        }
    }

    /// The more restrictive of the two: associative, commutative, idempotent, with [`Status::Queued`] neutral.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        self.max(other)
    }

    /// Whether feeds and displays show a message of this status.
    #[must_use]
    pub const fn is_public(self) -> bool {
        matches!(self, Self::Highlighted | Self::Approved)
    }

    /// What a decision does to a message of this status: it takes effect only where it is more restrictive.
    #[must_use]
    pub fn decide(self, decision: Decision) -> Outcome {
        let joined = self.join(decision.status());
        if joined == self { Outcome::Superseded { current: self } } else { Outcome::Effective(joined) }
    }
}

/// What a moderator decides about a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Decision {
    /// Show it, and mark it for the stage.
    Highlight,
    /// Show it.
    Approve,
    /// Do not show it.
    Reject,
}
words!(Decision, "a decision", Highlight => "highlight", Approve => "approve", Reject => "reject");

impl Decision {
    /// The status this decision asks for; never [`Status::Queued`].
    #[must_use]
    pub const fn status(self) -> Status {
        match self {
            Self::Highlight => Status::Highlighted,
            Self::Approve => Status::Approved,
            Self::Reject => Status::Rejected,
        }
    }
}

/// What became of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It took effect: the message now has this status.
    Effective(Status),
    /// An equal or more restrictive decision was there before; nothing changed, nothing is logged.
    Superseded {
        /// The status the message keeps.
        current: Status,
    },
}

impl Outcome {
    /// The message's status after the decision.
    #[must_use]
    pub const fn status(self) -> Status {
        match self {
            Self::Effective(status) | Self::Superseded { current: status } => status,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    fn statuses() -> impl Strategy<Value = Status> {
        select(Status::ALL.to_vec())
    }

    fn after(decisions: &[Decision]) -> Status {
        decisions.iter().fold(Status::Queued, |status, decision| status.decide(*decision).status())
    }

    /// Some decisions, and the same ones shuffled with some of them repeated.
    fn deliveries() -> impl Strategy<Value = (Vec<Decision>, Vec<Decision>)> {
        proptest::collection::vec(select(Decision::ALL.to_vec()), 0..12).prop_flat_map(|once| {
            let repeated = proptest::sample::subsequence(once.clone(), 0..=once.len());
            let again = (Just(once.clone()), repeated)
                .prop_map(|(once, repeated)| [once, repeated].concat())
                .prop_shuffle();
            (Just(once), again)
        })
    }

    proptest! {
        #[test]
        fn order_and_repetition_of_decisions_do_not_matter((once, again) in deliveries()) {
            prop_assert_eq!(after(&once), after(&again));
        }

        #[test]
        fn the_most_restrictive_decision_wins((decisions, _) in deliveries()) {
            let strictest = decisions.iter().map(|decision| decision.status()).max();
            prop_assert_eq!(after(&decisions), strictest.unwrap_or(Status::Queued));
        }

        #[test]
        fn join_is_a_semilattice(a in statuses(), b in statuses(), c in statuses()) {
            prop_assert_eq!(a.join(b).join(c), a.join(b.join(c)));
            prop_assert_eq!(a.join(b), b.join(a));
            prop_assert_eq!(a.join(a), a);
            prop_assert_eq!(a.join(Status::Queued), a);
        }
    }

    #[test]
    fn a_decision_takes_effect_on_a_queued_message_or_where_its_rank_is_higher() {
        for status in Status::ALL {
            for decision in Decision::ALL {
                let effective = status == Status::Queued || decision.status().rank() > status.rank();
                let expected = if effective {
                    Outcome::Effective(decision.status())
                } else {
                    Outcome::Superseded { current: status }
                };
                assert_eq!(status.decide(decision), expected, "{status} {decision}");
            }
        }
    }

    #[test]
    fn words_and_ranks_lead_back() {
        for status in Status::ALL {
            assert_eq!(status.as_str().parse(), Ok(status));
            assert_eq!(Status::from_rank(status.rank()), Some(status));
            let json = serde_json::to_string(&status).unwrap();
            assert_eq!(json, format!("\"{status}\""));
            assert_eq!(serde_json::from_str::<Status>(&json).unwrap(), status);
        }
        for decision in Decision::ALL {
            assert_eq!(decision.as_str().parse(), Ok(decision));
        }
        assert_eq!(Status::from_rank(4), None);
        assert_eq!(Status::from_rank(-1), None);
        let error = "approved".parse::<Decision>().unwrap_err();
        assert_eq!(error.to_string(), "a decision must be one of highlight, approve, reject");
    }

    #[test]
    fn only_approved_and_highlighted_messages_are_public() {
        assert_eq!(Status::ALL.map(Status::is_public), [false, true, true, false]);
    }
}
