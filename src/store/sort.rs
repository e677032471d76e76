//! In which order rows stand.

use std::cmp::Ordering;
use std::hint::black_box;
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
    /// Rows by class, those below the middle and the others; each in the default order at first, which stable sorting keeps among equals.
    classes: [[Vec<Item>; 2]; Key::CLASSES],
    /// By position the texts that go on behind their keys; nothing for what has none behind it.
    texts: Vec<&'a str>,
    /// How many rows these are.
    len: usize,
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
        let middle = self.middle();
        let parts = threads::over(self.slots.len(), 1, |range| self.gathered(range, middle));
        let mut all = parts.into_iter().reduce(Gathered::join).unwrap_or_default();
        let texts = Texts { all: all.texts, descending: self.descending };
        let classes = all.classes.len();
        // What is blank stays as it is, and last in both directions.
        let ordered = &mut all.classes[..classes - 1];
        for [low, high] in &mut *ordered {
            if threads::worth_it(low.len() + high.len()) {
                threads::both(|| texts.settle(low), || texts.settle(high));
            } else {
                texts.settle(low);
                texts.settle(high);
            }
        }
        if self.descending {
            ordered.reverse();
        }
        let mut slots = Vec::with_capacity(self.slots.len());
        for items in all.classes.iter().flatten() {
            slots.extend(items.iter().map(|item| self.slots[item.at as usize]));
        }
        slots
    }

    /// What about half of the rows sort below. Texts that begin alike stay on one side of it.
    fn middle(&self) -> u128 {
        if !threads::worth_it(self.slots.len()) {
            return 0;
        }
        let sample = (0..self.slots.len()).step_by(self.slots.len() / SAMPLE);
        let rows = sample.filter_map(|at| self.slab.get(self.slots[at]));
        let keys = rows.map(|row| Key::of(self.value, row)).filter(|key| *key != Key::Blank);
        let mut keys: Vec<u128> = keys.map(|key| self.item(0, key).key()).collect();
        keys.sort_unstable();
        keys.get(keys.len() / 2).copied().unwrap_or_default()
    }

    fn item(&self, at: u32, key: Key<'_>) -> Item {
        let mut item = Item { key: [0; 2], at, rest: Rest::END };
        match key {
            Key::Number(n) | Key::Address(n) => item.set_key(n, self.descending),
            Key::Text(text) => {
                item.rest = Rest::START;
                item.read_on(text, self.descending);
            }
            Key::Blank => {}
        }
        item
    }

    fn gathered(&self, range: Range<usize>, middle: u128) -> Gathered<'a> {
        let mut all = Gathered { len: range.len(), ..Gathered::default() };
        let (first, half) = (range.start as u32, range.len() / 2);
        let value = self.value;
        let rows = ahead::rows(self.slab, &self.slots[range], move |row| ahead::value(value, row));
        for (at, row) in rows.enumerate() {
            let key = row.map_or(Key::Blank, |row| Key::of(value, row));
            let item = self.item(first + at as u32, key);
            if let Key::Text(text) = key
                && item.rest != Rest::END
            {
                all.texts.resize(at, "");
                all.texts.push(text);
            }
            let side = usize::from(item.key() >= middle);
            let items = &mut all.classes[usize::from(key.class())][side];
            if items.is_empty() {
                items.reserve(half);
            }
            items.push(item);
        }
        all
    }
}

impl Gathered<'_> {
    /// What follows the one in the default order is added to it.
    fn join(mut self, next: Self) -> Self {
        if !next.texts.is_empty() {
            self.texts.resize(self.len, "");
            self.texts.extend(next.texts);
        }
        for (items, next) in
            self.classes.iter_mut().flatten().zip(next.classes.into_iter().flatten())
        {
            items.extend(next);
        }
        self.len += next.len;
        self
    }
}

impl Texts<'_> {
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
            // Texts lie far apart too.
            black_box(run.iter().fold(0, |sum, item| sum ^ item.rest.touch(self.text(item))));
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
