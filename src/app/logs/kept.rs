//! The lines that a filter keeps.

use std::hash::Hasher as _;
use std::ops::Range;

use rustc_hash::{FxHashMap, FxHasher};

use crate::logs::{Buffer, Entry, Histogram, Missing, Numbers};

/// About how many bytes of text are looked through in one step.
pub(super) const STEP: usize = 1 << 20;

/// The entries that are shown of all that are there; found from the newest back, so that the screen is right at once.
#[derive(Debug, Default)]
pub(super) struct Kept {
    numbers: Numbers,
    /// What is still to be looked through.
    left: Range<u64>,
    /// How many entries around each that is kept are kept too.
    context: u64,
    /// Entries before this one are around one that is kept.
    owed: u64,
    /// Whether lines that say the same one after the other are kept as one.
    fold: bool,
    /// How often lines that are kept as one came, by the number of the first.
    times: FxHashMap<u64, u32>,
    /// The first and the last line that is kept, as far as they may be one with what comes.
    first: Option<Edge>,
    last: Option<Edge>,
    /// How many are kept for what they say, when.
    histogram: Histogram,
}

/// A line that others may say again.
#[derive(Clone, Copy, Debug)]
struct Edge {
    number: u64,
    says: u64,
}

impl Kept {
    /// What is kept of these is yet to be found. Where there is context, nothing is folded.
    pub fn sought(range: Range<u64>, context: u64, fold: bool) -> Self {
        Self { left: range, context, fold: fold && context == 0, ..Self::default() }
    }

    /// Their numbers.
    pub fn numbers(&self) -> &Numbers {
        &self.numbers
    }

    /// How many lines were written when, without those around them.
    pub fn histogram(&self) -> &Histogram {
        &self.histogram
    }

    /// How often this line came, where it stands for several.
    pub fn times(&self, number: u64) -> u32 {
        self.times.get(&number).copied().unwrap_or(1)
    }

    /// Whether there is more to look through.
    pub fn is_unfinished(&self) -> bool {
        !self.left.is_empty()
    }

    /// What is still to be looked through.
    pub fn left(&self) -> Range<u64> {
        self.left.clone()
    }

    /// What is left was looked through back to this entry, by somebody else; entries before `start` are not there any more.
    pub fn looked_back_to(&mut self, number: u64, start: u64) {
        self.left.end = self.left.end.min(number).max(self.left.start);
        self.numbers.forget_before(start);
    }

    /// Whether it is known of this entry if it is kept.
    pub fn knows(&self, number: u64) -> bool {
        !self.left.contains(&number)
    }

    /// A newer entry, and whether it is one that is kept.
    pub fn add(&mut self, number: u64, (entry, text): (&Entry, &[u8]), hit: bool) {
        if !hit {
            if number < self.owed {
                self.numbers.insert(number);
            }
            return;
        }
        self.histogram.add(entry.time, entry.level);
        if self.fold {
            let says = says(entry, text);
            let same = |last: &Edge| last.says == says && self.numbers.contains(last.number);
            if let Some(last) = self.last.filter(same) {
                *self.times.entry(last.number).or_insert(1) += 1;
                return;
            }
            let edge = Edge { number, says };
            self.last = Some(edge);
            self.first.get_or_insert(edge);
        }
        self.keep(number.saturating_sub(self.context)..number + 1);
        self.owed = self.owed.max(number + 1 + self.context);
    }

    /// An entry that is kept, and is older than all that were looked at.
    pub fn add_before(&mut self, number: u64, (entry, text): (&Entry, &[u8]), end: u64) {
        self.histogram.add(entry.time, entry.level);
        if self.fold {
            let edge = Edge { number, says: says(entry, text) };
            if let Some(first) = self.first.replace(edge).filter(|first| first.says == edge.says) {
                self.numbers.remove(first.number);
                let times = self.times.remove(&first.number).unwrap_or(1);
                self.times.insert(number, times.saturating_add(1));
                if let Some(last) = self.last.as_mut().filter(|last| last.number == first.number) {
                    last.number = number;
                }
            }
            self.last.get_or_insert(edge);
        }
        let after = number.saturating_add(self.context).saturating_add(1);
        self.keep(number.saturating_sub(self.context)..after.min(end));
        self.owed = self.owed.max(after);
    }

    fn keep(&mut self, range: Range<u64>) {
        for number in range {
            self.numbers.insert(number);
        }
    }

