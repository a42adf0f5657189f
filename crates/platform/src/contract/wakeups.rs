//! What every source of wake-ups promises.

use std::time::Duration;

use futures_util::future::{join, join_all};

use super::turn;
use crate::wakeups::{Subscription, Topic, Wake, Wakeups};

/// Longer than any wake-up takes.
const LONG: Duration = Duration::from_secs(20);
/// Shorter than anybody wants to wait for a test.
const SHORT: Duration = Duration::from_millis(50);

/// Runs the suite. `change` changes something of a topic, commits it, and answers the topic's revision.
pub async fn wakeups_contract<W: Wakeups>(wakeups: &W, change: impl AsyncFn(Topic) -> i64) {
    let (topic, other) = (Topic(101), Topic(102));
    let seen = change(topic).await;
    let seen_of_other = change(other).await;

    // Subscribe, read, change, wait: the change is not missed.
    let mut subscription = wakeups.subscribe(topic);
    let mut subscription_to_other = wakeups.subscribe(other);
    let after = change(topic).await;
    assert_eq!(subscription.changed(seen, LONG).await, Wake::Changed, "changed before the wait");
    times_out(&mut subscription, after, "one change, one wake-up").await;
    times_out(&mut subscription_to_other, seen_of_other, "another topic's change").await;

    // A change ends a wait that is under way.
    let (wake, newest) = join(subscription.changed(after, LONG), async {
        turn().await;
        change(topic).await
    })
    .await;
    assert_eq!(wake, Wake::Changed, "changed during the wait");

    // A time-out does not end the subscription, and a change after it is heard.
    times_out(&mut subscription, newest, "after that").await;
    change(topic).await;
    assert_eq!(subscription.changed(newest, LONG).await, Wake::Changed, "changed after a time-out");

    everybody_is_woken(wakeups, &change).await;

    // Whoever subscribes again after everybody has gone starts afresh.
    drop(subscription);
    let newest = change(topic).await;
    let mut subscription = wakeups.subscribe(topic);
    times_out(&mut subscription, newest, "changed before the subscription").await;
    change(topic).await;
    assert_eq!(subscription.changed(newest, LONG).await, Wake::Changed);
}

/// A wake-up too many is allowed: a change may be announced a moment after its author has heard of it.
async fn times_out<S: Subscription>(subscription: &mut S, seen: i64, when: &str) {
    for _ in 0..3 {
        match subscription.changed(seen, SHORT).await {
            Wake::TimedOut => return,
            wake => assert_eq!(wake, Wake::Changed, "{when}"),
        }
    }
    panic!("woken again and again: {when}");
}

async fn everybody_is_woken<W: Wakeups>(wakeups: &W, change: &impl AsyncFn(Topic) -> i64) {
    let topic = Topic(103);
    let seen = change(topic).await;
    let mut subscriptions: Vec<_> = (0..100).map(|_| wakeups.subscribe(topic)).collect();
    let waits = join_all(subscriptions.iter_mut().map(|subscription| subscription.changed(seen, LONG)));
    let (wakes, _) = join(waits, async {
        turn().await;
        change(topic).await
    })
    .await;
    assert!(wakes.iter().all(|wake| *wake == Wake::Changed), "{wakes:?}");
}

/// For hosts that tell when they close down: `close` is how.
pub async fn wakeups_closing_contract<W: Wakeups>(wakeups: &W, close: impl AsyncFnOnce()) {
    let topic = Topic(104);
    let (mut waiting, mut idle) = (wakeups.subscribe(topic), wakeups.subscribe(topic));
    let (wake, ()) = join(waiting.changed(0, LONG), async {
        turn().await;
        close().await;
    })
    .await;
    assert_eq!(wake, Wake::Closing, "closed during the wait");
    assert_eq!(waiting.changed(0, LONG).await, Wake::Closing, "waiting once more");
    assert_eq!(idle.changed(0, LONG).await, Wake::Closing, "closed before the wait");
    assert_eq!(wakeups.subscribe(topic).changed(0, LONG).await, Wake::Closing, "subscribed after that");
    assert_eq!(wakeups.subscribe(Topic(105)).changed(0, LONG).await, Wake::Closing, "another topic");
}
