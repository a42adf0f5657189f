//! The webhook's secrets: a new one, with the one before valid beside it for a while.

use platform::{
    clock::Millis,
    config::Secret,
    database::{Database, DatabaseError},
};

use crate::{
    audit::{self, Action, Change},
    channels::ChannelKey,
    statements::{affected, settings_batch},
};

/// How long the secret before is taken beside the new one, in milliseconds: long enough to paste the new one.
pub const OVERLAP_MS: Millis = 60 * 60 * 1000;

/// A secret that was replaced, and is still taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldSecret {
    /// The secret.
    pub secret: Secret,
    /// From then on it is of no use.
    pub until: Millis,
}

queries! { "secrets";
    // Not while the one before is still taken: a second time would push out the one that Eventyay really uses.
    REPLACE: Rows = "UPDATE channels SET old_webhook_secret = webhook_secret, old_secret_until = ?, \
        webhook_secret = ? WHERE id = ? AND (old_secret_until IS NULL OR old_secret_until <= ?)";
    REVOKE: Rows = "UPDATE channels SET old_webhook_secret = NULL, old_secret_until = NULL \
        WHERE id = ? AND old_secret_until > ?";
    // Only if the batch has made this very secret the present one.
    WRITE_REPLACED: Rows = "INSERT INTO audit (channel_id, changed_at, by_id, by_name, action, about, detail) \
        SELECT c.id, ?, ?, ?, 'new-secret', '', '' FROM channels c WHERE c.id = ? AND c.webhook_secret = ?";
}

/// Makes `secret` the channel's, with the one before valid for [`OVERLAP_MS`]. `false` where there is one before that
/// is still taken.
pub async fn replace<D: Database>(
    database: &D,
    channel: ChannelKey,
    secret: &Secret,
    change: Change<'_>,
) -> Result<bool, DatabaseError> {
    let now = change.now;
    let replace =
        REPLACE.with([(now + OVERLAP_MS).into(), secret.expose().into(), channel.into(), now.into()]);
    let write = WRITE_REPLACED.with([
        now.into(),
        change.by.central_id.into(),
        crate::statements::at_most(&change.by.username, 255),
        channel.into(),
        secret.expose().into(),
    ]);
    let counts = database.write(settings_batch(channel, [replace, write])).await?;
    Ok(affected(&counts, 1)? > 0)
}

/// Ends the secret before, if there is one that is still taken; answers whether there was.
pub async fn revoke_old<D: Database>(
    database: &D,
    channel: ChannelKey,
    change: Change<'_>,
) -> Result<bool, DatabaseError> {
    let revoke = REVOKE.with([channel.into(), change.now.into()]);
    let write = audit::entry(channel, change, Action::RevokeSecret, "", "");
    let counts = database.write(settings_batch(channel, [revoke, write])).await?;
    Ok(affected(&counts, 1)? > 0)
}
