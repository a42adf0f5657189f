//! What chatstream keeps, and the SQL for it.
