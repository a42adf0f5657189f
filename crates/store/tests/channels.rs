//! Channels and their settings.

use moderation::{ChannelId, ChannelSettings};
use platform::{config::Secret, database::DatabaseError};
use store::channels::{self, CreateError};

use crate::support::{Memory, Stage, change, ready, stage::START};

fn made(database: &Memory, id: &str, settings: &ChannelSettings) -> Result<(), CreateError> {
    ready(channels::create(database, &id.parse::<ChannelId>().unwrap(), settings, change(START)))
}

fn unusual() -> ChannelSettings {
    ChannelSettings {
        name: "Día 1 — «main»".to_owned(),
        description: "a\nb, \"c\" & 'd'".to_owned(),
        is_public: false,
        emoji_auto_approve: true,
        anonymous_label: "Гость".to_owned(),
        language_detection_enabled: true,
        default_language: "pt-BR".parse().unwrap(),
        likely_languages: ["en", "zh-Hant", "ar"].map(|tag| tag.parse().unwrap()).into(),
        custom_css: "p { color: #fff; }".to_owned(),
        max_age_seconds: 86_400,
    }
}

#[test]
fn a_channel_is_found_as_it_was_made() {
    let database = Memory::migrated();
    assert!(made(&database, "day-1", &unusual()).is_ok());
    let channel = ready(channels::find(&database, "day-1")).unwrap().unwrap();
    assert_eq!((channel.id.as_str(), &channel.settings), ("day-1", &unusual()));
    assert_eq!((channel.created_at, channel.is_archived()), (START, false));
    assert_eq!(channel.webhook_secret.expose().len(), 64);
    assert_ne!(channel.webhook_secret, channel.display_token);
    let state = channel.state;
    assert_eq!((state.revision, state.feed_revision, state.feed_changed_at), (1, 1, START));
    assert_eq!([state.queued, state.highlighted, state.approved, state.rejected], [0; 4]);
    assert_eq!(ready(channels::find(&database, "Day-1")).unwrap(), None, "names are exact");
}

#[test]
fn a_name_is_taken_once() {
    let database = Memory::migrated();
    assert!(made(&database, "main", &unusual()).is_ok());
    let before = database.everything();
    let again = made(&database, "main", &ChannelSettings::new("Another"));
    assert!(matches!(again, Err(CreateError::Taken)));
    assert_eq!(database.everything(), before);
}

#[test]
fn settings_are_replaced() {
    let stage = Stage::new();
    let other = Stage::in_database(&stage.database, "other");
    let (before, theirs) = (stage.channel(), other.channel());
    ready(channels::update(&stage.database, stage.channel, &before.settings, &unusual(), change(START + 1)))
        .unwrap();
    let after = stage.channel();
    assert_eq!(after.settings, unusual());
    assert_eq!((&after.webhook_secret, &after.id), (&before.webhook_secret, &before.id));
    assert_eq!(stage.database.woken(), [stage.channel.topic().0], "feeds show the name");
    assert_eq!(after.state.feed_changed_at, START + 1);
    assert_eq!(other.channel(), theirs);
}

#[test]
fn a_channel_is_archived_and_taken_back() {
    let stage = Stage::new();
    ready(channels::archive(&stage.database, stage.channel, Some(START + 1), change(START + 1))).unwrap();
    assert_eq!(stage.channel().archived_at, Some(START + 1));
    ready(channels::archive(&stage.database, stage.channel, None, change(START + 2))).unwrap();
    assert!(!stage.channel().is_archived());
}

#[test]
fn a_token_is_replaced() {
    let stage = Stage::new();
    let token = Secret::new("f".repeat(64));
    let secret = stage.channel().webhook_secret;
    ready(channels::regenerate_token(&stage.database, stage.channel, &token, change(START))).unwrap();
    let channel = stage.channel();
    assert_eq!((channel.display_token, channel.webhook_secret), (token, secret));
}

#[test]
fn all_are_listed_by_their_ids() {
    let stage = Stage::new();
    let archived = Stage::in_database(&stage.database, "a");
    Stage::in_database(&stage.database, "z");
    ready(channels::archive(&stage.database, archived.channel, Some(START), change(START))).unwrap();
    let list = ready(channels::list(&stage.database)).unwrap();
    assert_eq!(list.iter().map(|channel| channel.id.as_str()).collect::<Vec<_>>(), ["a", "main", "z"]);
    assert_eq!(list[1], stage.channel());
    let names = ready(channels::all_names(&stage.database)).unwrap();
    let names: Vec<_> = names.iter().map(|c| (&*c.id, &*c.name, c.archived, c.role.as_deref())).collect();
    let expected = [("a", "a", true, None), ("main", "main", false, None), ("z", "z", false, None)];
    assert_eq!(names, expected);
}

#[test]
fn the_demo_channel_is_made_once() {
    let database = Memory::migrated();
    ready(channels::ensure_demo(&database, START)).unwrap();
    let before = database.everything();
    ready(channels::ensure_demo(&database, START + 1)).unwrap();
    assert_eq!(database.everything(), before);
    assert_eq!(ready(channels::find(&database, "demo")).unwrap().unwrap().settings.validate(), Ok(()));
}

#[test]
fn a_database_without_tables_is_not_set_up() {
    assert!(ready(channels::is_set_up(&Memory::migrated())).unwrap());
    let asked = ready(channels::is_set_up(&Memory::empty()));
    assert!(matches!(asked, Err(DatabaseError::Refused { .. })));
}

#[test]
fn what_no_channel_can_be_is_an_error() {
    let stage = Stage::new();
    for (column, value) in [("slug", "'a b'"), ("default_language", "'?'"), ("likely_languages", "'en,?'")] {
        let before = stage.database.rows(&format!("SELECT {column} FROM channels")).concat();
        stage.database.run(&format!("UPDATE channels SET {column} = {value}"));
        let list = ready(channels::list(&stage.database));
        assert!(matches!(list, Err(DatabaseError::Inconsistent(_))), "{column}: {list:?}");
        let [platform::database::Value::Text(before)] = &before[..] else { panic!("{before:?}") };
        stage.database.run(&format!("UPDATE channels SET {column} = '{before}'"));
    }
    assert_eq!(ready(channels::list(&stage.database)).unwrap().len(), 1);
}
