//! Who is asking, and what they may do: sessions, CSRF, roles.
