//! What is queued, what changed, and when a client has to begin anew.

use moderation::{Decision, Incoming, MessageType};
use platform::database::DatabaseError;
use store::{
    messages::Start,
    queue::{Delta, Filter, MAX_CHANGES, MAX_DISTANCE, delta, languages, page, revision},
};

use crate::support::{
    Stage, message, named, person, ready,
    stage::{START, number},
};

fn ids(delta: &Delta) -> Vec<i64> {
    delta.messages.iter().map(|message| message.id).collect()
}

/// Four messages of several kinds and languages, with their numbers.
fn mixed(stage: &Stage) -> [i64; 4] {
    let story = [
        ("1", MessageType::Text, Some("en")),
        ("2", MessageType::Question, Some("pt-BR")),
        ("3", MessageType::Text, Some("pt-BR")),
        ("4", MessageType::Text, None),
    ];
    story.map(|(id, kind, language)| {
        let incoming = Incoming { kind, ..message(id, "hello", named("Ana")) };
        let language = language.map(|tag| tag.parse().unwrap());
        let (database, stamp) = (&stage.database, stage.stamp());
        let kept = store::messages::keep(database, stamp, &incoming, language.as_ref(), Start::Queued, START);
        ready(kept).unwrap();
        stage.number_of(&format!("m:{id}"))
    })
}

#[test]
fn a_page_and_a_delta_hold_what_the_filter_lets_through() {
    let stage = Stage::new();
    let begin = stage.channel().state.revision;
    let [first, question, third, fourth] = mixed(&stage);
    let language = |tag: &str| Some(tag.to_owned());
    for (kind, language, expected) in [
        (None, None, vec![fourth, third, question, first]),
        (Some(MessageType::Text), None, vec![fourth, third, first]),
        (None, language("pt-BR"), vec![third, question]),
        (Some(MessageType::Question), language("pt-BR"), vec![question]),
        (Some(MessageType::Emoji), None, vec![]),
        (None, language("pt"), vec![]),
    ] {
        let filter = Filter { kind, language };
        let ask = |since| ready(delta(&stage.database, stage.channel, since, &filter, 10, START)).unwrap();
        let (whole, new) = (ask(None), ask(Some(begin)));
        assert_eq!(ids(&whole), expected, "{filter:?}");
        assert_eq!(ids(&new), expected, "{filter:?}");
        assert_eq!((whole.reset, new.reset), (true, false));
        assert_eq!((whole.queued, new.queued), (4, 4), "whatever the filter");

        let older = page(&stage.database, stage.channel, Some(third), &filter, 10, START);
        let older = ready(older).unwrap();
        assert_eq!(ids(&older), expected.into_iter().filter(|id| *id < third).collect::<Vec<_>>());
    }
    assert_eq!(ready(languages(&stage.database, stage.channel)).unwrap(), ["en", "pt-BR"]);
    stage.decide(first, Decision::Reject, &person(1), START);
    assert_eq!(ready(languages(&stage.database, stage.channel)).unwrap(), ["pt-BR"]);
}

#[test]
fn a_delta_says_what_is_gone() {
    let stage = Stage::new();
    let [first, second, third, _] = mixed(&stage);
    let since = stage.delta(None).revision;
    stage.decide(first, Decision::Approve, &person(1), START);
    stage.decide(second, Decision::Reject, &person(1), START);
    stage.decide(third, Decision::Highlight, &person(1), START);
    let new = stage.queued("5", "hello", named("Ana"));
    stage.keep(&message("6", "trusted", named("Ana")), Start::Approved, START);
    let delta = stage.delta(Some(since));
    assert_eq!((ids(&delta), delta.gone), (vec![new], vec![first, second, third]));
    assert_eq!((delta.queued, delta.stats), (2, [1, 2, 1]));
    assert_eq!(delta.revision, since + 5);
    assert_eq!(ready(revision(&stage.database, stage.channel)).unwrap(), Some(since + 5));
}

#[test]
fn nothing_new_is_nothing() {
    let stage = Stage::new();
    mixed(&stage);
    let since = stage.delta(None).revision;
    let delta = stage.delta(Some(since));
    assert_eq!((ids(&delta).len(), delta.gone.len(), delta.reset), (0, 0, false));
    let other = Stage::in_database(&stage.database, "other");
    other.queued("1", "hello", named("Ana"));
    assert_eq!(stage.delta(Some(since)).revision, since, "another channel's messages are its own");
}

#[test]
fn who_comes_from_the_future_begins_anew() {
    // As after a backup was restored.
    let stage = Stage::new();
    mixed(&stage);
    let delta = stage.delta(Some(1_000));
    assert!(delta.reset);
    assert_eq!((ids(&delta).len(), delta.revision), (4, stage.channel().state.revision));
}

