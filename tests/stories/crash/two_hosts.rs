//! Two hosts on one database: they make it together, and then nobody can tell them apart.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use chatstream_tests::{
    channel::TestChannel,
    eventyay::{Event, Eventyay, Viewer},
    host::{Host, Options},
    people::{Moderator, Person},
    seed::Seed,
};
use futures_util::future::join_all;
use serde_json::json;

/// A channel, and its moderator and its Eventyay as they reach it by the other host.
struct Stage {
    hosts: (Host, Host),
    channel: TestChannel,
    elsewhere: Moderator,
    eventyay: Eventyay,
}

async fn open() -> Stage {
    let hosts = Host::start_two(Options::default()).await;
    // Whichever comes first makes the tables.
    let (here, _) = tokio::join!(Person::developer(hosts.0.base()), Person::developer(hosts.1.base()));
    assert_eq!(here.me().await["superadmin"], true);
    let channel = TestChannel::open_on(&hosts.0, json!({})).await;
    let secret = channel.created["webhook_secret"].as_str().unwrap();
    let eventyay = Eventyay::new(hosts.1.base(), &channel.id, secret);
    let (name, central_id) = (channel.moderator.name(), channel.moderator.central_id());
    let person = Person::login(hosts.1.base(), name, central_id).await;
    let elsewhere = Moderator::new(person, &channel.id);
    Stage { hosts, channel, elsewhere, eventyay }
}

#[tokio::test]
async fn unnamed_people_have_the_same_numbers_on_both() {
    let stage = open().await;
    let viewers: Vec<_> = (0..12).map(|_| Viewer::unnamed()).collect();
    let posts = viewers.iter().enumerate().flat_map(|(index, viewer)| {
        [&stage.channel.eventyay, &stage.eventyay].map(|eventyay| {
            let event = Event::text(viewer, &format!("viewer {index}"));
            async move { eventyay.send(&event).await }
        })
    });
    join_all(posts).await;
    let mut numbers: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let queue = stage.elsewhere.queue().await;
    assert_eq!(queue.queued, 24);
    for message in queue.messages {
        numbers.entry(message.message).or_default().insert(message.screen_name);
    }
    assert!(numbers.values().all(|names| names.len() == 1), "one person, one number: {numbers:?}");
    let distinct: BTreeSet<_> = numbers.values().flatten().cloned().collect();
    let expected = (1..=12).map(|number| format!("Anonymous #{number}")).collect();
    assert_eq!(distinct, expected, "no number twice, none left out");
    stage.hosts.0.check_health();
    stage.hosts.1.check_health();
}

#[tokio::test]
async fn the_most_restrictive_decision_wins_wherever_it_is_made() {
    let mut random = Seed::new("crash::two_hosts");
    let stage = open().await;
    for round in 0..20 {
        stage.channel.eventyay.say(&Viewer::guest("Alice"), &format!("message {round}")).await;
    }
    let queue = stage.channel.moderator.queue().await;
    let mut expected = BTreeMap::new();
    let mut decisions = Vec::new();
    for message in &queue.messages {
        for moderator in [&stage.channel.moderator, &stage.elsewhere] {
            let rank = random.usize(0..3);
            expected
                .entry(message.id)
                .and_modify(|highest: &mut usize| *highest = rank.max(*highest))
                .or_insert(rank);
            let action = ["highlight", "approve", "reject"][rank];
            decisions.push(async move { moderator.act(message.id, action, &json!({})).await.expect(200) });
        }
    }
    join_all(decisions).await;
    let mut counts = [0_i64; 3];
    for rank in expected.values() {
        counts[*rank] += 1;
    }
    for moderator in [&stage.channel.moderator, &stage.elsewhere] {
        let queue = moderator.queue().await;
        assert_eq!(queue.queued, 0);
        let decided = ["highlighted", "approved", "rejected"].map(|status| queue.decided(status));
        assert_eq!(decided, counts);
    }
    stage.hosts.0.check_health();
    stage.hosts.1.check_health();
}

#[tokio::test]
async fn who_waits_on_one_hears_of_what_happens_on_the_other() {
    let stage = open().await;
    let revision = stage.elsewhere.quiet_revision().await;
    let path = stage.elsewhere.api(&format!("queue?since={revision}&wait=20"));
    let alice = Viewer::guest("Alice");
    let asked = tokio::time::Instant::now();
    let (polled, _) =
        tokio::join!(stage.elsewhere.get(&path), stage.channel.eventyay.say(&alice, "from the other side"),);
    assert_eq!(polled.ok()["messages"][0]["message"], "from the other side");
    assert!(asked.elapsed() < Duration::from_secs(10), "it heard, and did not only look again at the end");
}
