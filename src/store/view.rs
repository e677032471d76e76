//! A page's cached order: which rows it shows, in which order.

use std::ops::Range;

use super::filter::{Filter, FilterError};
use super::row::{Row, Uid};
use super::slab::Slot;
use super::sort::{Sort, Sorter};
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

/// A view as the store keeps it.
pub(super) struct Cache {
    pub source: SourceId,
    pub spec: ViewSpec,
    pub filter_error: Option<FilterError>,
    order: Vec<Slot>,
    total: usize,
    health: Tally,
    pub generation: u64,
}

impl Cache {
    pub fn new(source: SourceId, spec: ViewSpec) -> Self {
        Self {
            source,
            spec,
            filter_error: None,
            order: Vec::new(),
            total: 0,
            health: Tally::default(),
            generation: 0,
        }
    }

    fn sorter(&self, table: &Table) -> Sorter {
        Sorter(self.spec.sort.and_then(|sort| {
            table.columns.get(sort.column).map(|column| (column.value, sort.descending))
        }))
    }

    /// Makes it anew from the table.
    pub fn rebuild(&mut self, table: &Table, now: i64) {
        let sorter = self.sorter(table);
        self.health = Tally::default();
        self.total = 0;
        let mut order = Vec::new();
        for (slot, row) in table.slab.iter() {
            if self.spec.within.contains(row) {
                self.total += 1;
                if self.spec.filter.matches(row, now) {
                    self.health.add(row.health);
                    order.push((slot, row));
                }
            }
        }
        order.sort_by(|a, b| sorter.cmp(a.1, b.1));
        self.order = order.into_iter().map(|(slot, _)| slot).collect();
        self.generation += 1;
    }
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
        self.cache.order.len()
    }

    /// Whether it shows none.
    pub fn is_empty(&self) -> bool {
        self.cache.order.is_empty()
    }

    /// How many rows there would be without the filter.
    pub fn total(&self) -> usize {
        self.cache.total
    }

    /// The row at a position.
    pub fn row(&self, position: usize) -> Option<&'a Row> {
        self.table.row(*self.cache.order.get(position)?)
    }

    /// The rows at these positions; what lies beyond the end is left out.
    pub fn slice(&self, positions: Range<usize>) -> impl Iterator<Item = &'a Row> + use<'a> {
        let end = positions.end.min(self.len());
        let start = positions.start.min(end);
        let table = self.table;
        self.cache.order[start..end].iter().filter_map(move |slot| table.row(*slot))
    }

    /// All rows it shows, in order.
    pub fn rows(&self) -> impl Iterator<Item = &'a Row> + use<'a> {
        self.slice(0..self.len())
    }

    /// Where the row of an object stands; `None` where it is not shown.
    pub fn position(&self, uid: Uid) -> Option<usize> {
        let slot = self.table.slab.slot(uid)?;
        self.cache.order.iter().position(|s| *s == slot)
    }

    /// The rows it shows by health.
    pub fn health(&self) -> Tally {
        self.cache.health
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
        &self.cache.spec.within
    }

    /// Its filter.
    pub fn filter(&self) -> &'a Filter {
        &self.cache.spec.filter
    }

    /// Why its filter does not apply any more, where the server changed the columns under it; everything passes then.
    pub fn filter_error(&self) -> Option<&'a FilterError> {
        self.cache.filter_error.as_ref()
    }

    /// Its order; `None` is namespace, then name.
    pub fn sort(&self) -> Option<Sort> {
        self.cache.spec.sort
    }

    /// Grows whenever what it shows may have changed.
    pub fn generation(&self) -> u64 {
        self.cache.generation
    }
}
