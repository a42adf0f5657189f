//! How the modules declare their statements, and the list of all of them.

use platform::database::{Batch, DatabaseError, Query, Row, Statement, Value};

use crate::channels::ChannelKey;

/// Declares a module's statements, and `ALL`, the list of them that the query planner's test reads.
macro_rules! queries {
    ($module:literal; $($(#[doc = $doc:literal])* $name:ident: $reach:ident = $sql:expr;)*) => {
        $(
            $(#[doc = $doc])*
            static $name: platform::database::Query = platform::database::Query {
                name: concat!($module, "::", stringify!($name)),
                sql: $sql,
                reach: platform::database::Reach::$reach,
            };
        )*
        /// The statements of this module, for the tests of all statements.
        pub(crate) static ALL: &[&platform::database::Query] = &[$(&$name),*];
    };
}

/// A list of 256 numbers in SQL, closed by one that no row has.
macro_rules! many_numbers {
    () => {
        concat!("(", sixteen!("?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,"), "0)")
    };
}

macro_rules! sixteen {
    ($text:literal) => {
        concat!(
            $text, $text, $text, $text, $text, $text, $text, $text, $text, $text, $text, $text, $text, $text,
            $text, $text
        )
    };
}

/// How many numbers `many_numbers!` holds.
pub(crate) const MANY: usize = 256;

/// The parameters of `many_numbers!`: 0, which no row has, where there are fewer.
pub(crate) fn many_numbers(numbers: &[i64]) -> impl Iterator<Item = Value> {
    let mut all = [const { Value::Integer(0) }; MANY];
    for (place, number) in all.iter_mut().zip(numbers) {
        *place = Value::Integer(*number);
    }
    all.into_iter()
}

/// Every statement of the store.
#[must_use]
pub fn all_queries() -> Vec<&'static Query> {
    [
        crate::audit::ALL,
        crate::channels::ALL,
        crate::chores::ALL,
        crate::counting::ALL,
        crate::decisions::ALL,
        crate::deletion::ALL,
        crate::feed::ALL,
        crate::forgetting::ALL,
        crate::glance::ALL,
        crate::health::ALL,
        crate::key_value::ALL,
        crate::lists::ALL,
        crate::log::ALL,
        crate::members::ALL,
        crate::messages::ALL,
        crate::patterns::ALL,
        crate::presence::ALL,
        crate::queue::ALL,
        crate::rules::ALL,
        crate::schema::ALL,
        crate::secrets::ALL,
        crate::undo::ALL,
        ALL,
    ]
    .concat()
}

queries! { "statements";
    BUMP: Rows = "UPDATE channel_state SET revision = revision + 1 WHERE channel_id = ?";
    BUMP_SETTINGS: Rows = "UPDATE channel_state SET revision = revision + 1, \
        settings_revision = settings_revision + 1 WHERE channel_id = ?";
}

/// A batch that begins by advancing the channel's revision, which takes the channel's row lock, and that
/// wakes whoever waits for the channel.
pub(crate) fn batch(channel: ChannelKey, statements: impl IntoIterator<Item = Statement>) -> Batch {
    bumped(&BUMP, channel, statements)
}

/// The statement that such a batch begins with.
pub(crate) fn bump(channel: ChannelKey) -> Statement {
    BUMP.with([channel.into()])
}

/// The same for a change to the settings or the lists: compiled rules are out of date after it.
pub(crate) fn settings_batch(channel: ChannelKey, statements: impl IntoIterator<Item = Statement>) -> Batch {
    bumped(&BUMP_SETTINGS, channel, statements)
}

fn bumped(
    bump: &'static Query,
    channel: ChannelKey,
    statements: impl IntoIterator<Item = Statement>,
) -> Batch {
    let mut all = vec![bump.with([channel.into()])];
    all.extend(statements);
    Batch { statements: all, topic: Some(channel.topic()) }
}

/// How many rows the statement at `index` affected.
pub(crate) fn affected(counts: &[u64], index: usize) -> Result<u64, DatabaseError> {
    counts.get(index).copied().ok_or_else(|| {
        DatabaseError::Inconsistent("fewer counts of affected rows than statements".to_owned())
    })
}

/// A stored value that no value of the domain matches.
pub(crate) fn inconsistent(what: &str) -> DatabaseError {
    DatabaseError::Inconsistent(what.to_owned())
}

/// A column read by the domain's own parser, which should take what it once gave.
pub(crate) fn parsed<T: std::str::FromStr>(row: &Row, column: usize, what: &str) -> Result<T, DatabaseError> {
    row.text(column)?.parse().map_err(|_| inconsistent(what))
}

/// Text as a parameter, cut where a column ends: a strict database refuses what is longer.
pub(crate) fn at_most(text: &str, chars: usize) -> Value {
    Value::Text(text.chars().take(chars).collect())
}
