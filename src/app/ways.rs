//! The rows of what was scaled say the way there until it is gone: `3 → 5, 4 ready`.

use std::collections::HashMap;

use crate::change::Report;
use crate::kinds::Cell;
use crate::store::{Change, Delta, Row, Uid};

use super::App;

/// The most ways that are remembered; of more, nobody sees the rows.
const MOST: usize = 10_000;

/// From how many replicas to how many, by the object.
#[derive(Debug, Default)]
pub(super) struct Ways(HashMap<Uid, (i64, i64)>);

/// How many replicas are ready, and of how many, where a row says so.
fn ready(row: &Row) -> Option<(i64, i64)> {
    row.cells.iter().find_map(|cell| match cell {
        Cell::Ratio(ready, of) => Some((i64::from(*ready), i64::from(*of))),
        _ => None,
    })
}

/// Whether a row is where its way leads, or on another.
fn is_over(row: &Row, (from, to): (i64, i64)) -> bool {
    // What the watch has may still be as it was before.
    ready(row).is_none_or(|(ready, of)| (ready, of) == (to, to) || (of != from && of != to))
}

impl Ways {
    /// Forgets the ways that are gone by what a watch says.
    pub(super) fn hear(&mut self, delta: &Delta) {
        if self.0.is_empty() {
            return;
        }
        match delta {
            Delta::Reset(rows) => rows.iter().for_each(|row| self.seen(row)),
            Delta::Batch(changes) => changes.iter().for_each(|change| match change {
                Change::Put(row) => self.seen(row),
                Change::Remove(uid) => drop(self.0.remove(uid)),
            }),
            Delta::Columns(_) | Delta::State(_) => {}
        }
    }

    fn seen(&mut self, row: &Row) {
        if self.0.get(&row.uid).is_some_and(|way| is_over(row, *way)) {
            self.0.remove(&row.uid);
        }
    }
}

impl App {
    /// Something was scaled.
    pub(super) fn scaled(&mut self, report: &Report) {
        let Some((uid, from, to)) = report.scaled() else { return };
        let view = self.browse().and_then(|browse| browse.view(&self.store));
        let row = view.and_then(|view| view.table().get(uid));
        if row.is_some_and(|row| is_over(row, (from, to))) || self.ways.0.len() >= MOST {
            self.ways.0.remove(&uid);
        } else {
            self.ways.0.insert(uid, (from, to));
        }
    }

    /// The way that a row is on by its scaling, `3 → 5, 4 ready`.
    pub fn way(&self, row: &Row) -> Option<String> {
        let (from, to) = *self.ways.0.get(&row.uid)?;
        let (ready, _) = ready(row)?;
        (!is_over(row, (from, to))).then(|| format!("{from} → {to}, {ready} ready"))
    }
}
