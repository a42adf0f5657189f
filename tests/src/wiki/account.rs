//! Accounts of the wiki.

use serde_json::{Value, json};

use crate::channel::fresh_number;

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The global user id.
    pub id: i64,
    /// The user name.
    pub name: String,
    blocked: bool,
    hidden: bool,
    attached: bool,
}

impl Account {
    /// A usual one.
    pub fn new(id: i64, name: &str) -> Self {
        Self { id, name: name.to_owned(), blocked: false, hidden: false, attached: true }
    }

    /// One that nobody else has.
    pub fn fresh() -> Self {
        let number = fresh_number();
        Self::new(number, &format!("Wikimedian {number}"))
    }

    /// The same, but it may not edit.
    pub fn blocked(self) -> Self {
        Self { blocked: true, ..self }
    }

    /// The same, but its name is not shown to anybody.
    pub fn hidden(self) -> Self {
        Self { hidden: true, ..self }
    }

    /// The same, but it belongs to no global account.
    pub fn unattached(self) -> Self {
        Self { attached: false, ..self }
    }

    /// What the wiki tells a site that the account's owner has let in.
    pub(super) fn profile(&self) -> Value {
        let sub = if self.attached { self.id.to_string() } else { "0".to_owned() };
        if self.hidden {
            return json!({"sub": sub, "blocked": true});
        }
        json!({
            "sub": sub,
            "username": self.name,
            "editcount": 4711,
            "confirmed_email": true,
            "email_verified": true,
            "blocked": self.blocked,
            "registered": "20100101000000",
            "groups": ["*", "user", "autoconfirmed"],
            "rights": ["read", "edit"],
            "grants": ["basic"],
        })
    }
}
