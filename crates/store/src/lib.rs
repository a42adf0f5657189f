//! What chatstream keeps, and the SQL for it.

pub mod key_value;
pub mod migrations;
