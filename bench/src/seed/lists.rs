//! The channel, its moderator, and its lists.

use anyhow::Result;
use moderation::Status;
use rusqlite::{Connection, params};

use super::{CHANNEL, MODERATOR, SECRET, Seed, timeline::Timeline};

const ENTRY: &str = "INSERT INTO sender_entries (channel_id, list, entry_key, screen_name, sender_id, central_id, \
    added_by_id, added_by_name, added_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";

/// The channel, and a moderator.
pub(super) fn write_channel(connection: &Connection, seed: &Seed, timeline: &Timeline) -> Result<()> {
    connection.execute(
        "INSERT INTO channels (id, slug, name, description, is_public, emoji_auto_approve, anonymous_label, \
         language_detection_enabled, default_language, likely_languages, max_age_seconds, webhook_secret, \
         display_token, created_at, custom_css) VALUES (?, 'demo', 'Demo', 'A channel to measure with.', 1, 1, \
         'Anonymous', ?, 'en', '', 300, ?, 'a-display-token', ?, '')",
        params![CHANNEL, seed.detects_language, SECRET, timeline.began_at],
    )?;
    connection.execute(
        "INSERT INTO members (channel_id, central_id, username, role, added_by_id, added_by_name, added_at) \
         VALUES (?, ?, ?, 'moderator', 0, 'chatstream', ?)",
        params![CHANNEL, MODERATOR.0, MODERATOR.1, timeline.began_at],
    )?;
    Ok(())
}

/// Bans, trust and blocked texts, none of which any message of the load matches: each is looked for to the end.
pub(super) fn write_lists(connection: &Connection, seed: &Seed, now: i64) -> Result<()> {
    let [bans, trusted, patterns] = seed.lists;
    let mut insert = connection.prepare(ENTRY)?;
    for (list, count, kinds) in [("ban", bans, 3), ("trust", trusted, 2)] {
        for entry in 0..count {
            let name = format!("{list} {entry}");
            // By account, by sender id, and (bans only) by name.
            let central_id = (entry % kinds == 0).then(|| 500_000_000 + i64::try_from(entry).unwrap_or(0));
            let sender_id = (entry % kinds == 1).then(|| format!("{list}0000-0000-4000-8000-{entry:012}"));
            let key = match (central_id, &sender_id) {
                (Some(id), _) => format!("c:{id}"),
                (None, Some(id)) => format!("s:{id}"),
                (None, None) => format!("n:{name}"),
            };
            let (by, by_name) = MODERATOR;
            insert.execute(params![CHANNEL, list, key, name, sender_id, central_id, by, by_name, now])?;
        }
    }
    let mut insert = connection.prepare(
        "INSERT INTO patterns (channel_id, pattern, message_id, added_by_id, added_by_name, added_at) \
         VALUES (?, ?, NULL, ?, ?, ?)",
    )?;
    for entry in 0..patterns {
        insert.execute(params![CHANNEL, pattern(entry), MODERATOR.0, MODERATOR.1, now])?;
    }
    Ok(())
}

/// Blocked texts of 10 to 110 characters, as long as what people write, so that lengths alone rule out few.
fn pattern(entry: usize) -> String {
    const WORDS: [&str; 12] = [
        "cheap", "tokens", "follow", "stream", "winner", "click", "crypto", "free", "claim", "bonus",
        "today", "here",
    ];
    let mut text = format!("{entry} ");
    let length = 10 + entry % 100;
    let mut word = entry;
    while text.len() < length {
        text.push_str(WORDS.get(word % WORDS.len()).copied().unwrap_or_default());
        text.push(' ');
        word += 1 + entry / WORDS.len();
    }
    text.trim_end().to_owned()
}

/// The channel's revisions and counters.
pub(super) fn write_state(
    connection: &Connection,
    seed: &Seed,
    timeline: &Timeline,
    unnamed: i64,
) -> Result<()> {
    let at = |status: Status| {
        let count = timeline.messages.iter().filter(|fate| fate.status == status).count();
        i64::try_from(count).unwrap_or(i64::MAX)
    };
    let changes = i64::try_from(seed.lists.iter().sum::<usize>()).unwrap_or(i64::MAX);
    connection.execute(
        "INSERT INTO channel_state (channel_id, revision, feed_revision, feed_changed_at, settings_revision, queued, \
         highlighted, approved, rejected, unnamed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        params![
            CHANNEL,
            timeline.revision,
            timeline.feed.0,
            timeline.feed.1,
            1 + changes,
            at(Status::Queued),
            at(Status::Highlighted),
            at(Status::Approved),
            at(Status::Rejected),
            unnamed,
        ],
    )?;
    Ok(())
}