    /// Entries before this one, which was written then, are not there any more.
    pub fn forget_before(&mut self, start: u64, time: i64) {
        self.numbers.forget_before(start);
        self.histogram.forget_before(time);
        self.times.retain(|number, _| *number >= start);
        self.left.start = self.left.start.max(start).min(self.left.end);
    }

    /// Looks through a part of what is left, from its end, as far as that can be looked at now.
    pub fn step(&mut self, buffer: &mut Buffer, keeps: impl Fn(u64, &Entry, &[u8]) -> bool) {
        let mut looked = 0;
        let all = buffer.range();
        while !self.left.is_empty() && looked < STEP {
            let last = self.left.end - 1;
            let (first, entries) = match buffer.block(last) {
                Ok(block) => block,
                Err(Missing::Coming) => {
                    buffer.will_want(last, false);
                    break;
                }
                Err(Missing::Gone) => {
                    // It cannot be read; or it was let go meanwhile, and what is before it, too.
                    let before = buffer.bounds(last).map_or(self.left.start, |gone| gone.start);
                    self.left.end = before.max(self.left.start);
                    continue;
                }
            };
            let from = first.max(self.left.start);
            let within = from..self.left.end;
            for (at, (entry, text)) in entries.iter().enumerate().rev() {
                let number = first + at as u64;
                if within.contains(&number) && keeps(number, &entry, text) {
                    self.add_before(number, (&entry, text), all.end);
                }
            }
            looked += entries.bytes() + entries.len() * 16;
            self.left.end = from;
        }
        // What is around the oldest of them may have been let go.
        self.numbers.forget_before(all.start);
    }
}

/// What a line says, and who.
fn says(entry: &Entry, text: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write_u32(entry.stream.0);
    hasher.write_u8(entry.kind as u8);
    hasher.write(text);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logs::{Entries, Filter, Kind, Room, StreamId};
    use proptest::prelude::*;

    fn entries(lines: &[String]) -> Entries {
        let mut entries = Entries::default();
        for line in lines {
            entries.push(0, StreamId(0), Kind::Line, line.as_bytes());
        }
        entries
    }

    proptest! {
        /// What was there and what comes later is one: wherever the filter came between, the same is shown.
        #[test]
        fn it_does_not_matter_when_a_filter_is_typed(
            lines in prop::collection::vec("[ab]{1,2}", 0..120),
            before in any::<prop::sample::Index>(),
            context in 0_u64..4,
            fold in any::<bool>(),
            block in any::<bool>(),
        ) {
            let filter = Filter::default().typed("a", 0);
            let before = before.index(lines.len() + 1);
            let mut buffer = Buffer::new(&Room::default());
            // Blocks are cut by their size.
            let pad = if block { "x".repeat(20_000) } else { String::new() };
            let lines: Vec<String> = lines.into_iter().map(|line| line + &pad).collect();
            buffer.push(&entries(&lines[..before]));
            let mut kept = Kept::sought(buffer.range(), context, fold);
            let (old, new) = lines.split_at(before);
            for (at, line) in new.iter().enumerate() {
                let entries = entries(std::slice::from_ref(line));
                buffer.push(&entries);
                let (entry, text) = entries.get(0).unwrap();
                kept.add((old.len() + at) as u64, (&entry, text), filter.keeps(&entry, text));
                if at == 2 {
                    kept.step(&mut buffer, |_, entry, text| filter.keeps(entry, text));
                }
            }
            while kept.is_unfinished() {
                kept.step(&mut buffer, |_, entry, text| filter.keeps(entry, text));
            }
            let mut wanted: Vec<(u64, u32)> = Vec::new();
            let hits: Vec<u64> = (0..lines.len() as u64).filter(|at| lines[*at as usize].contains('a')).collect();
            if fold && context == 0 {
                let mut last: Option<&String> = None;
                for hit in hits {
                    let line = &lines[hit as usize];
                    match wanted.last_mut() {
                        Some((_, times)) if last == Some(line) => *times += 1,
                        _ => wanted.push((hit, 1)),
                    }
                    last = Some(line);
                }
            } else {
                let around = |at: u64| hits.iter().any(|hit| hit.abs_diff(at) <= context);
                wanted.extend((0..lines.len() as u64).filter(|at| around(*at)).map(|at| (at, 1)));
            }
            let seen: Vec<(u64, u32)> = (0..kept.numbers().len())
                .map(|rank| kept.numbers().at(rank).unwrap())
                .map(|number| (number, kept.times(number)))
                .collect();
            prop_assert_eq!(seen, wanted);
        }
    }
}
