//! In which order rows stand.

use std::cmp::Ordering;
use std::ops::Range;

use crate::kinds::Value;

use super::ahead;
use super::key::Key;
use super::natural::{self, Natural, Rest};
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

/// What one row sorts by, among rows of its class.
#[derive(Clone, Copy)]
struct Item {
    /// A number, or the next 16 natural bytes of a text; turned round where the largest come first.
    key: [u64; 2],
    /// Its position in the default order.
    at: u32,
    /// Where its text goes on behind `key`.
    rest: Rest,
}

/// What rows sort by.
#[derive(Default)]
struct Gathered<'a> {
    /// Rows by class; each in the default order at first, which stable sorting keeps among equals.
    classes: [Vec<Item>; Key::CLASSES],
    /// By position the texts that go on behind their keys; nothing for what has none behind it.
    texts: Vec<&'a str>,
}

/// Texts that go on, and whether they are sorted the other way round.
struct Texts<'a> {
    all: Vec<&'a str>,
    descending: bool,
}

/// Of how many rows the middle is taken for that of all.
const SAMPLE: usize = 64;

impl Item {
    fn key(&self) -> u128 {
        u128::from(self.key[0]) << 64 | u128::from(self.key[1])
    }

    fn set_key(&mut self, key: u128, descending: bool) {
        let key = if descending { !key } else { key };
        self.key = [(key >> 64) as u64, key as u64];
    }

    /// Gives it the next piece of its text for a key.
    fn read_on(&mut self, text: &str, descending: bool) {
        let mut natural = Natural::resume(text, self.rest);
        self.set_key(natural.chunk(), descending);
        self.rest = natural.rest();
    }
}

impl<'a> Bulk<'a> {
    fn sorted(&self) -> Vec<Slot> {
        let parts = threads::over(self.slots.len(), 1, |range| self.gathered(range));
        let mut all = parts.into_iter().reduce(Gathered::join).unwrap_or_default();
        let texts = Texts { all: std::mem::take(&mut all.texts), descending: self.descending };
        let classes = all.classes.len();
        // What is blank stays as it is, and last in both directions.
        let ordered = &mut all.classes[..classes - 1];
        ordered.iter_mut().for_each(|class| texts.sort(class));
        if self.descending {
            ordered.reverse();
        }
        all.classes.iter().flatten().map(|item| self.slots[item.at as usize]).collect()
    }

    fn gathered(&self, range: Range<usize>) -> Gathered<'a> {
        let mut all = Gathered::default();
        let first = range.start as u32;
        let value = self.value;
        let rows = ahead::rows(self.slab, &self.slots[range], move |row| ahead::value(value, row));
        for (at, row) in rows.enumerate() {
            let key = row.map_or(Key::Blank, |row| Key::of(self.value, row));
            let mut item = Item { key: [0; 2], at: first + at as u32, rest: Rest::END };
            match key {
                Key::Number(n) | Key::Address(n) => item.set_key(n, self.descending),
                Key::Text(text) => {
                    item.rest = Rest::START;
                    item.read_on(text, self.descending);
                    if item.rest != Rest::END {
                        all.texts.resize(at, "");
                        all.texts.push(text);
                    }
                }
                Key::Blank => {}
            }
            all.classes[usize::from(key.class())].push(item);
        }
        all
    }
}

impl Gathered<'_> {
    fn len(&self) -> usize {
        self.classes.iter().map(Vec::len).sum()
    }

    /// What follows the one in the default order is added to it.
    fn join(mut self, next: Self) -> Self {
        let len = self.len();
        if !next.texts.is_empty() {
            self.texts.resize(len, "");
            self.texts.extend(next.texts);
        }
        for (class, next) in self.classes.iter_mut().zip(next.classes) {
            class.extend(next);
        }
        self
    }
}

impl Texts<'_> {
    /// Sorts the items of one class, on two threads where they are many.
    fn sort(&self, items: &mut Vec<Item>) {
        if !threads::worth_it(items.len()) {
            return self.settle(items);
        }
        let step = items.len() / SAMPLE;
        let mut sample: Vec<u128> = items.iter().step_by(step).map(Item::key).collect();
        sample.sort_unstable();
        let middle = sample[sample.len() / 2];
        // Texts that begin alike stay together.
        let (mut low, mut high): (Vec<Item>, Vec<Item>) =
            items.iter().partition(|item| item.key() < middle);
        threads::both(|| self.settle(&mut low), || self.settle(&mut high));
        low.append(&mut high);
        *items = low;
    }

    /// Sorts items, and those that are equal by what their texts go on with.
    fn settle(&self, items: &mut [Item]) {
        items.sort_by_key(Item::key);
        for run in items.chunk_by_mut(|a, b| a.key == b.key) {
            if run.len() < 2 || run.iter().all(|item| item.rest == Rest::END) || self.all_one(run) {
                continue;
            }
            if run.iter().any(|item| item.rest == Rest::FAR) {
                run.sort_by(|a, b| self.compared(a, b));
                continue;
            }
            for item in run.iter_mut() {
                item.read_on(self.text(item), self.descending);
            }
            self.settle(run);
        }
    }

    fn compared(&self, a: &Item, b: &Item) -> Ordering {
        let ordering = natural::cmp(self.text(a), self.text(b));
        if self.descending { ordering.reverse() } else { ordering }
    }

    /// The text of an item that goes on behind its first key.
    fn text(&self, item: &Item) -> &str {
        self.all.get(item.at as usize).copied().unwrap_or_default()
    }

    /// Whether all of them share one string.
    fn all_one(&self, run: &[Item]) -> bool {
        let first = self.text(&run[0]).as_ptr();
        run.iter().all(|item| self.text(item).as_ptr() == first)
    }
}
