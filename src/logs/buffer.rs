//! What was read of logs, packed, in bounded memory, and beyond that in a file.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use super::block::{Block, Place, Snapshot};
use super::entries::{Entries, Entry};
use super::packed::Packed;
use super::reading::{Missing, ReadBlock, Reading, TOGETHER, Unpacked};
use super::spill::{Disks, Refused, Spill};

/// A block is packed once it has so much text, in bytes; small enough that one is unpacked within a frame many times over.
const BLOCK: usize = 64 << 10;
/// A block is packed once it has so many entries.
const MOST: usize = 4_096;

/// An entry of a [`Buffer`], by its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number; numbers go on where old entries are let go.
    pub number: u64,
    /// The entry.
    pub entry: Entry,
    /// Its text.
    pub text: Vec<u8>,
}

/// How much a [`Buffer`] may take.
#[derive(Clone, Debug)]
pub struct Room {
    /// Bytes of memory, for what is packed.
    pub memory: usize,
    /// Bytes of disk; 0 for none.
    pub disk: u64,
    /// Who makes the file.
    pub disks: Option<Arc<dyn Disks>>,
}

impl Default for Room {
    /// What a page may take where nobody said otherwise; no disk.
    fn default() -> Self {
        Self { memory: 256 << 20, disk: 0, disks: None }
    }
}

/// Everything that was read, in order, numbered from 0. Whole blocks are packed when they are full; beyond its room in memory the oldest go to a file
/// without a name, and beyond its room on disk they are let go: it is known how many entries these had.
#[derive(Debug)]
pub struct Buffer {
    /// How many bytes of memory the packed blocks may take.
    limit: usize,
    spill: Spill,
    blocks: VecDeque<Block>,
    /// How many of the blocks, from the oldest, are not to be kept in memory any more.
    given: usize,
    /// The newest entries.
    open: Entries,
    /// The number of the first entry of `open`.
    first_open: u64,
    /// How many bytes of memory the packed blocks take.
    bytes: usize,
    /// Blocks unpacked to be looked at.
    unpacked: Unpacked,
    /// Blocks of the file that somebody wants to look at, by the number of their first entry.
    wanted: Vec<u64>,
    /// What of them is being read.
    reading: Option<Arc<Reading>>,
}

impl Buffer {
    /// Nothing yet.
    pub fn new(room: &Room) -> Self {
        Self {
            limit: room.memory,
            spill: Spill::new(room.disks.clone(), room.disk),
            blocks: VecDeque::new(),
            given: 0,
            open: Entries::default(),
            first_open: 0,
            bytes: 0,
            unpacked: Unpacked::default(),
            wanted: Vec::new(),
            reading: None,
        }
    }

    /// The numbers of all entries that are there. What is before was let go.
    pub fn range(&self) -> Range<u64> {
        let first = self.blocks.front().map_or(self.first_open, |block| block.first);
        first..self.first_open + self.open.len() as u64
    }

    /// How many bytes of memory it takes, but for the few blocks that are not packed.
    pub fn bytes(&self) -> usize {
        self.bytes + self.blocks.len() * size_of::<Block>()
    }

    /// Adds entries behind all others.
    pub fn push(&mut self, entries: &Entries) {
        for (entry, text) in entries.iter() {
            if !self.open.is_empty()
                && (self.open.bytes() + text.len() > BLOCK || self.open.len() >= MOST)
            {
                self.pack();
            }
            self.open.text.extend_from_slice(text);
            let end = u32::try_from(self.open.text.len()).unwrap_or(u32::MAX);
            self.open.entries.push(Entry { end, ..entry });
        }
    }

    fn pack(&mut self) {
        let open = std::mem::take(&mut self.open);
        let block = Block {
            first: self.first_open,
            count: u32::try_from(open.len()).unwrap_or(u32::MAX),
            time: open.get(0).map_or(0, |(entry, _)| entry.time),
            place: Place::Memory(Packed::new(&open)),
        };
        self.first_open += open.len() as u64;
        self.bytes += block.bytes();
        self.blocks.push_back(block);
        self.free();
        self.give();
    }

    /// Frees the memory of blocks that are written by now.
    fn free(&mut self) {
        let written = self.spill.written();
        for block in self.blocks.iter_mut().take(self.given).rev() {
            let Place::Going(packed, slot) = &block.place else { break };
            if slot.is_written(written) {
                self.bytes -= packed.bytes().len();
                block.place = Place::Disk(*slot);
            }
        }
    }