#[test]
fn who_missed_too_much_begins_anew() {
    let stage = Stage::new();
    let begin = stage.channel().state.revision;
    stage.queued_many(MAX_CHANGES, "hello");
    let all = stage.delta(Some(begin));
    assert_eq!((all.reset, all.messages.len()), (false, MAX_CHANGES));
    let first = stage.delta(Some(begin)).messages.last().unwrap().id;
    stage.queued("last", "hello", named("Ana"));
    let newest = ready(delta(&stage.database, stage.channel, Some(begin), &Filter::default(), 3, START));
    let newest = newest.unwrap();
    assert_eq!((newest.reset, newest.messages.len()), (true, 3), "as many as were asked for");

    // What is gone is listed more generously: it is only numbers.
    stage.decide(first, Decision::Approve, &person(1), START);
    let delta = stage.delta(Some(begin));
    assert_eq!((delta.reset, delta.gone.len()), (false, 1));
    let gone = |count: i64| {
        let channel = number(stage.channel);
        stage.database.run(&format!(
            "DELETE FROM messages WHERE status = 3; DELETE FROM decisions WHERE status = 3; \
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) \
             INSERT INTO messages (channel_id, revision, arrival, status, decided_revision, position, seen_key, \
             kind, screen_name, message, arrived_at) \
             SELECT {channel}, 2, 2, 3, 2, 2, 'gone:' || i, 0, '', '', 0 FROM n; \
             INSERT INTO decisions (channel_id, revision, message_id, moderator_id, moderator_name, action, \
             previous_status, status, decided_at) \
             SELECT channel_id, 2, id, 1, '', 'reject', 0, 3, 0 FROM messages WHERE status = 3"
        ));
        stage.delta(Some(begin))
    };
    assert_eq!((gone(4_999).reset, gone(4_999).gone.len()), (false, 5_000));
    assert!(gone(5_000).reset);
}

#[test]
fn who_was_away_for_long_begins_anew_whatever_changed() {
    let stage = Stage::new();
    let begin = stage.channel().state.revision;
    stage.queued("1", "hello", named("Ana"));
    let now_at = |distance: i64| {
        stage.database.run(&format!("UPDATE channel_state SET revision = {}", begin + distance));
        stage.delta(Some(begin))
    };
    let near = now_at(MAX_DISTANCE);
    assert_eq!((near.reset, near.messages.len()), (false, 1));
    let far = now_at(MAX_DISTANCE + 1);
    assert_eq!((far.reset, far.messages.len(), far.revision), (true, 1, begin + MAX_DISTANCE + 1));
    assert!(stage.delta(Some(i64::MIN)).reset, "a revision that never was");
}

#[test]
fn how_long_somebody_was_away_costs_nothing() {
    let stage = Stage::new();
    let begin = stage.channel().state.revision;
    let channel = number(stage.channel);
    // Approved on arrival: neither queued nor gone, so no limit on what is listed ends a walk through them.
    stage.database.run(&format!(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000) \
         INSERT INTO messages (channel_id, revision, arrival, status, position, seen_key, kind, screen_name, \
         message, arrived_at) SELECT {channel}, i, i, 2, i, 'trusted:' || i, 0, '', '', 0 FROM n"
    ));
    stage.database.run("UPDATE channel_state SET revision = 60000");
    let steps = stage.database.steps(|| drop(stage.delta(Some(begin))));
    assert!(steps < 10_000, "{steps} steps of SQLite's machine");
}

#[test]
fn pages_go_on_where_the_last_one_ended() {
    let stage = Stage::new();
    let all = mixed(&stage);
    let filter = Filter::default();
    let older =
        |before| ready(page(&stage.database, stage.channel, Some(before), &filter, 2, START)).unwrap();
    assert_eq!(ids(&older(all[3])), [all[2], all[1]]);
    assert_eq!(ids(&older(all[0])), [0; 0]);
    stage.decide(all[2], Decision::Reject, &person(1), START);
    assert_eq!(ids(&older(all[2])), [all[1], all[0]], "one that was decided meanwhile is still a place");
    assert_eq!(ids(&older(12_345)), [0; 0], "no such message");
    let other = Stage::in_database(&stage.database, "other");
    let theirs = other.queued("1", "hello", named("Ana"));
    assert_eq!(ids(&older(theirs)), [0; 0], "another channel's message");
}

#[test]
fn a_channel_that_is_gone_has_no_revision() {
    let stage = Stage::new();
    stage.database.run("DELETE FROM channel_state");
    assert_eq!(ready(revision(&stage.database, stage.channel)).unwrap(), None);
    let filter = Filter::default();
    let asked = delta(&stage.database, stage.channel, Some(1), &filter, 3, START);
    assert!(matches!(ready(asked), Err(DatabaseError::Inconsistent(_))));
}
