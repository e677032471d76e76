//! The rows of one Source.

use std::sync::Arc;

use crate::kinds::Column;

use super::row::{Row, Uid};
use super::slab::{Slab, Slot};
use super::source::Freshness;
use super::tally::Tally;

/// The rows of one Source, as its last Delta left them.
pub struct Table {
    pub(super) columns: Arc<[Column]>,
    pub(super) slab: Slab,
    pub(super) freshness: Freshness,
    pub(super) health: Tally,
    pub(super) generation: u64,
}

impl Table {
    pub(super) fn new(columns: Arc<[Column]>) -> Self {
        Self {
            columns,
            slab: Slab::default(),
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

    /// All rows, in no order that means anything.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.slab.iter().map(|(_, row)| row)
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

    pub(super) fn row(&self, slot: Slot) -> Option<&Row> {
        self.slab.get(slot)
    }
}
