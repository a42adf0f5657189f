//! Channels: their settings, secrets and state.

use moderation::{ChannelId, ChannelSettings, LanguageTag, Role};
use platform::{
    clock::Millis,
    config::Secret,
    database::{Answers, Batch, Database, DatabaseError, Row, Statement, Value},
    random::{self, RandomError},
};

pub use crate::channel_key::ChannelKey;
use crate::{
    audit::{self, Action, Change},
    members::Person,
    secrets::OldSecret,
    statements::{affected, at_most, inconsistent, parsed, settings_batch},
};

/// A channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// Its number in the store.
    pub key: ChannelKey,
    /// Its name in addresses.
    pub id: ChannelId,
    /// What its admins set.
    pub settings: ChannelSettings,
    /// What Eventyay signs with.
    pub webhook_secret: Secret,
    /// The secret before, which may still be taken.
    pub old_secret: Option<OldSecret>,
    /// What displays of a private channel show.
    pub display_token: Secret,
    /// When it was made.
    pub created_at: Millis,
    /// When it was archived, if it is.
    pub archived_at: Option<Millis>,
    /// What changes with every message.
    pub state: ChannelState,
}

/// What changes with every message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChannelState {
    /// Grows with every change to the queue or a feed.
    pub revision: i64,
    /// The revision of the last change to a feed.
    pub feed_revision: i64,
    /// The time of the last change to a feed.
    pub feed_changed_at: Millis,
    /// How many messages wait.
    pub queued: i64,
    /// How many messages are highlighted.
    pub highlighted: i64,
    /// How many messages are approved and not highlighted.
    pub approved: i64,
    /// How many messages are rejected.
    pub rejected: i64,
}

/// Columns of a whole channel, for [`Channel::from_row`].
macro_rules! select_channel {
    ($rest:literal) => {
        select_channel!("", $rest)
    };
    ($more_columns:literal, $rest:literal) => {
        concat!(
            "SELECT c.id, c.slug, c.name, c.description, c.is_public, c.emoji_auto_approve, c.anonymous_label, \
             c.language_detection_enabled, c.default_language, c.likely_languages, c.max_age_seconds, \
             c.webhook_secret, c.display_token, c.created_at, c.archived_at, c.custom_css, s.revision, \
             s.feed_revision, s.feed_changed_at, s.queued, s.highlighted, s.approved, s.rejected, \
             c.old_webhook_secret, c.old_secret_until",
            $more_columns,
            " FROM channels c JOIN channel_state s ON s.channel_id = c.id ",
            $rest
        )
    };
}

