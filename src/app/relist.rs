//! Everything that a Source has, listed anew: taken in by portions, between which keys are heard. What is gone goes last, so that no row is missed
//! meanwhile.

use std::collections::VecDeque;

use rustc_hash::FxHashSet;

use crate::store::{Change, Delta, Row, SourceId, Store, Table, Uid};

use super::App;

#[cfg(test)]
mod tests;

/// How many rows are taken at a time: a few milliseconds' worth.
const PORTION: usize = 1_000;

/// What was said of Sources and is not taken in yet, in the order in which it was said.
#[derive(Default)]
pub(super) struct Relists(VecDeque<(SourceId, Waiting)>);

enum Waiting {
    Said(Delta),
    /// Rows of a list.
    Rows(std::vec::IntoIter<Row>),
    /// What was there before it and is not in it.
    Gone(Vec<Uid>),
}

impl Relists {
    /// Whether nothing waits.
    pub fn is_over(&self) -> bool {
        self.0.is_empty()
    }

    /// Keeps what is too much at once, and what comes after that; gives back what may be taken in now.
    pub fn hear(&mut self, id: SourceId, delta: Delta) -> Option<Delta> {
        if is_much(&delta) || self.0.iter().any(|(waiting, _)| *waiting == id) {
            self.0.push_back((id, Waiting::Said(delta)));
            return None;
        }
        Some(delta)
    }

    /// The next that is to be taken in.
    pub fn next(&mut self, store: &Store) -> Option<(SourceId, Delta)> {
        let (id, waiting) = self.0.pop_front()?;
        match waiting {
            Waiting::Said(Delta::Reset(rows)) if rows.len() > PORTION => {
                let now: FxHashSet<Uid> = rows.iter().map(|row| row.uid).collect();
                let before = store.table(id).into_iter().flat_map(Table::rows).map(|row| row.uid);
                let gone = before.filter(|uid| !now.contains(uid)).collect();
                self.0.push_front((id, Waiting::Gone(gone)));
                self.0.push_front((id, Waiting::Rows(rows.into_iter())));
                self.next(store)
            }
            Waiting::Said(delta) => Some((id, delta)),
            Waiting::Rows(mut rows) => {
                let portion = rows.by_ref().take(PORTION).map(Change::Put).collect();
                if rows.len() > 0 {
                    self.0.push_front((id, Waiting::Rows(rows)));
                }
                Some((id, Delta::Batch(portion)))
            }
            Waiting::Gone(mut gone) => {
                let portion = gone.split_off(gone.len().saturating_sub(PORTION));
                if !gone.is_empty() {
                    self.0.push_front((id, Waiting::Gone(gone)));
                }
                Some((id, Delta::Batch(portion.into_iter().map(Change::Remove).collect())))
            }
        }
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
