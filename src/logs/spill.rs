//! The file to which blocks go that memory has no room for: who writes it, and where in it which block stands.

use std::fmt::Debug;
use std::hash::Hasher as _;
use std::sync::Arc;

use super::packed::Packed;

/// A file for bytes. Nobody waits for it to be written.
pub trait Disk: Debug + Send + Sync {
    /// Takes bytes to be written there, in the order in which they are given.
    ///
    /// # Errors
    /// [`Refused`]; then nothing is written.
    fn write(&self, offset: u64, bytes: Arc<[u8]>) -> Result<(), Refused>;
    /// How many of the writes that were taken are done.
    fn written(&self) -> u64;
    /// Reads what stands there; whether it could be read. May take as long as the disk takes.
    fn read(&self, offset: u64, bytes: &mut [u8]) -> bool;
}

/// Who makes such files.
pub trait Disks: Debug + Send + Sync {
    /// A new file that is gone when nobody has it any more, whatever becomes of kx; `None` where there can be none.
    fn open(&self) -> Option<Arc<dyn Disk>>;
}

/// Why bytes do not go into a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Many wait to be written: later.
    Busy,
    /// There is no file, or it cannot be written.
    Broken,
}

/// Where a block stands in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slot {
    offset: u64,
    length: u32,
    /// How many of its bytes say what its entries are.
    entries: u32,
    /// What its bytes must sum up to: those of a block that was written over do not.
    sum: u64,
    /// Which block it is, as they are given to be written.
    number: u64,
}

/// A file of blocks, used round and round: beyond its limit the oldest are written over.
#[derive(Debug)]
pub(super) struct Spill {
    disks: Option<Arc<dyn Disks>>,
    limit: u64,
    disk: Option<Arc<dyn Disk>>,
    /// Where the next block goes.
    head: u64,
    given: u64,
}

impl Spill {
    /// A file that is made when it is needed, of at most `limit` bytes; none where that is 0.
    pub fn new(disks: Option<Arc<dyn Disks>>, limit: u64) -> Self {
        Self { disks, limit, disk: None, head: 0, given: 0 }
    }

    /// Gives a block to be written. What stood there before is lost: `overwrites` is told which bytes of the file.
    pub fn give(
        &mut self,
        block: &Packed,
        mut overwrites: impl FnMut(u64, u64),
    ) -> Result<Slot, Refused> {
        let length = block.bytes().len() as u64;
        if length > self.limit {
            return Err(Refused::Broken);
        }
        if self.disk.is_none() {
            // Where none can be made, another attempt would fail too.
            self.disk = self.disks.take().and_then(|disks| disks.open());
        }
        let disk = self.disk.as_ref().ok_or(Refused::Broken)?;
        let wraps = self.head + length > self.limit;
        let offset = if wraps { 0 } else { self.head };
        disk.write(offset, Arc::clone(block.bytes()))?;
        if wraps {
            overwrites(self.head, u64::MAX);
        }
        overwrites(offset, offset + length);
        let slot = Slot {
            offset,
            length: u32::try_from(length).unwrap_or(u32::MAX),
            entries: u32::try_from(block.entries()).unwrap_or(u32::MAX),
            sum: sum(block.bytes()),
            number: self.given,
        };
        self.head = offset + length;
        self.given += 1;
        Ok(slot)
    }

    /// How many of the blocks that were given are written, so that they need not be kept.
    pub fn written(&self) -> u64 {
        self.disk.as_ref().map_or(0, |disk| disk.written())
    }

    /// The file, for reading.
    pub fn disk(&self) -> Option<&Arc<dyn Disk>> {
        self.disk.as_ref()
    }
}

impl Slot {
    /// Whether it is written, where so many blocks are.
    pub fn is_written(&self, written: u64) -> bool {
        self.number < written
    }

    /// Whether any of these bytes of the file are the block's.
    pub fn is_within(&self, from: u64, until: u64) -> bool {
        self.offset < until && self.offset + u64::from(self.length) > from
    }

    /// Reads the block; `None` where it was written over, or cannot be read.
    pub fn read(&self, disk: &dyn Disk) -> Option<Packed> {
        let mut bytes = vec![0; self.length as usize];
        let is_there = disk.read(self.offset, &mut bytes) && sum(&bytes) == self.sum;
        is_there.then(|| Packed::from_parts(bytes.into(), self.entries as usize))
    }
}

fn sum(bytes: &[u8]) -> u64 {
    let mut hasher = rustc_hash::FxHasher::default();
    hasher.write(bytes);
    hasher.finish()
}
