//! A full block of entries, packed.

use std::sync::Arc;

use super::entries::{Entries, Entry};
use super::{Kind, Level, StreamId};

/// How many bytes an entry takes in a block that is not compressed.
const ENTRY: usize = 18;

/// The kinds, by what they are as a number.
pub(super) const KINDS: [Kind; 6] =
    [Kind::Line, Kind::More, Kind::Joined, Kind::Left, Kind::Note, Kind::Event];
/// The levels, by what they are as a number.
pub(super) const LEVELS: [Level; 7] = [
    Level::Unknown,
    Level::Trace,
    Level::Debug,
    Level::Info,
    Level::Warning,
    Level::Error,
    Level::Fatal,
];

/// Entries compressed (LZ4): what they are, then their text.
#[derive(Clone, Debug)]
pub(super) struct Packed {
    bytes: Arc<[u8]>,
    /// How many of the bytes say what the entries are.
    entries: usize,
}

impl Packed {
    pub fn new(entries: &Entries) -> Self {
        // By column: times differ little, levels and kinds hardly.
        let count = entries.len();
        let mut columns = vec![0_u8; count * ENTRY];
        for (at, (entry, _)) in entries.iter().enumerate() {
            let time = entry.time.to_le_bytes().into_iter();
            let end = entry.end.to_le_bytes().into_iter();
            let stream = entry.stream.0.to_le_bytes().into_iter();
            let bytes = time.chain(end).chain(stream).chain([entry.kind as u8, entry.level as u8]);
            for (column, value) in bytes.enumerate() {
                columns[column * count + at] = value;
            }
        }
        let mut bytes = lz4_flex::compress_prepend_size(&columns);
        let entries_end = bytes.len();
        bytes.extend(lz4_flex::compress_prepend_size(&entries.text));
        Self { bytes: bytes.into(), entries: entries_end }
    }

    /// A block as it was written elsewhere.
    pub fn from_parts(bytes: Arc<[u8]>, entries: usize) -> Self {
        Self { bytes, entries }
    }

    pub fn bytes(&self) -> &Arc<[u8]> {
        &self.bytes
    }

    /// How many of the bytes say what the entries are.
    pub fn entries(&self) -> usize {
        self.entries
    }

    pub fn unpack(&self) -> Entries {
        // What was packed here unpacks; were memory damaged, there are no entries rather than wrong ones.
        let (columns, text) = self.bytes.split_at(self.entries.min(self.bytes.len()));
        let text = lz4_flex::decompress_size_prepended(text).unwrap_or_default();
        let columns = lz4_flex::decompress_size_prepended(columns).unwrap_or_default();
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_and_levels_come_back_as_they_were() {
        for (at, kind) in KINDS.into_iter().enumerate() {
            assert_eq!(kind as usize, at);
        }
        for (at, level) in LEVELS.into_iter().enumerate() {
            assert_eq!(level as usize, at);
        }
    }
}
