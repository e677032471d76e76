//! In which order rows stand.

use std::cmp::Ordering;
use std::ops::Range;

use crate::kinds::Value;

use super::key::Key;
use super::natural::{self, Natural};
use super::row::Row;
use super::slab::{Slab, Slot};
use super::threads;

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

    /// Sorts slots that are in the default order.
    pub fn sort(self, slab: &Slab, slots: Vec<Slot>) -> Vec<Slot> {
        match self.0 {
            None => slots,
            Some((value, descending)) => Bulk { slab, value, descending, slots: &slots }.sorted(),
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

/// Many rows sorted at once, by numbers that are gathered beforehand: comparing rows themselves would wait for memory at every step.
struct Bulk<'a> {
    slab: &'a Slab,
    value: Value,
    descending: bool,
    slots: &'a [Slot],
}

/// What one row sorts by: compared field by field.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Item {
    class: u8,
    /// A number, or the next 16 natural bytes of a text.
    key: u128,
    /// Its position in the default order, which decides among equals.
    at: u32,
    /// Whether the text goes on behind `key`.
    more: bool,
}

impl Bulk<'_> {
    fn sorted(&self) -> Vec<Slot> {
        let gather =
            |range: Range<usize>| range.map(|at| self.item(at as u32, 0)).collect::<Vec<_>>();
        let mut items = threads::over(self.slots.len(), 1, gather).concat();
        let middle = items.len() / 2;
        if threads::worth_it(items.len()) {
            items.select_nth_unstable(middle);
            let (low, high) = items.split_at_mut(middle);
            threads::both(|| low.sort_unstable(), || high.sort_unstable());
            // Texts that begin alike stay together.
            let edge = items[middle];
            let same = |item: &Item| (item.class, item.key) == (edge.class, edge.key);
            let end = middle + items[middle..].iter().take_while(|item| same(item)).count();
            let (low, high) = items.split_at_mut(end);
            threads::both(|| self.settle(low, 1), || self.settle(high, 1));
        } else {
            items.sort_unstable();
            self.settle(&mut items, 1);
        }
        items.iter().map(|item| self.slots[item.at as usize]).collect()
    }

    fn key(&self, at: u32) -> Key<'_> {
        self.slab.get(self.slots[at as usize]).map_or(Key::Blank, |row| Key::of(self.value, row))
    }

    fn item(&self, at: u32, depth: usize) -> Item {
        let key = self.key(at);
        let (mut number, more) = match key {
            Key::Number(n) | Key::Address(n) => (n, false),
            Key::Blank => (0, false),
            Key::Text(text) => {
                let mut natural = Natural::new(text);
                for _ in 0..depth {
                    natural.chunk();
                }
                (natural.chunk(), natural.has_more())
            }
        };
        let mut class = key.class();
        if self.descending && key != Key::Blank {
            number = !number;
            class = Key::Blank.class() - 1 - class;
        }
        Item { class, key: number, at, more }
    }

    /// Sorts the texts that are equal in their first `depth` chunks by what follows.
    fn settle(&self, items: &mut [Item], depth: usize) {
        for run in items.chunk_by_mut(|a, b| (a.class, a.key) == (b.class, b.key)) {
            if run.len() < 2 || !run.iter().any(|item| item.more) || self.all_one(run) {
                continue;
            }
            for item in run.iter_mut() {
                *item = self.item(item.at, depth);
            }
            run.sort_unstable();
            self.settle(run, depth + 1);
        }
    }

    /// Whether all of them share one string.
    fn all_one(&self, run: &[Item]) -> bool {
        let text = |item: &Item| match self.key(item.at) {
            Key::Text(text) => Some(text.as_ptr()),
            _ => None,
        };
        let first = text(&run[0]);
        run.iter().all(|item| text(item) == first)
    }
}