queries! { "channels";
    FIND: Rows = select_channel!("WHERE c.slug = ?");
    FIND_WITH_ROLE: Rows = select_channel!(
        ", m.role",
        "LEFT JOIN members m ON m.channel_id = c.id AND m.central_id = ? WHERE c.slug = ?"
    );
    LIST: Page = select_channel!("ORDER BY c.slug");
    OF_MEMBER: Page = "SELECT c.slug, c.name, c.archived_at, m.role FROM members m \
        JOIN channels c ON c.id = m.channel_id WHERE m.central_id = ? ORDER BY c.slug";
    IS_SET_UP: Rows = "SELECT id FROM site_state WHERE id = 1";
    NAMES: Page = "SELECT slug, name, archived_at FROM channels ORDER BY slug";
    INSERT: Rows = "INSERT INTO channels (slug, name, description, is_public, emoji_auto_approve, anonymous_label, \
        language_detection_enabled, default_language, likely_languages, max_age_seconds, webhook_secret, \
        display_token, created_at, custom_css) SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM site_state \
        WHERE site_state.id = 1 AND NOT EXISTS (SELECT 1 FROM channels c WHERE c.slug = ?)";
    WRITE_CREATED: Rows = "INSERT INTO audit (channel_id, changed_at, by_id, by_name, action, about, detail) \
        SELECT c.id, ?, ?, ?, 'create-channel', c.slug, '' FROM channels c WHERE c.slug = ? AND c.webhook_secret = ?";
    INSERT_STATE: Rows = "INSERT INTO channel_state (channel_id, revision, feed_revision, feed_changed_at, \
        settings_revision, queued, highlighted, approved, rejected, unnamed) \
        SELECT c.id, 1, 1, c.created_at, 1, 0, 0, 0, 0, 0 FROM channels c WHERE c.slug = ? \
        AND NOT EXISTS (SELECT 1 FROM channel_state s WHERE s.channel_id = c.id)";
    UPDATE: Rows = "UPDATE channels SET name = COALESCE(?, name), description = COALESCE(?, description), \
        is_public = COALESCE(?, is_public), emoji_auto_approve = COALESCE(?, emoji_auto_approve), \
        anonymous_label = COALESCE(?, anonymous_label), \
        language_detection_enabled = COALESCE(?, language_detection_enabled), \
        default_language = COALESCE(?, default_language), likely_languages = COALESCE(?, likely_languages), \
        max_age_seconds = COALESCE(?, max_age_seconds), custom_css = COALESCE(?, custom_css) WHERE id = ?";
    ARCHIVE: Rows = "UPDATE channels SET archived_at = ? WHERE id = ?";
    SET_TOKEN: Rows = "UPDATE channels SET display_token = ? WHERE id = ?";
    TOUCH_FEED: Rows = "UPDATE channel_state SET feed_revision = revision, feed_changed_at = ? WHERE channel_id = ?";
}

impl Channel {
    fn from_row(mut row: Row) -> Result<Self, DatabaseError> {
        let settings = ChannelSettings {
            name: row.take_text(2)?,
            description: row.take_text(3)?,
            is_public: row.boolean(4)?,
            emoji_auto_approve: row.boolean(5)?,
            anonymous_label: row.take_text(6)?,
            language_detection_enabled: row.boolean(7)?,
            default_language: parsed(&row, 8, "a channel's default language")?,
            likely_languages: languages(row.text(9)?)?,
            max_age_seconds: row.integer(10)?,
            custom_css: row.take_text(15)?,
        };
        Ok(Self {
            key: ChannelKey(row.integer(0)?),
            id: parsed(&row, 1, "a channel's slug")?,
            settings,
            webhook_secret: Secret::new(row.take_text(11)?),
            old_secret: old_secret(&mut row)?,
            display_token: Secret::new(row.take_text(12)?),
            created_at: row.integer(13)?,
            archived_at: row.optional_integer(14)?,
            state: ChannelState {
                revision: row.integer(16)?,
                feed_revision: row.integer(17)?,
                feed_changed_at: row.integer(18)?,
                queued: row.integer(19)?,
                highlighted: row.integer(20)?,
                approved: row.integer(21)?,
                rejected: row.integer(22)?,
            },
        })
    }

    /// Whether it takes no messages and no decisions any more.
    #[must_use]
    pub fn is_archived(&self) -> bool {
        self.archived_at.is_some()
    }
}

fn old_secret(row: &mut Row) -> Result<Option<OldSecret>, DatabaseError> {
    let Some(until) = row.optional_integer(24)? else { return Ok(None) };
    Ok(Some(OldSecret { secret: Secret::new(row.take_text(23)?), until }))
}

fn languages(list: &str) -> Result<Vec<LanguageTag>, DatabaseError> {
    list.split(',')
        .filter(|tag| !tag.is_empty())
        .map(|tag| tag.parse().map_err(|_| inconsistent("a channel's likely languages")))
        .collect()
}

fn language_list(tags: &[LanguageTag]) -> String {
    tags.iter().map(LanguageTag::as_str).collect::<Vec<_>>().join(",")
}

/// The statement that [`found`] reads, for a batch of reads of one's own.
pub(crate) fn find_statement(id: &str) -> Statement {
    FIND.with([id.into()])
}

