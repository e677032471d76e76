//! Everything that a Source has, listed anew: taken in by portions, between which keys are heard. What is gone goes last, so that no row is missed
//! meanwhile.

use std::collections::VecDeque;

use rustc_hash::FxHashSet;

use crate::store::{Change, Delta, SourceId, Store, Table, Uid};

use super::App;

#[cfg(test)]
mod tests;

/// How many rows are taken at a time: a few milliseconds' worth.
const PORTION: usize = 1_000;

/// What was said of Sources and is not taken in yet, in the order in which it was said.
#[derive(Default)]
pub(super) struct Relists(VecDeque<(SourceId, Delta)>);

impl Relists {
    /// Whether nothing waits.
    pub fn is_over(&self) -> bool {
        self.0.is_empty()
    }

    /// Keeps what is too much at once, and what comes after that; gives back what may be taken in now.
    pub fn hear(&mut self, id: SourceId, delta: Delta) -> Option<Delta> {
        if is_much(&delta) || self.0.iter().any(|(waiting, _)| *waiting == id) {
            self.0.push_back((id, delta));
            return None;
        }
        Some(delta)
    }

    /// The next that is to be taken in.
    pub fn next(&mut self, store: &Store) -> Option<(SourceId, Delta)> {
        let (id, delta) = self.0.pop_front()?;
        let rows = match delta {
            Delta::Reset(rows) if rows.len() > PORTION => rows,
            delta => return Some((id, delta)),
        };
        let now: FxHashSet<Uid> = rows.iter().map(|row| row.uid).collect();
        let before = store.table(id).into_iter().flat_map(Table::rows);
        let gone: Vec<Uid> = before.map(|row| row.uid).filter(|uid| !now.contains(uid)).collect();
        let gone =
            gone.chunks(PORTION).map(|uids| uids.iter().copied().map(Change::Remove).collect());
        let mut rows = rows.into_iter().map(Change::Put);
        let puts = std::iter::from_fn(|| {
            let portion: Vec<Change> = rows.by_ref().take(PORTION).collect();
            (!portion.is_empty()).then_some(portion)
        });
        let portions: Vec<Vec<Change>> = puts.chain(gone).collect();
        for portion in portions.into_iter().rev() {
            self.0.push_front((id, Delta::Batch(portion)));
        }
        self.0.pop_front()
    }
}

fn is_much(delta: &Delta) -> bool {
    matches!(delta, Delta::Reset(rows) if rows.len() > PORTION)
}

impl App {
    /// A watch says something.
    pub(super) fn delta(&mut self, id: SourceId, delta: Delta) {
        if let Some(delta) = self.relists.hear(id, delta) {
            self.take_in(id, delta);
        }
    }

    /// Takes in a portion of what waits; whether something did.
    pub(super) fn relist_on(&mut self) -> bool {
        let next = self.relists.next(&self.store);
        if let Some((id, delta)) = next {
            self.take_in(id, delta);
            return true;
        }
        false
    }
}
