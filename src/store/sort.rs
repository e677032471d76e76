//! In which order rows stand.

use std::cmp::Ordering;

use crate::kinds::Value;

use super::key::Key;
use super::natural;
use super::row::Row;

/// Which column a page is sorted by; rows that are equal there keep the default order (namespace, then name).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// The column's index among the table's columns.
    pub column: usize,
    /// Largest first. Blank values are last in both directions.
    pub descending: bool,
}

/// A [`Sort`] with its column looked up; `None` is the default order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sorter(pub Option<(Value, bool)>);

impl Sorter {
    pub fn cmp(self, a: &Row, b: &Row) -> Ordering {
        match self.0 {
            None => default_order(a, b),
            Some((value, descending)) => Key::of(value, a)
                .cmp(Key::of(value, b), descending)
                .then_with(|| default_order(a, b)),
        }
    }
}

/// Namespace, then name, both in natural order; total, so that every row has just one position.
pub(super) fn default_order(a: &Row, b: &Row) -> Ordering {
    natural::cmp(&a.namespace, &b.namespace)
        .then_with(|| natural::cmp(&a.name, &b.name))
        .then_with(|| a.namespace.cmp(&b.namespace))
        .then_with(|| a.name.cmp(&b.name))
        .then_with(|| a.uid.cmp(&b.uid))
}