/// The channel in the next answer.
pub(crate) fn found(answers: &mut Answers) -> Result<Option<Channel>, DatabaseError> {
    answers.next_row()?.map(Channel::from_row).transpose()
}

/// The channel with this name in addresses.
pub async fn find<D: Database>(database: &D, id: &str) -> Result<Option<Channel>, DatabaseError> {
    found(&mut database.read(vec![find_statement(id)]).await?.into())
}

/// The channel with this name in addresses, and this person's role as its member.
pub async fn find_with_role<D: Database>(
    database: &D,
    id: &str,
    central_id: i64,
) -> Result<Option<(Channel, Option<Role>)>, DatabaseError> {
    let statement = FIND_WITH_ROLE.with([central_id.into(), id.into()]);
    let Some(row) = Answers::from(database.read(vec![statement]).await?).next_row()? else { return Ok(None) };
    let role = row.optional_text(25)?.map(str::parse).transpose();
    let role = role.map_err(|_| inconsistent("a member's role"))?;
    Ok(Some((Channel::from_row(row)?, role)))
}

/// All channels, by their names in addresses.
pub async fn list<D: Database>(database: &D) -> Result<Vec<Channel>, DatabaseError> {
    let mut answers = Answers::from(database.read(vec![LIST.with([])]).await?);
    answers.next_rows()?.into_iter().map(Channel::from_row).collect()
}

/// A channel as its moderators see it in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelName {
    /// Its name in addresses.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// Whether it is archived.
    pub archived: bool,
    /// `admin` or `moderator`; `None` for a superadmin's list of all channels.
    pub role: Option<String>,
}

/// The channels of which this person is a member.
pub async fn of_member<D: Database>(
    database: &D,
    central_id: i64,
) -> Result<Vec<ChannelName>, DatabaseError> {
    names(&mut database.read(vec![OF_MEMBER.with([central_id.into()])]).await?.into())
}

/// All channels' names.
pub async fn all_names<D: Database>(database: &D) -> Result<Vec<ChannelName>, DatabaseError> {
    names(&mut database.read(vec![NAMES.with([])]).await?.into())
}

fn names(answers: &mut Answers) -> Result<Vec<ChannelName>, DatabaseError> {
    let rows = answers.next_rows()?.into_iter();
    rows.map(|mut row| {
        Ok(ChannelName {
            id: row.take_text(0)?,
            name: row.take_text(1)?,
            archived: row.optional_integer(2)?.is_some(),
            role: if row.0.len() > 3 { Some(row.take_text(3)?) } else { None },
        })
    })
    .collect()
}

/// Whether the database answers and has been set up.
pub async fn is_set_up<D: Database>(database: &D) -> Result<bool, DatabaseError> {
    Ok(Answers::from(database.read(vec![IS_SET_UP.with([])]).await?).next_row()?.is_some())
}

/// Why a channel was not made.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// There is one of that name already.
    #[error("the channel exists already")]
    Taken,
    /// No secret could be made.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// Makes a channel with a new webhook secret and display token.
pub async fn create<D: Database>(
    database: &D,
    id: &ChannelId,
    settings: &ChannelSettings,
    change: Change<'_>,
) -> Result<(), CreateError> {
    let (secret, now) = (random::token()?, change.now);
    let statements = vec![
        INSERT.with([
            id.as_str().into(),
            at_most(&settings.name, 255),
            settings.description.as_str().into(),
            settings.is_public.into(),
            settings.emoji_auto_approve.into(),
            at_most(&settings.anonymous_label, 64),
            settings.language_detection_enabled.into(),
            settings.default_language.as_str().into(),
            language_list(&settings.likely_languages).into(),
            settings.max_age_seconds.into(),
            secret.as_str().into(),
            random::token()?.into(),
            now.into(),
            settings.custom_css.as_str().into(),
            id.as_str().into(),
        ]),
        INSERT_STATE.with([id.as_str().into()]),
        WRITE_CREATED.with([
            now.into(),
            change.by.central_id.into(),
            at_most(&change.by.username, 255),
            id.as_str().into(),
            secret.into(),
        ]),
    ];
    let counts = database.write(Batch::of(statements)).await?;
    if affected(&counts, 0)? == 0 { Err(CreateError::Taken) } else { Ok(()) }
}

