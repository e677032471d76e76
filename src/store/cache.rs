//! A view as the store keeps it: the cached order, and what keeps it true.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use crate::kinds::Column;

use super::ahead;
use super::bits::Bits;
use super::filter::{Filter, FilterError, Sieve};
use super::order::Order;
use super::row::Row;
use super::slab::Slot;
use super::sort::{Sort, Sorter};
use super::source::SourceId;
use super::table::{Table, Touched};
use super::tally::Tally;
use super::threads;
use super::view::ViewSpec;
use super::within::Within;

/// One view's cached order.
pub(super) struct Cache {
    pub source: SourceId,
    pub generation: u64,
    spec: ViewSpec,
    /// The spec's filter, unless it does not fit the columns any more.
    filter: Filter,
    filter_error: Option<FilterError>,
    sorter: Sorter,
    order: Order,
    shown: Bits,
    total: usize,
    health: Tally,
    /// When the filter's verdict on a slot may change by time alone. Entries may be out of date: they lead to a look, no more.
    due: BinaryHeap<Reverse<(i64, Slot)>>,
}

/// What looking through a range of slots found.
#[derive(Default)]
struct Found {
    shown: Vec<Slot>,
    total: usize,
    health: Tally,
    due: Vec<Reverse<(i64, Slot)>>,
}

impl Cache {
    pub fn new(source: SourceId, spec: ViewSpec) -> Self {
        Self {
            source,
            generation: 0,
            filter: spec.filter.clone(),
            spec,
            filter_error: None,
            sorter: Sorter::default(),
            order: Order::default(),
            shown: Bits::default(),
            total: 0,
            health: Tally::default(),
            due: BinaryHeap::new(),
        }
    }

    /// Makes it anew from the table.
    pub fn rebuild(&mut self, table: &Table, now: i64) {
        self.generation += 1;
        self.sorter = self.resolve(table);
        let base = table.order.slots();
        let found = self.look(table, base, now);
        self.total = found.total;
        self.take(found);
        self.order = Order::from_sorted(self.sorter.sort(&table.slab, self.order_of(base)));
    }

    pub fn set_filter(&mut self, table: &Table, filter: Filter, now: i64) {
        let narrows =
            self.filter_error.is_none() && self.due.is_empty() && filter.narrows(&self.filter);
        self.spec.filter = filter.clone();
        self.filter = filter;
        self.filter_error = None;
        if !narrows {
            return self.rebuild(table, now);
        }
        // Only what passed so far can pass now, and it stands in order already.
        self.generation += 1;
        let found = self.look(table, self.order.slots(), now);
        self.take(found);
        self.order = Order::from_sorted(self.order_of(self.order.slots()));
    }

    pub fn set_sort(&mut self, table: &Table, sort: Option<Sort>) {
        self.generation += 1;
        self.spec.sort = sort;
        self.sorter = self.resolve(table);
        let slots = self.order_of(table.order.slots());
        self.order = Order::from_sorted(self.sorter.sort(&table.slab, slots));
    }

    /// The server changed the columns: the filter is read again, the sort column looked up by name.
    pub fn set_columns(&mut self, old: &[Column], table: &Table, now: i64) {
        self.spec.sort = self.spec.sort.and_then(|sort| {
            let name = &old.get(sort.column)?.name;
            let column = table.columns().iter().position(|column| column.name == *name)?;
            Some(Sort { column, ..sort })
        });
        let read = self.spec.filter.read_again(table.columns());
        (self.filter, self.filter_error) = match read {
            Ok(filter) => (filter, None),
            Err(error) => (Filter::default(), Some(error)),
        };
        self.rebuild(table, now);
    }

    /// Takes in one change of a table that has it already.
    pub fn change(&mut self, table: &Table, touched: &Touched, now: i64) {
        let Touched { slot, old } = touched;
        let new = table.row(*slot);
        let (was, is) = self.verdicts(*slot, old.as_ref(), new, now);
        match (was, is) {
            (Some(old), Some(new)) => {
                self.order.moved(&table.slab, *slot, (old, new), self.sorter);
            }
            (Some(old), None) => self.order.remove(&table.slab, *slot, old, self.sorter),
            (None, Some(new)) => self.order.insert(&table.slab, *slot, new, self.sorter),
            (None, None) => {}
        }
    }

    /// Takes in many changes of a table that has them already; `touched` is in the table's default order.
    pub fn change_many(&mut self, table: &Table, touched: &[Touched], now: i64) {
        let (mut gone, mut any_gone) = (Bits::default(), false);
        let mut incoming = Vec::new();
        for Touched { slot, old } in touched {
            let (was, is) = self.verdicts(*slot, old.as_ref(), table.row(*slot), now);
            if let (Some(old), Some(new)) = (was, is)
                && self.sorter.cmp(old, new) == Ordering::Equal
            {
                continue;
            }
            if was.is_some() {
                gone.set(*slot, true);
                any_gone = true;
            }
            if is.is_some() {
                incoming.push(*slot);
            }
        }
        if any_gone {
            self.order.take_out(&gone);
        }
        let incoming = self.sorter.sort(&table.slab, incoming);
        self.order.merge(&table.slab, &incoming, self.sorter);
    }

