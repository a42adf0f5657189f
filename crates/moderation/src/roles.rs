//! Who may do what in a channel.

use crate::UnknownWord;
use crate::words::words;

/// A role, each including those before it. Without one, a person may look at what is public and no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Decides about a channel's messages.
    Moderator,
    /// Runs a channel.
    Admin,
    /// Named in configuration; may do anything in any channel.
    Superadmin,
}
words!(Role, "a role", Moderator => "moderator", Admin => "admin", Superadmin => "superadmin");

impl Role {
    /// A role that can be given to a member of a channel: moderator or admin. Superadmins are named in configuration.
    pub fn appointable(word: &str) -> Result<Self, UnknownWord> {
        let role = word.parse().ok().filter(|role| *role != Self::Superadmin);
        role.ok_or(UnknownWord { what: "a member's role", allowed: "moderator, admin" })
    }

    /// Whether this role has the permission.
    #[must_use]
    pub fn may(self, permission: Permission) -> bool {
        self >= permission.least_role()
    }
}

/// Something that needs a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Permission {
    /// See the queue and the log, decide about messages, keep the channel's lists.
    Moderate,
    /// Change the channel's settings.
    EditSettings,
    /// Make and unmake moderators.
    AppointModerators,
    /// Make and unmake admins.
    AppointAdmins,
    /// Create and delete channels.
    ManageChannels,
    /// See a channel's webhook secret.
    SeeSecret,
}

impl Permission {
    /// Every permission.
    pub const ALL: [Self; 6] = [
        Self::Moderate,
        Self::EditSettings,
        Self::AppointModerators,
        Self::AppointAdmins,
        Self::ManageChannels,
        Self::SeeSecret,
    ];

    const fn least_role(self) -> Role {
        match self {
            Self::Moderate => Role::Moderator,
            Self::EditSettings | Self::AppointModerators => Role::Admin,
            Self::AppointAdmins | Self::ManageChannels | Self::SeeSecret => Role::Superadmin,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_may_what_the_contract_says() {
        // Permission, then moderator, admin, superadmin.
        let table = [
            (Permission::Moderate, [true, true, true]),
            (Permission::EditSettings, [false, true, true]),
            (Permission::AppointModerators, [false, true, true]),
            (Permission::AppointAdmins, [false, false, true]),
            (Permission::ManageChannels, [false, false, true]),
            (Permission::SeeSecret, [false, false, true]),
        ];
        assert_eq!(table.map(|(permission, _)| permission), Permission::ALL);
        for (permission, expected) in table {
            assert_eq!(Role::ALL.map(|role| role.may(permission)), expected, "{permission:?}");
        }
    }

    #[test]
    fn roles_are_words_and_only_two_can_be_given() {
        for role in Role::ALL {
            assert_eq!(role.as_str().parse(), Ok(role));
        }
        assert_eq!(Role::appointable("moderator"), Ok(Role::Moderator));
        assert_eq!(Role::appointable("admin"), Ok(Role::Admin));
        let refused = Role::appointable("superadmin").unwrap_err();
        assert_eq!(refused.to_string(), "a member's role must be one of moderator, admin");
    }
}
