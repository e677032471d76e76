//! Rows read in their order, each fetched a while before its turn: they lie far apart in memory, and to wait for several takes as long as for one.

use std::hint::black_box;

use crate::kinds::{Cell, Value};

use super::row::{Row, Str};
use super::slab::{Slab, Slot};

/// How many rows are fetched at a time; they and what they point to fit into the nearest cache.
const BLOCK: usize = 16;

/// The rows at these slots. `touch` reads a bit of what is read of each row soon; it should do no more than that.
pub(super) fn rows<'a>(
    slab: &'a Slab,
    slots: &'a [Slot],
    touch: impl Fn(&Row) -> u8 + 'a,
) -> impl Iterator<Item = Option<&'a Row>> {
    slots.chunks(BLOCK).flat_map(move |block| {
        let mut rows = [None; BLOCK];
        for (row, slot) in rows.iter_mut().zip(block) {
            *row = slab.get(*slot);
        }
        // That nothing is made of the sum must not lead to nothing being read.
        black_box(rows.iter().flatten().fold(0, |sum, row| sum ^ touch(row)));
        rows.into_iter().take(block.len())
    })
}

/// Reads a bit of a value.
pub(super) fn value(value: Value, row: &Row) -> u8 {
    match value {
        Value::Name => text(&row.name),
        Value::Namespace => text(&row.namespace),
        Value::Age => 0,
        Value::Cell(i) => row.cells.get(usize::from(i)).map_or(0, cell),
    }
}

/// Reads a bit of every text of a row.
pub(super) fn texts(row: &Row) -> u8 {
    row.cells.iter().fold(text(&row.name), |sum, c| sum ^ cell(c))
}

fn cell(cell: &Cell) -> u8 {
    match cell {
        Cell::Text(it) | Cell::Quantity(it) => text(it),
        _ => 0,
    }
}

fn text(text: &Str) -> u8 {
    text.as_bytes().first().copied().unwrap_or_default()
}
