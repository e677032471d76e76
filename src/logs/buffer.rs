//! What was read of logs, packed, in bounded memory.

use std::collections::VecDeque;
use std::ops::Range;

use super::entries::{Entries, Entry};
use super::{Kind, Level, StreamId};

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

/// Everything that was read, in order, numbered from 0. Whole blocks are packed (LZ4) when they are full; beyond its limit the oldest are let go, and it
/// is known how many entries these had.
#[derive(Debug)]
pub struct Buffer {
    /// How many bytes it may take.
    limit: usize,
    packed: VecDeque<Packed>,
    /// The newest entries.
    open: Entries,
    /// The number of the first entry of `open`.
    first_open: u64,
    /// How many bytes the packed blocks take.
    bytes: usize,
    /// Blocks unpacked to be looked at, the one looked at last at the end, by the number of their first entry.
    seen: VecDeque<(u64, Entries)>,
}

/// A full block.
#[derive(Debug)]
struct Packed {
    first: u64,
    count: u32,
    text: Box<[u8]>,
    entries: Box<[u8]>,
}

/// How many bytes an entry takes in a block that is not compressed.
const ENTRY: usize = 18;

impl Packed {
    fn new(first: u64, entries: &Entries) -> Self {
        // By column: times differ little, levels and kinds hardly.
        let mut columns = vec![0_u8; entries.len() * ENTRY];
        let count = entries.len();
        for (at, (entry, _)) in entries.iter().enumerate() {
            let time = entry.time.to_le_bytes();
            for (byte, value) in time.into_iter().enumerate() {
                columns[byte * count + at] = value;
            }
            for (byte, value) in entry.end.to_le_bytes().into_iter().enumerate() {
                columns[(8 + byte) * count + at] = value;
            }
            for (byte, value) in entry.stream.0.to_le_bytes().into_iter().enumerate() {
                columns[(12 + byte) * count + at] = value;
            }
            columns[16 * count + at] = entry.kind as u8;
            columns[17 * count + at] = entry.level as u8;
        }
        Self {
            first,
            count: u32::try_from(count).unwrap_or(u32::MAX),
            text: lz4_flex::compress_prepend_size(&entries.text).into(),
            entries: lz4_flex::compress_prepend_size(&columns).into(),
        }
    }

    fn bytes(&self) -> usize {
        self.text.len() + self.entries.len() + size_of::<Self>()
    }

    fn unpack(&self) -> Entries {
        // What was packed here unpacks; were memory damaged, there are no entries rather than wrong ones.
        let text = lz4_flex::decompress_size_prepended(&self.text).unwrap_or_default();
        let columns = lz4_flex::decompress_size_prepended(&self.entries).unwrap_or_default();
        let count = columns.len() / ENTRY;
        let byte = |column: usize, at: usize| columns[column * count + at];
        let entries = (0..count).map(|at| Entry {
            time: i64::from_le_bytes(std::array::from_fn(|n| byte(n, at))),
            end: u32::from_le_bytes(std::array::from_fn(|n| byte(8 + n, at))),
            stream: StreamId(u32::from_le_bytes(std::array::from_fn(|n| byte(12 + n, at)))),
            kind: KINDS[usize::from(byte(16, at)) % KINDS.len()],
            level: LEVELS[usize::from(byte(17, at)) % LEVELS.len()],
        });
        Entries { entries: entries.collect(), text }
    }
}

/// The kinds, by what they are as a number.
const KINDS: [Kind; 5] = [Kind::Line, Kind::More, Kind::Joined, Kind::Left, Kind::Note];
/// The levels, by what they are as a number.
const LEVELS: [Level; 7] = [
    Level::Unknown,
    Level::Trace,
    Level::Debug,
    Level::Info,
    Level::Warning,
    Level::Error,
    Level::Fatal,
];

impl Buffer {
    /// Nothing yet, and never more than `limit` bytes of packed blocks.
    pub fn new(limit: usize) -> Self {
        Self {
            limit,
            packed: VecDeque::new(),
            open: Entries::default(),
            first_open: 0,
            bytes: 0,
            seen: VecDeque::new(),
        }
    }

    /// The numbers of all entries that are there. What is before was let go.
    pub fn range(&self) -> Range<u64> {
        let first = self.packed.front().map_or(self.first_open, |block| block.first);
        first..self.first_open + self.open.len() as u64
    }

    /// How many bytes it takes, but for the few blocks that are not packed.
    pub fn bytes(&self) -> usize {
        self.bytes
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
        let block = Packed::new(self.first_open, &open);
        self.first_open += open.len() as u64;
        self.bytes += block.bytes();
        self.packed.push_back(block);
        while self.bytes > self.limit
            && let Some(oldest) = self.packed.pop_front()
        {
            self.bytes -= oldest.bytes();
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
        let at = self.packed.partition_point(|block| block.first <= number).checked_sub(1)?;
        let block = self.packed.get(at)?;
        if number >= block.first + u64::from(block.count) {
            return None;
        }
        let first = block.first;
        if let Some(at) = self.seen.iter().position(|(known, _)| *known == first) {
            if let Some(seen) = self.seen.remove(at) {
                self.seen.push_back(seen);
            }
        } else {
            if self.seen.len() >= OPEN {
                self.seen.pop_front();
            }
            self.seen.push_back((first, block.unpack()));
        }
        self.seen.back().map(|(first, entries)| (*first, entries))
    }
}

#[cfg(test)]
mod tests {
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

    #[test]
    fn kinds_and_levels_come_back_as_they_were() {
        for (at, kind) in KINDS.into_iter().enumerate() {
            assert_eq!(kind as usize, at);
        }
        for (at, level) in LEVELS.into_iter().enumerate() {
            assert_eq!(level as usize, at);
        }
    }

    #[test]
    fn memory_is_bounded_and_what_was_let_go_is_known() {
        let mut buffer = Buffer::new(20 << 10);
        for from in (0..200_000).step_by(1_000) {
            buffer.push(&entries(from, 1_000, 80));
            assert!(buffer.bytes() <= 20 << 10);
        }
        let range = buffer.range();
        assert_eq!(range.end, 200_000);
        assert!(range.start > 0 && range.start < range.end, "{range:?}");
        assert_eq!(buffer.line(range.start - 1), None);
        assert!(
            buffer.line(range.start).unwrap().text.starts_with(range.start.to_string().as_bytes())
        );
    }

    proptest! {
        #[test]
        fn every_entry_is_found_again(batches in prop::collection::vec((0_u64..3_000, 0_usize..300), 1..8), asked in prop::collection::vec(any::<prop::sample::Index>(), 1..40)) {
            let mut buffer = Buffer::new(usize::MAX);
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