    /// Lets rows enter and leave that are due; true where something changed.
    pub fn tick(&mut self, table: &Table, now: i64) -> bool {
        let mut changed = false;
        while self.due.peek().is_some_and(|Reverse((at, _))| *at <= now) {
            let Some(Reverse((_, slot))) = self.due.pop() else { break };
            let Some(row) = table.row(slot) else { continue };
            let was = self.shown.has(slot);
            let is = self.spec.within.contains(row) && self.admits(slot, row, now);
            if was == is {
                continue;
            }
            changed = true;
            self.shown.set(slot, is);
            if is {
                self.health.add(row.health);
                self.order.insert(&table.slab, slot, row, self.sorter);
            } else {
                self.health.remove(row.health);
                self.order.remove(&table.slab, slot, row, self.sorter);
            }
        }
        self.generation += u64::from(changed);
        changed
    }

    pub fn next_change(&self) -> Option<i64> {
        self.due.peek().map(|Reverse((at, _))| *at)
    }

    pub fn position(&self, table: &Table, slot: Slot) -> Option<usize> {
        if !self.shown.has(slot) {
            return None;
        }
        self.order.position(&table.slab, slot, table.row(slot)?, self.sorter).ok()
    }

    pub fn slots(&self) -> &[Slot] {
        self.order.slots()
    }

    pub fn total(&self) -> usize {
        self.total
    }

    pub fn health(&self) -> Tally {
        self.health
    }

    pub fn within(&self) -> &Within {
        &self.spec.within
    }

    pub fn filter(&self) -> &Filter {
        &self.filter
    }

    pub fn filter_error(&self) -> Option<&FilterError> {
        self.filter_error.as_ref()
    }

    pub fn sort(&self) -> Option<Sort> {
        self.spec.sort
    }

    fn resolve(&self, table: &Table) -> Sorter {
        Sorter(self.spec.sort.and_then(|sort| {
            table.columns().get(sort.column).map(|column| (column.value, sort.descending))
        }))
    }

    /// The shown ones among slots, in the order in which they come.
    fn order_of(&self, slots: &[Slot]) -> Vec<Slot> {
        slots.iter().copied().filter(|slot| self.shown.has(*slot)).collect()
    }

    /// Passes rows through the filter, on two threads where they are many.
    fn look(&self, table: &Table, slots: &[Slot], now: i64) -> Found {
        let look = |range: std::ops::Range<usize>| {
            let mut found = Found::default();
            let mut sieve = Sieve::new(&self.filter);
            let mut each = |slot: Slot, row: Option<&Row>| {
                let Some(row) = row.filter(|row| self.spec.within.contains(row)) else { return };
                found.total += 1;
                if sieve.passes(row, now) {
                    found.shown.push(slot);
                    found.health.add(row.health);
                }
                found.due.extend(self.filter.due(row, now).map(|at| Reverse((at, slot))));
            };
            let slots = &slots[range];
            if self.filter.searches_text() {
                let rows = ahead::rows(&table.slab, slots, ahead::texts);
                slots.iter().zip(rows).for_each(|(slot, row)| each(*slot, row));
            } else {
                slots.iter().for_each(|slot| each(*slot, table.row(*slot)));
            }
            found
        };
        let pieces = threads::over(slots.len(), 1, look);
        pieces.into_iter().reduce(Found::join).unwrap_or_default()
    }

    fn take(&mut self, found: Found) {
        self.shown = Bits::default();
        for slot in found.shown {
            self.shown.set(slot, true);
        }
        self.health = found.health;
        self.due = found.due.into();
    }

    /// The row as it was shown, and as it is to be shown; counts are brought up to date.
    fn verdicts<'a>(
        &mut self,
        slot: Slot,
        old: Option<&'a Row>,
        new: Option<&'a Row>,
        now: i64,
    ) -> (Option<&'a Row>, Option<&'a Row>) {
        let was = old.filter(|_| self.shown.has(slot));
        let (in_old, in_new) = (
            old.is_some_and(|row| self.spec.within.contains(row)),
            new.is_some_and(|row| self.spec.within.contains(row)),
        );
        let is = new.filter(|row| in_new && self.admits(slot, row, now));
        self.total = self.total + usize::from(in_new) - usize::from(in_old);
        if let Some(row) = was {
            self.health.remove(row.health);
        }
        if let Some(row) = is {
            self.health.add(row.health);
        }
        self.shown.set(slot, is.is_some());
        if was.is_some() || is.is_some() || in_old != in_new {
            self.generation += 1;
        }
        (was, is)
    }

    /// Whether the filter lets a row pass; notes when to look again.
    fn admits(&mut self, slot: Slot, row: &Row, now: i64) -> bool {
        self.due.extend(self.filter.due(row, now).map(|at| Reverse((at, slot))));
        self.filter.matches(row, now)
    }
}

impl Found {
    fn join(mut self, other: Self) -> Self {
        self.shown.extend(other.shown);
        self.due.extend(other.due);
        self.total += other.total;
        self.health.join(other.health);
        self
    }
}
