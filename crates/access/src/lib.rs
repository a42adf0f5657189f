//! Who is asking, and what they may do: the session behind a cookie, the CSRF token that a change has to
//! show, and the role in a channel.
//!
//! **Invariant:** roles are read from the store with each request, never kept in a session, so a change of
//! roles holds at once. No SQL and no rule here: what a role may do is [`moderation::Role::may`].
//!
//! A handler takes a [`Caller`], asks it for [`Caller::member`] with the permission it needs (or
//! [`Caller::superadmin`], [`Caller::session`]), and for a change calls [`Caller::check_csrf`] or uses
//! [`Caller::changing_member`], which does both.

mod caller;
mod cookie;

pub use caller::{Access, Caller, SignedIn};
pub use cookie::{clear_session, cookie_token, session_cookie, session_id, set_cookie};
