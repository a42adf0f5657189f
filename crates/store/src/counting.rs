//! Counters, brought up to date with the rows of the log that a batch has inserted.

use platform::{clock::Millis, database::Statement};

use crate::channels::ChannelKey;

macro_rules! change_of {
    ($status:literal, $which:literal) => {
        concat!(
            "(SELECT COALESCE(SUM((d.status = ",
            $status,
            ") - (d.previous_status = ",
            $status,
            ")), 0) FROM decisions d WHERE d.channel_id = channel_state.channel_id \
             AND d.revision = channel_state.revision",
            $which,
            ")"
        )
    };
}

macro_rules! count {
    ($which:literal) => {
        concat!(
            "UPDATE channel_state SET queued = queued + ",
            change_of!("0", $which),
            ", highlighted = highlighted + ",
            change_of!("1", $which),
            ", approved = approved + ",
            change_of!("2", $which),
            ", rejected = rejected + ",
            change_of!("3", $which),
            " WHERE channel_id = ?"
        )
    };
}

macro_rules! touch_feed {
    ($which:literal) => {
        concat!(
            "UPDATE channel_state SET feed_revision = revision, feed_changed_at = ? WHERE channel_id = ? \
             AND EXISTS (SELECT 1 FROM decisions d WHERE d.channel_id = channel_state.channel_id \
             AND d.revision = channel_state.revision AND (d.status IN (1, 2) OR d.previous_status IN (1, 2))",
            $which,
            ")"
        )
    };
}

macro_rules! rows_of_batch {
    () => {
        "(SELECT COUNT(*) FROM decisions d WHERE d.channel_id = channel_state.channel_id \
         AND d.revision = channel_state.revision)"
    };
}

queries! { "counting";
    BATCH: Page = count!("");
    BATCH_FEED: Page = touch_feed!("");
    MESSAGE: Rows = count!(" AND d.message_id = ?");
    MESSAGE_FEED: Rows = touch_feed!(" AND d.message_id = ?");
    // A spammer's messages may be many thousands: nothing has to be read of each to know what became of them.
    REJECTED: Page = concat!(
        "UPDATE channel_state SET queued = queued - ", rows_of_batch!(),
        ", rejected = rejected + ", rows_of_batch!(), " WHERE channel_id = ?"
    );
}

/// Counts all decisions that this batch has inserted.
pub(crate) fn batch(channel: ChannelKey, now: Millis) -> [Statement; 2] {
    [BATCH.with([channel.into()]), BATCH_FEED.with([now.into(), channel.into()])]
}

/// Counts only the decision on this message.
pub(crate) fn message(channel: ChannelKey, message: i64, now: Millis) -> [Statement; 2] {
    let count = [message.into(), message.into(), message.into(), message.into(), channel.into()];
    [MESSAGE.with(count), MESSAGE_FEED.with([now.into(), channel.into(), message.into()])]
}

/// Counts all decisions that this batch has inserted, each of which rejected a queued message.
pub(crate) fn queued_rejected(channel: ChannelKey) -> Statement {
    REJECTED.with([channel.into()])
}
