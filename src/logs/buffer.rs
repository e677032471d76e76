//! What was read of logs, packed, in bounded memory, and beyond that in a file.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use super::block::{Block, Place, Snapshot};
use super::entries::{Entries, Entry};
use super::packed::Packed;
use super::spill::{Disks, Refused, Spill};

/// A block is packed once it has so much text, in bytes; small enough that one is unpacked within a frame many times over.
const BLOCK: usize = 64 << 10;
/// A block is packed once it has so many entries.
const MOST: usize = 4_096;
/// How many blocks are kept unpacked beside: those that were looked at last.
const OPEN: usize = 32;

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
    /// Blocks unpacked to be looked at, the one looked at last at the end, by the number of their first entry.
    seen: VecDeque<(u64, Entries)>,
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
            seen: VecDeque::new(),
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
            && let Some(Block { place: Place::Going(_, slot) | Place::Disk(slot), .. }) =
                self.blocks.front()
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

    /// The entry of this number, where it is there.
    pub fn line(&mut self, number: u64) -> Option<Line> {
        let (first, entries) = self.block(number)?;
        let (entry, text) = entries.get(usize::try_from(number - first).ok()?)?;
        Some(Line { number, entry, text: text.to_vec() })
    }

    /// The block that has this entry, with the number of its first.
    pub fn block(&mut self, number: u64) -> Option<(u64, &Entries)> {
        if number >= self.first_open {
            let there = number < self.range().end;
            return there.then_some((self.first_open, &self.open));
        }
        let at = self.blocks.partition_point(|block| block.first <= number).checked_sub(1)?;
        let block = self.blocks.get(at).filter(|block| number < block.end())?;
        let first = block.first;
        if let Some(at) = self.seen.iter().position(|(known, _)| *known == first) {
            if let Some(seen) = self.seen.remove(at) {
                self.seen.push_back(seen);
            }
        } else {
            let disk = self.spill.disk().map(AsRef::as_ref);
            let entries = block.unpack(disk)?;
            // Whoever walks through the file finds the next block in memory.
            for next in [at.checked_sub(1), at.checked_add(1)].into_iter().flatten() {
                if let (Some(Block { place: Place::Disk(slot), .. }), Some(disk)) =
                    (self.blocks.get(next), disk)
                {
                    slot.ahead(disk);
                }
            }
            if self.seen.len() >= OPEN {
                self.seen.pop_front();
            }
            self.seen.push_back((first, entries));
        }
        self.seen.back().map(|(first, entries)| (*first, entries))
    }

    /// The first entry that was written at this time or later, as far as they are in order; the end where none was.
    pub fn since(&mut self, time: i64) -> u64 {
        let range = self.range();
        let after = self.blocks.partition_point(|block| block.time < time);
        let mut number = after
            .checked_sub(1)
            .and_then(|at| self.blocks.get(at))
            .map_or(range.start, |block| block.first);
        while let Some((first, entries)) = self.block(number) {
            let hit = entries.iter().position(|(entry, _)| entry.time >= time);
            match hit {
                Some(at) => return first + at as u64,
                None => number = first + entries.len() as u64,
            }
        }
        range.end
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
mod tests {
    use super::super::StreamId;
    use super::super::packed::KINDS;
    use super::*;
    use proptest::prelude::*;

    fn entries(from: u64, count: u64, length: usize) -> Entries {
        let mut entries = Entries::default();
        for number in from..from + count {
            let text = format!("{number} {}", "x".repeat(length));
            let kind = KINDS[number as usize % KINDS.len()];
            entries.push(number as i64 - 7, StreamId(number as u32 % 3), kind, text.as_bytes());
        }
        entries
    }

    fn room(memory: usize, disk: u64, folder: &std::path::Path) -> Room {
        let disks = crate::runtime::Nameless::new(Some(folder.to_owned()));
        Room { memory, disk, disks: Some(Arc::new(disks)) }
    }

    fn begins_with_its_number(buffer: &mut Buffer, number: u64) {
        let text = buffer.line(number).unwrap().text;
        assert!(text.starts_with(format!("{number} ").as_bytes()), "{number}");
    }

    #[test]
    fn memory_is_bounded_and_what_was_let_go_is_known() {
        let room = Room { memory: 20 << 10, disk: 0, disks: None };
        let mut buffer = Buffer::new(&room);
        for from in (0..200_000).step_by(1_000) {
            buffer.push(&entries(from, 1_000, 80));
            assert!(buffer.bytes <= 20 << 10);
        }
        let range = buffer.range();
        assert_eq!(range.end, 200_000);
        assert!(range.start > 0 && range.start < range.end, "{range:?}");
        assert_eq!(buffer.line(range.start - 1), None);
        begins_with_its_number(&mut buffer, range.start);
    }

    #[test]
    fn what_memory_has_no_room_for_is_read_from_a_file_without_a_name() {
        let dir = tempfile::tempdir().unwrap();
        let mut buffer = Buffer::new(&room(20 << 10, 64 << 20, dir.path()));
        for from in (0..200_000).step_by(1_000) {
            buffer.push(&entries(from, 1_000, 80));
        }
        assert_eq!(buffer.range(), 0..200_000);
        for number in (0..200_u64).map(|number| 199_999 - number * 997) {
            begins_with_its_number(&mut buffer, number);
        }
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
        let read: usize = buffer.snapshot().blocks().map(|(_, block)| block.unwrap().len()).sum();
        assert_eq!(read, 200_000);
        assert_eq!(buffer.since(150_000), 150_007);
        assert_eq!((buffer.since(i64::MIN), buffer.since(i64::MAX)), (0, 200_000));
    }

    #[test]
    fn the_file_is_bounded_too() {
        let dir = tempfile::tempdir().unwrap();
        let mut buffer = Buffer::new(&room(20 << 10, 60 << 10, dir.path()));
        for from in (0..400_000).step_by(1_000) {
            buffer.push(&entries(from, 1_000, from as usize / 1_000 % 300));
            let range = buffer.range();
            for number in [range.start, u64::midpoint(range.start, range.end), range.end - 1] {
                begins_with_its_number(&mut buffer, number);
            }
        }
        assert!(buffer.range().start > 300_000, "{:?}", buffer.range());
        let mut beyond = [0];
        assert!(!buffer.spill.disk().unwrap().read(60 << 10, &mut beyond));
    }

    #[test]
    fn without_a_place_for_the_file_memory_is_bounded_all_the_same() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut buffer = Buffer::new(&room(20 << 10, 60 << 10, &file.path().join("no-folder")));
        for from in (0..50_000).step_by(1_000) {
            buffer.push(&entries(from, 1_000, 80));
            assert!(buffer.bytes <= 20 << 10);
        }
        assert!(buffer.range().start > 0);
    }

    proptest! {
        #[test]
        fn every_entry_is_found_again(batches in prop::collection::vec((0_u64..3_000, 0_usize..300), 1..8), asked in prop::collection::vec(any::<prop::sample::Index>(), 1..40)) {
            let mut buffer = Buffer::new(&Room { memory: usize::MAX, disk: 0, disks: None });
            let mut all = Vec::new();
            for (count, length) in batches {
                let more = entries(all.len() as u64, count, length);
                all.extend(more.iter().map(|(entry, text)| (entry.time, entry.stream, entry.kind, entry.level, text.to_vec())));
                buffer.push(&more);
            }
            prop_assert_eq!(buffer.range(), 0..all.len() as u64);
            prop_assert_eq!(buffer.line(all.len() as u64), None);
            for index in asked.iter().filter(|_| !all.is_empty()) {
                let number = index.index(all.len());
                let line = buffer.line(number as u64).unwrap();
                let entry = line.entry;
                prop_assert_eq!(&(entry.time, entry.stream, entry.kind, entry.level, line.text), &all[number]);
            }
        }
    }
}