    /// Gives the oldest blocks to the file, and where it does not take them, lets them go.
    fn give(&mut self) {
        let going: usize = self.going().map(Block::bytes).sum();
        let mut kept = self.bytes.saturating_sub(going);
        while kept > self.limit {
            let Some(Block { place: Place::Memory(packed), .. }) = self.blocks.get(self.given)
            else {
                return;
            };
            let packed = packed.clone();
            kept -= packed.bytes().len();
            let mut lost = Vec::new();
            let given = self.spill.give(&packed, |from, until| lost.push((from, until)));
            match given {
                Ok(slot) => {
                    if let Some(block) = self.blocks.get_mut(self.given) {
                        block.place = Place::Going(packed, slot);
                    }
                    self.given += 1;
                    for (from, until) in lost {
                        self.written_over(from, until);
                    }
                }
                // The disk is slow: a little more memory, and then what is oldest goes.
                Err(Refused::Busy) if self.bytes < self.limit.saturating_add(self.limit / 4) => {
                    return;
                }
                Err(Refused::Busy | Refused::Broken) => {
                    // What is between the file and memory cannot be missing alone.
                    for _ in 0..=self.given {
                        self.let_go();
                    }
                }
            }
        }
    }

    /// The blocks that wait to be written.
    fn going(&self) -> impl Iterator<Item = &Block> {
        let given = self.blocks.iter().take(self.given).rev();
        given.take_while(|block| matches!(block.place, Place::Going(..)))
    }

    /// These bytes of the file are another block's now.
    fn written_over(&mut self, from: u64, until: u64) {
        while self.given > 1
            && let Some(Block {
                place: Place::Going(_, slot) | Place::Disk(slot) | Place::Lost(slot),
                ..
            }) = self.blocks.front()
            && slot.is_within(from, until)
        {
            self.let_go();
        }
    }

    fn let_go(&mut self) {
        if let Some(oldest) = self.blocks.pop_front() {
            self.bytes -= oldest.bytes();
            self.given = self.given.saturating_sub(1);
        }
    }

    /// The entry of this number, where it is there, and not only in the file.
    pub fn line(&mut self, number: u64) -> Option<Line> {
        let (first, entries) = self.block(number).ok()?;
        let (entry, text) = entries.get(usize::try_from(number - first).ok()?)?;
        Some(Line { number, entry, text: text.to_vec() })
    }

    /// The block that has this entry, with the number of its first. One that is in the file is wanted from now on: see [`Buffer::wants`].
    ///
    /// # Errors
    /// Says whether it is to be waited for.
    pub fn block(&mut self, number: u64) -> Result<(u64, &Entries), Missing> {
        if number >= self.first_open {
            let there = number < self.range().end;
            return if there { Ok((self.first_open, &self.open)) } else { Err(Missing::Gone) };
        }
        let block = self.place_of(number).and_then(|at| self.blocks.get(at));
        let block = block.ok_or(Missing::Gone)?;
        let first = block.first;
        if !self.unpacked.look_at(first) {
            match &block.place {
                Place::Memory(packed) | Place::Going(packed, _) => {
                    self.unpacked.put(first, packed.unpack());
                }
                Place::Disk(_) => {
                    self.want(first);
                    return Err(Missing::Coming);
                }
                Place::Lost(_) => return Err(Missing::Gone),
            }
        }
        self.unpacked.last().map(|(first, entries)| (*first, entries)).ok_or(Missing::Gone)
    }

    /// Where the full block stands that has this entry.
    fn place_of(&self, number: u64) -> Option<usize> {
        let at = self.blocks.partition_point(|block| block.first <= number).checked_sub(1)?;
        self.blocks.get(at).filter(|block| number < block.end()).map(|_| at)
    }

    /// Which entries the full block has that has this one; of one that cannot be read, too.
    pub fn bounds(&self, number: u64) -> Option<Range<u64>> {
        let block = self.place_of(number).and_then(|at| self.blocks.get(at))?;
        Some(block.first..block.end())
    }

    fn want(&mut self, first: u64) {
        if !self.wanted.contains(&first) {
            self.wanted.push(first);
        }
    }

