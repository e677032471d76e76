//! What a page sees: which rows, in which order.

use std::ops::Range;

use super::cache::Cache;
use super::filter::{Filter, FilterError};
use super::row::{Row, Uid};
use super::sort::Sort;
use super::source::SourceId;
use super::table::Table;
use super::tally::Tally;
use super::within::Within;

/// A page's handle on its view in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ViewId(pub(super) u64);

/// What a page wants to see of a Source.
#[derive(Clone, Debug, Default)]
pub struct ViewSpec {
    /// What the page is about, whatever its filter.
    pub within: Within,
    /// The filter; the default one lets everything pass.
    pub filter: Filter,
    /// The order; `None` is namespace, then name.
    pub sort: Option<Sort>,
}

/// What a page sees: the rows of its Source that pass its filter, in its order.
#[derive(Clone, Copy)]
pub struct View<'a> {
    pub(super) table: &'a Table,
    pub(super) cache: &'a Cache,
}

impl<'a> View<'a> {
    /// How many rows it shows.
    pub fn len(&self) -> usize {
        self.cache.slots().len()
    }

    /// Whether it shows none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many rows there would be without the filter.
    pub fn total(&self) -> usize {
        self.cache.total()
    }

    /// The row at a position.
    pub fn row(&self, position: usize) -> Option<&'a Row> {
        self.table.row(*self.cache.slots().get(position)?)
    }

    /// The rows at these positions; what lies beyond the end is left out.
    pub fn slice(&self, positions: Range<usize>) -> impl Iterator<Item = &'a Row> + use<'a> {
        let end = positions.end.min(self.len());
        let start = positions.start.min(end);
        let table = self.table;
        self.cache.slots()[start..end].iter().filter_map(move |slot| table.row(*slot))
    }

    /// All rows it shows, in order.
    pub fn rows(&self) -> impl Iterator<Item = &'a Row> + use<'a> {
        self.slice(0..self.len())
    }

    /// Where the row of an object stands, found by halving; `None` where it is not shown.
    pub fn position(&self, uid: Uid) -> Option<usize> {
        self.cache.position(self.table, self.table.slab.slot(uid)?)
    }

    /// The rows it shows by health.
    pub fn health(&self) -> Tally {
        self.cache.health()
    }

    /// Its Source.
    pub fn source(&self) -> SourceId {
        self.cache.source
    }

    /// The table that its rows are from.
    pub fn table(&self) -> &'a Table {
        self.table
    }

    /// What it is about, whatever its filter.
    pub fn within(&self) -> &'a Within {
        self.cache.within()
    }

    /// The filter that its rows pass.
    pub fn filter(&self) -> &'a Filter {
        self.cache.filter()
    }

    /// Why the filter it was given does not apply, where the server changed the columns under it; everything passes then.
    pub fn filter_error(&self) -> Option<&'a FilterError> {
        self.cache.filter_error()
    }

    /// Its order; `None` is namespace, then name.
    pub fn sort(&self) -> Option<Sort> {
        self.cache.sort()
    }

    /// Grows whenever what it shows may have changed.
    pub fn generation(&self) -> u64 {
        self.cache.generation
    }
}
