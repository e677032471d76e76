//! Rows at fixed places, found by UID.

use std::hash::BuildHasher;

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

use super::row::{Row, Uid};

/// A row's place in its table; it keeps it until the row is gone.
pub(super) type Slot = u32;

/// Places per chunk. Chunks grow the slab without moving rows and without the slack of a doubling vector.
const CHUNK: usize = 1024;

/// Rows in chunks, and an index from UID to slot of four bytes an entry.
#[derive(Default)]
pub(super) struct Slab {
    chunks: Vec<Vec<Option<Row>>>,
    free: Vec<Slot>,
    index: HashTable<Slot>,
}

fn hash(uid: Uid) -> u64 {
    FxBuildHasher.hash_one(uid)
}

impl Slab {
    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// One more than the highest slot ever used.
    pub fn slots(&self) -> usize {
        self.chunks.last().map_or(0, |last| (self.chunks.len() - 1) * CHUNK + last.len())
    }

    pub fn get(&self, slot: Slot) -> Option<&Row> {
        let slot = slot as usize;
        self.chunks.get(slot / CHUNK)?.get(slot % CHUNK)?.as_ref()
    }

    pub fn slot(&self, uid: Uid) -> Option<Slot> {
        self.index
            .find(hash(uid), |slot| self.get(*slot).is_some_and(|row| row.uid == uid))
            .copied()
    }

    /// Puts a row in its place, or in a new one; gives the place and the row that was there.
    pub fn put(&mut self, row: Row) -> (Slot, Option<Row>) {
        if let Some(slot) = self.slot(row.uid) {
            return (slot, self.place(slot).and_then(|place| place.replace(row)));
        }
        let uid = row.uid;
        let slot = if let Some(slot) = self.free.pop() {
            if let Some(place) = self.place(slot) {
                *place = Some(row);
            }
            slot
        } else {
            let slot = self.slots() as Slot;
            match self.chunks.last_mut() {
                Some(last) if last.len() < CHUNK => last.push(Some(row)),
                _ => {
                    let mut chunk = Vec::with_capacity(CHUNK);
                    chunk.push(Some(row));
                    self.chunks.push(chunk);
                }
            }
            slot
        };
        let chunks = &self.chunks;
        self.index.insert_unique(hash(uid), slot, |slot| {
            let slot = *slot as usize;
            chunks[slot / CHUNK][slot % CHUNK].as_ref().map_or(0, |row| hash(row.uid))
        });
        (slot, None)
    }

    pub fn remove(&mut self, uid: Uid) -> Option<(Slot, Row)> {
        let slot = self.slot(uid)?;
        if let Ok(entry) = self.index.find_entry(hash(uid), |found| *found == slot) {
            entry.remove();
        }
        let row = self.place(slot)?.take()?;
        self.free.push(slot);
        Some((slot, row))
    }

    /// All rows with their slots, in the order of the slots.
    pub fn iter(&self) -> impl Iterator<Item = (Slot, &Row)> {
        self.chunks
            .iter()
            .flatten()
            .zip(0..)
            .filter_map(|(place, slot)| place.as_ref().map(|row| (slot, row)))
    }

    /// The bytes that the slab itself takes, without what the rows point to.
    pub fn bytes(&self) -> usize {
        self.chunks.iter().map(|c| c.capacity() * size_of::<Option<Row>>()).sum::<usize>()
            + self.index.allocation_size()
            + self.free.capacity() * size_of::<Slot>()
    }

    fn place(&mut self, slot: Slot) -> Option<&mut Option<Row>> {
        let slot = slot as usize;
        self.chunks.get_mut(slot / CHUNK)?.get_mut(slot % CHUNK)
    }
}
