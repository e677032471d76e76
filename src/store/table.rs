//! The rows of one Source.

use std::mem;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::kinds::{Cell, Column};

use super::bits::Bits;
use super::lapse::Lapses;
use super::order::Order;
use super::row::{Row, Str, Uid};
use super::slab::{Slab, Slot};
use super::sort::{Sorter, default_order};
use super::source::{Change, Freshness};
use super::tally::Tally;
use super::threads;

/// The rows of one Source, as its last Delta left them.
pub struct Table {
    columns: Arc<[Column]>,
    pub(super) slab: Slab,
    /// Every slot, by namespace and name: what all other orders start from.
    pub(super) order: Order,
    freshness: Freshness,
    health: Tally,
    lapses: Lapses,
    generation: u64,
}

/// A slot that changed, with the row that it held before.
pub(super) struct Touched {
    pub slot: Slot,
    pub old: Option<Row>,
}

impl Table {
    pub(super) fn new(columns: Arc<[Column]>) -> Self {
        Self {
            lapses: Lapses::new(&columns),
            columns,
            slab: Slab::default(),
            order: Order::default(),
            freshness: Freshness::Loading { received: 0, remaining: None },
            health: Tally::default(),
            generation: 0,
        }
    }

    /// Its columns: the kind's, or the server's.
    pub fn columns(&self) -> &Arc<[Column]> {
        &self.columns
    }

    /// How many rows it has.
    pub fn len(&self) -> usize {
        self.slab.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The row of an object.
    pub fn get(&self, uid: Uid) -> Option<&Row> {
        self.slab.get(self.slab.slot(uid)?)
    }

    /// All rows, by namespace and name.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.order.slots().iter().filter_map(|slot| self.slab.get(*slot))
    }

    /// The rows at so many places from this one on; rows keep their places until they are gone, and new ones may take those of others.
    pub fn portion(&self, from: usize, places: usize) -> impl Iterator<Item = &Row> {
        let until = from.saturating_add(places).min(self.places());
        (from..until).filter_map(|slot| self.slab.get(Slot::try_from(slot).ok()?))
    }

    /// How many places there are for rows, the empty ones included.
    pub fn places(&self) -> usize {
        self.slab.slots()
    }

    /// How far it can be trusted.
    pub fn freshness(&self) -> &Freshness {
        &self.freshness
    }

    /// Its rows by health.
    pub fn health(&self) -> Tally {
        self.health
    }

    /// Grows with everything that changes in it: rows, columns, freshness.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// The bytes that it holds, rows with all that they point to; what rows share counts once. Takes a pass over all rows.
    pub fn bytes(&self) -> usize {
        let mut sum = self.slab.bytes() + self.order.bytes();
        let mut seen = FxHashSet::default();
        // A shared string or set has two counters before it.
        let mut shared = |at: *const u8, len: usize| {
            if seen.insert(at) { len + 2 * size_of::<usize>() } else { 0 }
        };
        for row in self.rows() {
            sum += size_of_val(&*row.cells) + size_of_val(&*row.links);
            sum += shared(row.labels.as_ptr().cast(), size_of_val(&*row.labels));
            let mut text = |text: &Str| sum += shared(text.as_ptr(), text.len());
            text(&row.namespace);
            text(&row.name);
            row.labels.iter().for_each(|(key, value)| {
                text(key);
                text(value);
            });
            row.cells.iter().for_each(|cell| match cell {
                Cell::Text(cell) => text(cell),
                Cell::Ports(ports) => text(ports.text()),
                _ => {}
            });
        }
        sum
    }

    pub(super) fn row(&self, slot: Slot) -> Option<&Row> {
        self.slab.get(slot)
    }

    pub(super) fn set_freshness(&mut self, freshness: Freshness) {
        self.generation += 1;
        self.freshness = freshness;
    }

    /// Takes other columns, and drops the rows, which were made for the old ones; gives the old columns.
    pub(super) fn set_columns(&mut self, columns: Arc<[Column]>) -> Arc<[Column]> {
        self.reset(Vec::new());
        self.lapses = Lapses::new(&columns);
        mem::replace(&mut self.columns, columns)
    }

