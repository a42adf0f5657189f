//! The ports that hosts implement, and the HTTP vocabulary that components share.
