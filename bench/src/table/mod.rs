//! The rows, and the page that they make.

mod machine;
mod page;
mod row;

pub(crate) use self::{
    machine::Machine,
    page::{Host, Page},
    row::{Row, Verdict, thousands},
};