    /// Replaces all rows.
    pub(super) fn reset(&mut self, rows: Vec<Row>) {
        self.generation += 1;
        let mut slab = Slab::default();
        self.lapses.clear();
        for row in rows {
            let (slot, _) = slab.put(row);
            self.lapses.note(slot, &slab);
        }
        self.health = Tally::default();
        slab.iter().for_each(|(_, row)| self.health.add(row.health));
        let mut sorted: Vec<_> = slab.iter().collect();
        sorted.sort_by(|(_, a), (_, b)| default_order(a, b));
        self.order = Order::from_sorted(sorted.into_iter().map(|(slot, _)| slot).collect());
        drop_slab(mem::replace(&mut self.slab, slab));
    }

    /// Lets go of it, elsewhere where that takes long.
    pub(super) fn drop_aside(self) {
        drop_slab(self.slab);
    }

    /// Takes in one change; `None` where it changes nothing.
    pub(super) fn change(&mut self, change: Change) -> Option<Touched> {
        let Touched { slot, old } = self.swap(change)?;
        let by = Sorter::default();
        match (&old, self.slab.get(slot)) {
            (Some(old), Some(new)) => self.order.moved(&self.slab, slot, (old, new), by),
            (Some(old), None) => self.order.remove(&self.slab, slot, old, by),
            (None, Some(new)) => self.order.insert(&self.slab, slot, new, by),
            (None, None) => {}
        }
        Some(Touched { slot, old })
    }

    /// Lets the health of one row change whose time is over; `None` where there is no more.
    pub(super) fn lapse(&mut self, now: i64) -> Option<Touched> {
        let row = self.lapses.take(&self.slab, now)?;
        self.change(Change::Put(row))
    }

    /// When the health of a row may change by the passing of time alone.
    pub(super) fn next_lapse(&self) -> Option<i64> {
        self.lapses.next()
    }

    /// Takes in many changes; gives each changed slot once, those that hold a row in the default order.
    pub(super) fn change_many(&mut self, changes: Vec<Change>) -> Vec<Touched> {
        let mut seen = Bits::default();
        let mut touched = Vec::with_capacity(changes.len());
        for change in changes {
            let Some(change) = self.swap(change) else { continue };
            if !seen.has(change.slot) {
                seen.set(change.slot, true);
                touched.push(change);
            }
        }
        let slab = &self.slab;
        // Batches mostly come in order, and this sort makes use of it.
        touched.sort_by(|a, b| match (slab.get(a.slot), slab.get(b.slot)) {
            (Some(a), Some(b)) => default_order(a, b),
            (a, b) => b.is_some().cmp(&a.is_some()),
        });
        let (mut gone, mut any_gone) = (Bits::default(), false);
        let mut incoming = Vec::new();
        for Touched { slot, old } in &touched {
            let new = slab.get(*slot);
            if let (Some(old), Some(new)) = (old, new)
                && default_order(old, new).is_eq()
            {
                continue;
            }
            if old.is_some() {
                gone.set(*slot, true);
                any_gone = true;
            }
            if new.is_some() {
                incoming.push(*slot);
            }
        }
        if any_gone {
            self.order.take_out(&gone);
        }
        self.order.merge(slab, &incoming, Sorter::default());
        touched
    }

    /// Takes in a change, the order aside.
    fn swap(&mut self, change: Change) -> Option<Touched> {
        let (slot, old) = match change {
            Change::Put(row) => {
                self.health.add(row.health);
                let (slot, old) = self.slab.put(row);
                self.lapses.note(slot, &self.slab);
                (slot, old)
            }
            Change::Remove(uid) => {
                let (slot, old) = self.slab.remove(uid)?;
                (slot, Some(old))
            }
        };
        self.generation += 1;
        if let Some(old) = &old {
            self.health.remove(old.health);
        }
        Some(Touched { slot, old })
    }
}

fn drop_slab(slab: Slab) {
    if threads::worth_it(slab.len()) {
        threads::drop_aside(slab);
    }
}
