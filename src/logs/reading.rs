//! Blocks of the file that somebody wants to look at. They are read elsewhere: nobody here waits for a disk.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::entries::Entries;
use super::spill::{Disk, Slot};

/// How many blocks are kept unpacked: those that were looked at last.
const OPEN: usize = 48;
/// How many blocks are read together at most.
pub(super) const TOGETHER: usize = 16;

/// Why an entry cannot be looked at now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// It was let go, or cannot be read any more.
    Gone,
    /// It is in the file, and will be there once that is read.
    Coming,
}

/// Blocks to be read from the file. Two are the same where they are one.
#[derive(Debug)]
pub struct Reading {
    disk: Option<Arc<dyn Disk>>,
    /// The number of the first entry of each, and where it stands.
    blocks: Vec<(u64, Slot)>,
    stopped: AtomicBool,
}

impl PartialEq for Reading {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

/// A block as it was read: the number of its first entry, and its entries; none where it cannot be read.
#[derive(Clone, Debug)]
pub struct ReadBlock {
    pub(super) first: u64,
    pub(super) entries: Option<Entries>,
}

impl Reading {
    pub(super) fn new(disk: Option<Arc<dyn Disk>>, blocks: Vec<(u64, Slot)>) -> Self {
        Self { disk, blocks, stopped: AtomicBool::new(false) }
    }

    /// Reads the blocks; may take as long as the disk takes. Where they are not wanted any more meanwhile, only those that were read until then.
    pub fn read(&self) -> Vec<ReadBlock> {
        let mut read = Vec::with_capacity(self.blocks.len());
        for (first, slot) in &self.blocks {
            // One of them is always read: whoever asks anew comes further.
            if !read.is_empty() && self.stopped.load(Ordering::Relaxed) {
                break;
            }
            let packed = self.disk.as_ref().and_then(|disk| slot.read(disk.as_ref()));
            read.push(ReadBlock { first: *first, entries: packed.map(|packed| packed.unpack()) });
        }
        read
    }

    /// What is wanted now is something else.
    pub(super) fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    pub(super) fn has(&self, first: u64) -> bool {
        self.blocks.iter().any(|(known, _)| *known == first)
    }
}

/// Blocks that are unpacked, the one looked at last at the end, by the number of their first entry.
#[derive(Debug, Default)]
pub(super) struct Unpacked(VecDeque<(u64, Entries)>);

impl Unpacked {
    /// Whether this block is among them; then it is looked at.
    pub fn look_at(&mut self, first: u64) -> bool {
        let at = self.0.iter().position(|(known, _)| *known == first);
        if let Some(seen) = at.and_then(|at| self.0.remove(at)) {
            self.0.push_back(seen);
        }
        at.is_some()
    }

    /// Whether this block is among them.
    pub fn has(&self, first: u64) -> bool {
        self.0.iter().any(|(known, _)| *known == first)
    }

    /// The one looked at last.
    pub fn last(&self) -> Option<&(u64, Entries)> {
        self.0.back()
    }

    /// Takes one in, in the place of the one that nobody has looked at for longest.
    pub fn put(&mut self, first: u64, entries: Entries) {
        self.0.retain(|(known, _)| *known != first);
        if self.0.len() >= OPEN {
            self.0.pop_front();
        }
        self.0.push_back((first, entries));
    }
}
