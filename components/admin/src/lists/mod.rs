//! The lists: who is banned, who is trusted, which texts are dropped; of a channel, and (bans) of the whole site.

pub(crate) mod patterns;
pub(crate) mod senders;
mod table;
mod upload;

use access::{Access, Caller, SignedIn};
use axum::extract::Path;
use moderation::Permission;
use platform::{
    Platform,
    clock::{Clock as _, Millis},
    http::{Input, Problem, Result},
};
use serde::{Deserialize, Serialize};
use store::{
    ChannelKey,
    audit::{self, Change},
    lists::{List, Note},
};

use crate::fields::{MaybeNumber, Number};

/// One of the lists of senders.
pub(crate) trait Which: Send + Sync + 'static {
    /// Which it is.
    const LIST: List;
    /// Its name in addresses.
    const NAME: &'static str;
    /// Its name for people.
    const TITLE: &'static str;
}

/// Who is banned in a channel.
pub(crate) struct Bans;

impl Which for Bans {
    const LIST: List = List::Ban;
    const NAME: &'static str = "blacklist";
    const TITLE: &'static str = "Banned";
}

/// Who is trusted in a channel.
pub(crate) struct Trusted;

impl Which for Trusted {
    const LIST: List = List::Trust;
    const NAME: &'static str = "whitelist";
    const TITLE: &'static str = "Trusted";
}

/// Who is banned everywhere.
pub(crate) struct GlobalBans;

impl Which for GlobalBans {
    const LIST: List = List::Ban;
    const NAME: &'static str = "global-blacklist";
    const TITLE: &'static str = "Banned everywhere";
}

/// Whose list it is, and who asks.
pub(crate) enum Place {
    /// A channel's.
    Channel(Box<Access>),
    /// The whole site's.
    Site(Box<SignedIn>, Millis),
}

impl Place {
    /// For whoever may see the list: a channel's moderators, or superadmins.
    async fn seen<P: Platform>(platform: &P, caller: &Caller, channel: Option<Path<String>>) -> Result<Self> {
        let Some(Path(channel)) = channel else {
            let signed_in = caller.superadmin(platform).await?;
            return Ok(Self::Site(Box::new(signed_in), platform.clock().now()));
        };
        let access = caller.member(platform, &channel, Permission::Moderate).await?;
        Ok(Self::Channel(Box::new(access)))
    }

    /// For whoever may change it.
    async fn changed<P: Platform>(
        platform: &P,
        caller: &Caller,
        channel: Option<Path<String>>,
        input: &Input,
    ) -> Result<Self> {
        let place = Self::seen(platform, caller, channel).await?;
        caller.check_csrf(place.signed_in(), input)?;
        if let Self::Channel(access) = &place {
            access.check_in_use()?;
        }
        Ok(place)
    }

    fn signed_in(&self) -> &SignedIn {
        match self {
            Self::Channel(access) => &access.signed_in,
            Self::Site(signed_in, _) => signed_in,
        }
    }

    fn key(&self) -> ChannelKey {
        match self {
            Self::Channel(access) => access.channel.key,
            Self::Site(..) => audit::SITE,
        }
    }

    fn change(&self) -> Change<'_> {
        let now = match self {
            Self::Channel(access) => access.now,
            Self::Site(_, now) => *now,
        };
        Change { by: self.signed_in().person(), now }
    }

    /// The address of the list called `name`.
    fn address(&self, name: &str) -> String {
        match self {
            Self::Channel(access) => format!("/channel/{}/{name}", access.channel.id),
            Self::Site(..) => format!("/admin/{name}"),
        }
    }

    /// A file's name.
    fn file(&self, name: &str) -> String {
        match self {
            Self::Channel(access) => format!("{}-{name}.csv", access.channel.id),
            Self::Site(..) => format!("{name}.csv"),
        }
    }

    fn title(&self, list: &str) -> String {
        match self {
            Self::Channel(access) => format!("{list} in {}", access.channel.settings.name),
            Self::Site(..) => list.to_owned(),
        }
    }

    fn links(&self) -> Vec<(String, &'static str)> {
        match self {
            Self::Channel(_) => {
                let mut links = vec![
                    (self.address("queue"), "Queue"),
                    (self.address("blacklist"), Bans::TITLE),
                    (self.address("whitelist"), Trusted::TITLE),
                    (self.address("patterns"), "Blocked texts"),
                ];
                // Not where it would only lead to a refusal.
                if self.is_admins() {
                    links.push((self.address("settings"), "Settings"));
                }
                links
            }
            Self::Site(..) => vec![("/admin/".to_owned(), "Administration")],
        }
    }

    fn is_archived(&self) -> bool {
        matches!(self, Self::Channel(access) if access.channel.is_archived())
    }

    /// Whether who asks is one of the channel's admins: they see its settings, and may ban somebody everywhere.
    fn is_admins(&self) -> bool {
        matches!(self, Self::Channel(access) if access.role.may(Permission::EditSettings))
    }
}

/// A list's entries.
#[derive(Debug, Serialize)]
pub(crate) struct Entries<T> {
    entries: Vec<T>,
}

/// An entry, by its number.
#[derive(Debug, Deserialize)]
pub(crate) struct Chosen {
    id: Number,
}

/// Why, and for how long.
#[derive(Debug, Deserialize)]
struct NoteInput {
    #[serde(default)]
    reason: String,
    #[serde(default)]
    minutes: MaybeNumber,
}

fn note(input: &Input, now: Millis) -> Result<Note> {
    let NoteInput { reason, minutes: MaybeNumber(minutes) } = input.parse()?;
    Note::new(&reason, minutes, now).map_err(|error| Problem::bad_request(format!("{error}.")))
}

/// The answer to an addition: whether the entry is new, and how many queued messages were decided with it.
#[derive(Debug, Serialize)]
#[expect(clippy::struct_field_names, reason = "what was added is told as such")]
pub(crate) struct Added {
    ok: bool,
    added: bool,
    messages: u64,
}

/// The answer to an import: how many entries are new, and how many were there already or have ended.
#[derive(Debug, Serialize)]
pub(crate) struct Imported {
    ok: bool,
    added: u64,
    left_out: u64,
}

fn no_entry() -> Problem {
    Problem::not_found("There is no such entry on this list.")
}

/// Whether an entry that ends then has ended.
fn has_ended(expires_at: Option<Millis>, now: Millis) -> bool {
    expires_at.is_some_and(|end| end <= now)
}