    /// Whoever goes through the entries from this one on, or back from it, will want to look at what is there soon.
    pub fn will_want(&mut self, number: u64, forward: bool) {
        let Some(at) = self.place_of(number) else { return };
        let places: Vec<usize> = if forward {
            (at..self.blocks.len()).take(TOGETHER).collect()
        } else {
            (0..=at).rev().take(TOGETHER).collect()
        };
        for block in places {
            let Some(Block { first, place: Place::Disk(_), .. }) = self.blocks.get(block) else {
                break;
            };
            let first = *first;
            if !self.unpacked.has(first) {
                self.want(first);
            }
        }
    }

    /// Whether all of these entries can be looked at; what of them is in the file is wanted from now on.
    pub fn has_all(&mut self, entries: &Range<u64>) -> bool {
        let (mut number, mut all) = (entries.start, true);
        while number < entries.end
            && let Some(bounds) = self.bounds(number)
        {
            all &= !matches!(self.block(number), Err(Missing::Coming));
            number = bounds.end;
        }
        all
    }

    /// When the first entry of the block that has this one was written, where that block is in the file alone.
    pub fn coming(&self, number: u64) -> Option<i64> {
        let block = self.place_of(number).and_then(|at| self.blocks.get(at))?;
        let on_disk = matches!(block.place, Place::Disk(_));
        (on_disk && !self.unpacked.has(block.first)).then_some(block.time)
    }

    /// What is to be read from the file by now, elsewhere; what is read is given to [`Buffer::came`]. `None` where nothing is wanted, or something is being
    /// read yet; what is not wanted any more of that is given up.
    pub fn wants(&mut self) -> Option<Arc<Reading>> {
        if let Some(reading) = &self.reading {
            if self.wanted.iter().any(|first| !reading.has(*first)) {
                reading.stop();
            }
            return None;
        }
        let mut blocks = Vec::new();
        for first in std::mem::take(&mut self.wanted) {
            let block = self.place_of(first).and_then(|at| self.blocks.get(at));
            if let Some(Block { place: Place::Disk(slot), .. }) = block
                && blocks.len() < 2 * TOGETHER
            {
                blocks.push((first, *slot));
            }
        }
        if blocks.is_empty() {
            return None;
        }
        let reading = Arc::new(Reading::new(self.spill.disk().cloned(), blocks));
        self.reading = Some(Arc::clone(&reading));
        Some(reading)
    }

    /// Takes in what was read of the file.
    pub fn came(&mut self, read: Vec<ReadBlock>) {
        self.reading = None;
        for ReadBlock { first, entries } in read {
            self.wanted.retain(|wanted| *wanted != first);
            let at = self.place_of(first);
            let Some(block) = at.and_then(|at| self.blocks.get_mut(at)) else { continue };
            match entries {
                Some(entries) => self.unpacked.put(first, entries),
                None => {
                    if let Place::Disk(slot) = block.place {
                        block.place = Place::Lost(slot);
                    }
                }
            }
        }
    }

    /// Whether something of the file is waited for.
    pub fn is_waiting(&self) -> bool {
        self.reading.is_some() || !self.wanted.is_empty()
    }

    /// When the first entry that is there was written.
    pub fn began(&self) -> Option<i64> {
        let open = || self.open.get(0).map(|(entry, _)| entry.time);
        self.blocks.front().map(|block| block.time).or_else(open)
    }

    /// The first entry that was written at this time or later, as far as they are in order; the end where none was.
    ///
    /// # Errors
    /// [`Missing::Coming`] where that is not known before the file is read.
    pub fn since(&mut self, time: i64) -> Result<u64, Missing> {
        let range = self.range();
        let after = self.blocks.partition_point(|block| block.time < time);
        let mut number = after
            .checked_sub(1)
            .and_then(|at| self.blocks.get(at))
            .map_or(range.start, |block| block.first);
        while number < range.end {
            match self.block(number) {
                Ok((first, entries)) => {
                    let hit = entries.iter().position(|(entry, _)| entry.time >= time);
                    match hit {
                        Some(at) => return Ok(first + at as u64),
                        None => number = first + entries.len() as u64,
                    }
                }
                Err(Missing::Coming) => return Err(Missing::Coming),
                Err(Missing::Gone) => {
                    number = self.bounds(number).map_or(range.end, |bounds| bounds.end);
                }
            }
        }
        Ok(range.end)
    }

    /// Everything that is there, to be read elsewhere while this goes on.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            blocks: self.blocks.iter().cloned().collect(),
            open: self.open.clone(),
            first_open: self.first_open,
            disk: self.spill.disk().cloned(),
        }
    }
}

#[cfg(test)]
mod tests;
