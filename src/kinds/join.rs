//! Columns whose values the rows of another resource tell: what the pods of a node request of it.

use crate::store::Relation;

use super::Cell;

/// Sums over the rows of another resource that refer to a row by its name. They cost a watch of these rows, so that they are told only where
/// somebody asks for the columns.
pub struct Join {
    /// The group and the plural of the resource whose rows tell.
    pub of: (&'static str, &'static str),
    /// Which of its objects count, as a field selector.
    pub fields: &'static str,
    /// How they refer to the row.
    pub by: Relation,
    /// The columns.
    pub columns: &'static [Joined],
}

/// A joined column.
pub struct Joined {
    /// Its name, among the kind's columns.
    pub column: &'static str,
    /// What is summed up: the numbers in this column of the rows that tell, or how many these are.
    pub sum: Option<&'static str>,
    /// What the sum is.
    pub cell: fn(i64) -> Cell,
}

impl Join {
    /// The most columns that one has.
    pub const MOST: usize = 4;
}
