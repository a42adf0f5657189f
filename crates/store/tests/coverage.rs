//! Every statement is run by some public function, with as many values as it has places for them: a database
//! refuses any other number.

use std::collections::BTreeSet;

use moderation::{ChannelSettings, Decision, DropCause, Role};
use platform::{config::Secret, schema::Schema as _};
use store::{
    actions, audit, channels, chores, decisions, deletion, feed,
    forgetting::{self, Whom},
    glance,
    health::{self, Refused},
    key_value,
    lists::Note,
    lists::{self, List},
    log, members, messages,
    messages::Start,
    migrations, patterns, presence, queue, rules,
    schema::Tables,
    secrets,
};

use crate::support::{
    Memory, NO_NOTE, Stage, change, dropped, message, named, person, reaction, ready, sender, stage::START,
};

fn channels_and_people(stage: &Stage) {
    let (database, channel, id) = (&stage.database, stage.channel, &stage.id);
    assert!(ready(channels::is_set_up(database)).unwrap());
    ready(channels::ensure_demo(database, START)).unwrap();
    ready(channels::find(database, id)).unwrap();
    ready(channels::list(database)).unwrap();
    ready(channels::all_names(database)).unwrap();
    ready(channels::of_member(database, 1)).unwrap();
    ready(channels::update(
        database,
        channel,
        &ChannelSettings::new("Old"),
        &ChannelSettings::new("New"),
        change(START),
    ))
    .unwrap();
    ready(channels::archive(database, channel, None, change(START))).unwrap();
    ready(channels::regenerate_token(database, channel, &Secret::new("token"), change(START))).unwrap();

    ready(members::add(database, channel, &person(1), Role::Admin, change(START))).unwrap();
    ready(channels::find_with_role(database, id, 1)).unwrap();
    ready(glance::at(database, id, 1)).unwrap();
    ready(members::list(database, channel)).unwrap();
    ready(members::remove(database, channel, 1, change(START))).unwrap();

    ready(presence::touch(database, channel, &person(1), &[], START)).unwrap();
    ready(presence::stay(database, channel, &person(1), START)).unwrap();
    ready(presence::focus(database, channel, &person(1), Some(1), START)).unwrap();

    ready(key_value::set(database, "name", "content".to_owned(), START)).unwrap();
    ready(key_value::get(database, "name", START)).unwrap();
    ready(key_value::delete(database, "name")).unwrap();
    ready(key_value::sweep(database, START)).unwrap();
}

fn intake(stage: &Stage) {
    for start in [Start::Queued, Start::Approved, Start::Trusted(1), Start::ApprovedIfSymbolRecent] {
        stage.keep(&reaction(&format!("{start:?}"), "👍", sender(5, "", "")), start, START);
    }
    let incoming = message("dropped", "text", named("Spam"));
    for cause in DropCause::ALL {
        let drop = dropped(cause, 1);
        ready(messages::count_drop(&stage.database, stage.stamp(), &incoming, drop)).unwrap();
    }
    ready(rules::stamp(&stage.database, &stage.id)).unwrap();
    ready(rules::load(&stage.database, &stage.id, START)).unwrap();
}

fn decisions_and_lists(stage: &Stage) {
    let (database, channel, who) = (&stage.database, stage.channel, person(1));
    let context = stage.context(&who, START);
    let ids = stage.queued_many(4, "buy pills");
    ready(decisions::decide(database, context, ids[0], Decision::Approve)).unwrap();
    ready(decisions::undo(database, context, ids[0], false)).unwrap();
    ready(decisions::reject_similar(database, context, ids[0])).unwrap();
    ready(decisions::undo(database, context, ids[0], true)).unwrap();
    ready(decisions::find(database, channel, ids[0])).unwrap();
    for who in [sender(5, "", ""), sender(0, "s-5", ""), named("Spam")] {
        let identifier = who.strongest().unwrap();
        for list in [List::Ban, List::Trust] {
            ready(actions::list_sender(database, context, list, &who, &identifier, &NO_NOTE)).unwrap();
            for entry in ready(lists::list(database, channel, list)).unwrap() {
                ready(lists::remove(database, channel, list, entry.id, change(START))).unwrap();
            }
        }
    }
    ready(lists::ban_globally(database, &named("Spam"), "n:spam", &NO_NOTE, change(START))).unwrap();
    for entry in ready(lists::global_bans(database)).unwrap() {
        ready(lists::remove(database, store::audit::SITE, List::Ban, entry.id, change(START))).unwrap();
    }
    ready(actions::block_similar(database, context, ids[0], &NO_NOTE)).unwrap();
    for entry in ready(patterns::list(database, channel)).unwrap() {
        ready(patterns::remove(database, channel, entry.id, change(START))).unwrap();
    }
}

