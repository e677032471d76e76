//! Rows of everything watched, with cached orders and filters.

mod intern;
mod link;
mod row;
mod source;

pub use intern::Interner;
pub use link::{Link, Op, Relation, Requirement, Selector, To};
pub use row::{Health, Labels, Row, Str, Uid};
pub use source::{Change, Delta, Freshness, Scope, Source, SourceId};