/// Changes a channel's settings from `before` to `after`, as far as these differ: what somebody else changes at the
/// same time stays.
pub async fn update<D: Database>(
    database: &D,
    channel: ChannelKey,
    before: &ChannelSettings,
    after: &ChannelSettings,
    by: Change<'_>,
) -> Result<(), DatabaseError> {
    fn changed<T: PartialEq, V: Into<Value>>(before: &T, after: &T, value: impl Fn(&T) -> V) -> Value {
        if before == after { Value::Null } else { value(after).into() }
    }
    let update = UPDATE.with([
        changed(&before.name, &after.name, |name| at_most(name, 255)),
        changed(&before.description, &after.description, Clone::clone),
        changed(&before.is_public, &after.is_public, |flag| *flag),
        changed(&before.emoji_auto_approve, &after.emoji_auto_approve, |flag| *flag),
        changed(&before.anonymous_label, &after.anonymous_label, |label| at_most(label, 64)),
        changed(&before.language_detection_enabled, &after.language_detection_enabled, |flag| *flag),
        changed(&before.default_language, &after.default_language, |tag| tag.as_str().to_owned()),
        changed(&before.likely_languages, &after.likely_languages, |tags| language_list(tags)),
        changed(&before.max_age_seconds, &after.max_age_seconds, |seconds| *seconds),
        changed(&before.custom_css, &after.custom_css, Clone::clone),
        channel.into(),
    ]);
    let fields = before.differing(after).join(", ");
    change(database, channel, update, by, (Action::EditSettings, &fields)).await
}

/// Archives a channel, or (`None`) takes it back into use.
pub async fn archive<D: Database>(
    database: &D,
    channel: ChannelKey,
    at: Option<Millis>,
    by: Change<'_>,
) -> Result<(), DatabaseError> {
    let action = if at.is_some() { Action::Archive } else { Action::Unarchive };
    change(database, channel, ARCHIVE.with([at.into(), channel.into()]), by, (action, "")).await
}

/// Gives a channel a new display token; the old one is of no use from then on.
pub async fn regenerate_token<D: Database>(
    database: &D,
    channel: ChannelKey,
    token: &Secret,
    by: Change<'_>,
) -> Result<(), DatabaseError> {
    let update = SET_TOKEN.with([token.expose().into(), channel.into()]);
    change(database, channel, update, by, (Action::NewToken, "")).await
}

/// A change that intake's compiled rules and the feeds' cached documents must not outlive.
async fn change<D: Database>(
    database: &D,
    channel: ChannelKey,
    statement: Statement,
    by: Change<'_>,
    (action, detail): (Action, &str),
) -> Result<(), DatabaseError> {
    let touch = TOUCH_FEED.with([by.now.into(), channel.into()]);
    let write = audit::entry(channel, by, action, "", detail);
    database.write(settings_batch(channel, [statement, touch, write])).await.map(drop)
}

/// Makes sure that the channel of the first steps, `demo`, is there.
pub async fn ensure_demo<D: Database>(database: &D, now: Millis) -> Result<(), CreateError> {
    let id: ChannelId = "demo".parse().map_err(|_| inconsistent("the demo channel's name"))?;
    let mut settings = ChannelSettings::new("Demo");
    settings.description.push_str("A channel to try things out.");
    settings.language_detection_enabled = true;
    settings.emoji_auto_approve = true;
    match create(database, &id, &settings, Change { by: &system(), now }).await {
        Ok(()) | Err(CreateError::Taken) => Ok(()),
        Err(error) => Err(error),
    }
}

/// The person that changes made by the server itself are recorded under.
#[must_use]
pub fn system() -> Person {
    Person { central_id: 0, username: "chatstream".to_owned() }
}