fn answers(stage: &Stage) {
    let (database, channel) = (&stage.database, stage.channel);
    let filter = queue::Filter::default();
    for since in [None, Some(1)] {
        ready(queue::delta(database, channel, since, &filter, 10, START)).unwrap();
    }
    ready(queue::page(database, channel, Some(1), &filter, 10, START)).unwrap();
    ready(queue::languages(database, channel)).unwrap();
    ready(queue::revision(database, channel)).unwrap();
    ready(feed::stamp(database, &stage.id)).unwrap();
    for highlights_only in [false, true] {
        ready(feed::load(database, channel, highlights_only)).unwrap();
    }
    ready(log::page(database, channel, &log::Filter::default(), 10)).unwrap();
}

fn administration(stage: &Stage) {
    let (database, channel) = (&stage.database, stage.channel);
    for event in
        [health::Event::Accepted, health::Event::Challenged, health::Event::Refused(Refused::Signature)]
    {
        ready(health::note(database, channel, event, START)).unwrap();
    }
    ready(health::of(database, channel)).unwrap();
    ready(health::all(database)).unwrap();
    ready(health::last_messages(database)).unwrap();
    ready(secrets::replace(database, channel, &Secret::new("new"), change(START))).unwrap();
    ready(secrets::revoke_old(database, channel, change(START))).unwrap();
    let trusted = [(sender(7, "", "Trent"), "c:7".to_owned(), Note::default())];
    ready(lists::import(database, channel, List::Trust, &trusted, change(START))).unwrap();
    ready(lists::import(database, store::audit::SITE, List::Ban, &trusted, change(START))).unwrap();
    ready(patterns::import(database, channel, &[("spam".to_owned(), Note::default())], change(START)))
        .unwrap();
    stage.keep(&message("unnamed", "hello", sender(7, "", "")), Start::Approved, START);
    stage.decide(stage.queued("t", "t", sender(7, "", "T")), Decision::Approve, &person(1), START);
    ready(audit::write(database, channel, change(START), audit::Action::Simulation, ("", ""))).unwrap();
    ready(audit::page(database, Some(channel), None, 10)).unwrap();
    ready(audit::page(database, None, Some(7), 10)).unwrap();
    ready(forgetting::forget(database, &Whom::CentralId(7), change(START))).unwrap();
    ready(forgetting::purge(database, START + 1, 0, change(START))).unwrap();
    while ready(chores::lend_a_hand(database, START, 30)).unwrap() {}
    ready(lists::import(database, channel, List::Trust, &trusted, change(START))).unwrap();
    stage.keep(&message("unnamed-again", "hello", sender(7, "", "")), Start::Approved, START);
    ready(deletion::delete(database, &stage.channel(), change(START))).unwrap();
    while ready(chores::lend_a_hand(database, START, 30)).unwrap() {}
    ready(chores::open(database, START)).unwrap();
}

#[test]
fn every_statement_is_run_and_every_one_that_is_run_is_listed() {
    let stage = Stage::in_database(&Memory::migrated(), "main");
    channels_and_people(&stage);
    intake(&stage);
    decisions_and_lists(&stage);
    answers(&stage);
    administration(&stage);
    ready(migrations::migrate(&stage.database, migrations::sqlite(), START)).unwrap();
    ready(Tables::revision(&stage.database, stage.channel.topic())).unwrap();

    let used = stage.database.used();
    let used: BTreeSet<&str> = used.into_keys().filter(|name| !name.starts_with("migrations::")).collect();
    let listed: BTreeSet<&str> = store::all_queries().iter().map(|query| query.name).collect();
    assert_eq!(listed.difference(&used).collect::<Vec<_>>(), [&""; 0], "nobody runs these");
    assert_eq!(
        used.difference(&listed).collect::<Vec<_>>(),
        [&""; 0],
        "no test of all statements sees these"
    );
}
