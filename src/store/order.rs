//! A sorted sequence of slots, kept sorted by small steps.

use std::cmp::Ordering;

use super::bits::Bits;
use super::row::Row;
use super::slab::{Slab, Slot};
use super::sort::Sorter;

/// Slots in the order of their rows.
#[derive(Default)]
pub(super) struct Order(Vec<Slot>);

fn cmp_at(slab: &Slab, slot: Slot, row: &Row, by: Sorter) -> Ordering {
    slab.get(slot).map_or(Ordering::Less, |other| by.cmp(other, row))
}

impl Order {
    /// Takes slots that are sorted already.
    pub fn from_sorted(slots: Vec<Slot>) -> Self {
        Self(slots)
    }

    pub fn slots(&self) -> &[Slot] {
        &self.0
    }

    /// Where a slot stands, or where it would; `row` is what it was sorted by. Every other slot must hold the row that it was sorted by;
    /// this one may hold another already.
    pub fn position(&self, slab: &Slab, slot: Slot, row: &Row, by: Sorter) -> Result<usize, usize> {
        self.0.binary_search_by(|other| {
            if *other == slot { Ordering::Equal } else { cmp_at(slab, *other, row, by) }
        })
    }

    pub fn insert(&mut self, slab: &Slab, slot: Slot, row: &Row, by: Sorter) {
        if let Err(at) = self.position(slab, slot, row, by) {
            self.0.insert(at, slot);
        }
    }

    pub fn remove(&mut self, slab: &Slab, slot: Slot, old: &Row, by: Sorter) {
        if let Ok(at) = self.position(slab, slot, old, by) {
            self.0.remove(at);
        }
    }

    /// Moves a slot whose row changed; only what lies between its two positions is shifted.
    pub fn moved(&mut self, slab: &Slab, slot: Slot, (old, new): (&Row, &Row), by: Sorter) {
        if by.cmp(old, new) == Ordering::Equal {
            return;
        }
        let Ok(at) = self.position(slab, slot, old, by) else { return };
        let before = |other: &Slot| cmp_at(slab, *other, new, by) == Ordering::Less;
        let to = self.0[..at].partition_point(before);
        if to < at {
            self.0[to..=at].rotate_right(1);
        } else {
            let to = at + self.0[at + 1..].partition_point(before);
            self.0[at..=to].rotate_left(1);
        }
    }

    /// Takes out the slots of a set, whatever their rows hold now.
    pub fn take_out(&mut self, gone: &Bits) {
        self.0.retain(|slot| !gone.has(*slot));
    }

    /// Merges slots that are sorted among themselves.
    pub fn merge(&mut self, slab: &Slab, incoming: &[Slot], by: Sorter) {
        let (Some(first), Some(last)) =
            (incoming.first().and_then(|slot| slab.get(*slot)), self.0.last())
        else {
            self.0.extend_from_slice(incoming);
            return;
        };
        // A list mostly arrives in order: then the batch goes to the end as it is.
        if cmp_at(slab, *last, first, by) == Ordering::Less {
            self.0.extend_from_slice(incoming);
            return;
        }
        let mut merged = Vec::with_capacity(self.0.len() + incoming.len());
        let mut rest = &self.0[..];
        for slot in incoming {
            let Some(row) = slab.get(*slot) else { continue };
            let until = gallop(rest, |other| cmp_at(slab, *other, row, by) == Ordering::Less);
            merged.extend_from_slice(&rest[..until]);
            merged.push(*slot);
            rest = &rest[until..];
        }
        merged.extend_from_slice(rest);
        self.0 = merged;
    }

    pub fn bytes(&self) -> usize {
        self.0.capacity() * size_of::<Slot>()
    }
}

/// The first position at which `before` does not hold; near positions are found with few comparisons.
fn gallop(slots: &[Slot], before: impl Fn(&Slot) -> bool) -> usize {
    let mut step = 1;
    while step <= slots.len() && before(&slots[step - 1]) {
        step *= 2;
    }
    let (from, to) = (step / 2, step.min(slots.len()));
    from + slots[from..to].partition_point(before)
}
