//! Full blocks of entries: in memory, on their way to the file, or there.

use std::sync::Arc;

use super::entries::Entries;
use super::packed::Packed;
use super::spill::{Disk, Slot};

/// A full block.
#[derive(Clone, Debug)]
pub(super) struct Block {
    /// The number of its first entry.
    pub first: u64,
    pub count: u32,
    /// When its first entry was written.
    pub time: i64,
    pub place: Place,
}

/// Where a block is.
#[derive(Clone, Debug)]
pub(super) enum Place {
    Memory(Packed),
    /// In memory until it is written.
    Going(Packed, Slot),
    Disk(Slot),
    /// Where it was in the file, which could not be read.
    Lost(Slot),
}

impl Block {
    /// How many bytes of memory it takes.
    pub fn bytes(&self) -> usize {
        match &self.place {
            Place::Memory(packed) | Place::Going(packed, _) => packed.bytes().len(),
            Place::Disk(_) | Place::Lost(_) => 0,
        }
    }

    pub fn unpack(&self, disk: Option<&dyn Disk>) -> Option<Entries> {
        match &self.place {
            Place::Memory(packed) | Place::Going(packed, _) => Some(packed.unpack()),
            Place::Disk(slot) => slot.read(disk?).map(|packed| packed.unpack()),
            Place::Lost(_) => None,
        }
    }

    pub fn end(&self) -> u64 {
        self.first + u64::from(self.count)
    }
}

/// What was there of a [`Buffer`](super::Buffer) at a time.
#[derive(Clone, Debug)]
pub struct Snapshot {
    pub(super) blocks: Vec<Block>,
    pub(super) open: Entries,
    pub(super) first_open: u64,
    pub(super) disk: Option<Arc<dyn Disk>>,
}

impl Snapshot {
    /// Its blocks in order, each with the number of its first entry; how many entries are missing instead where one was written over meanwhile.
    pub fn blocks(&self) -> impl DoubleEndedIterator<Item = (u64, Result<Entries, u64>)> {
        let full = self.blocks.iter().map(|block| {
            let entries = block.unpack(self.disk.as_deref());
            (block.first, entries.ok_or(u64::from(block.count)))
        });
        full.chain(std::iter::once_with(|| (self.first_open, Ok(self.open.clone()))))
    }
}
