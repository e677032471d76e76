//! The lines that a filter keeps.

use std::collections::VecDeque;
use std::ops::Range;

use crate::logs::{Buffer, Entry, Level};

use super::super::reader::Search;

/// About how many bytes of text are looked through in one step.
const STEP: usize = 1 << 20;

/// What a line must say to be shown.
#[derive(Clone, Debug, Default)]
pub struct LogFilter {
    /// What was typed: text or a regex; `!` before it keeps what does not say it.
    text: String,
    search: Search,
    without: bool,
    /// At least as grave as this.
    pub level: Level,
}

impl PartialEq for LogFilter {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text && self.level == other.level
    }
}

impl LogFilter {
    /// The same level, and what is typed.
    #[must_use]
    pub fn typed(&self, text: &str) -> Self {
        let pattern = text.strip_prefix('!').unwrap_or(text);
        let mut search = Search::default();
        search.set(pattern);
        let without = text.starts_with('!') && !pattern.is_empty();
        Self { text: text.to_owned(), search, without, level: self.level }
    }

    /// The same, of lines that are at least as grave.
    #[must_use]
    pub fn at_least(&self, level: Level) -> Self {
        Self { level, ..self.clone() }
    }

    /// What was typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it keeps anything from being shown.
    pub fn is_on(&self) -> bool {
        !self.search.pattern().is_empty() || self.level != Level::Unknown
    }

    /// Whether this line is shown. What is no line (who joins and leaves, what a person should know) is, unless a text is looked for.
    pub fn keeps(&self, entry: &Entry, text: &[u8]) -> bool {
        if !entry.kind.is_line() {
            return self.search.pattern().is_empty() || self.without;
        }
        entry.level >= self.level
            && (self.search.pattern().is_empty()
                || self.search.is_match(&String::from_utf8_lossy(text)) != self.without)
    }

    /// What it finds in a line, as ranges of bytes.
    pub fn found(&self, text: &str) -> Vec<Range<usize>> {
        if self.without { Vec::new() } else { self.search.ranges(text) }
    }
}

/// The numbers of the entries that a filter keeps, ascending; found from the newest back, so that the screen is right at once.
#[derive(Debug, Default)]
pub(super) struct Kept {
    numbers: VecDeque<u64>,
    /// What is still to be looked through.
    left: Range<u64>,
}

impl Kept {
    /// What is kept of these is yet to be found.
    pub fn sought(range: Range<u64>) -> Self {
        Self { numbers: VecDeque::new(), left: range }
    }

    /// How many were found by now.
    pub fn len(&self) -> u64 {
        self.numbers.len() as u64
    }

    /// Whether there is more to look through.
    pub fn is_unfinished(&self) -> bool {
        !self.left.is_empty()
    }

    /// Newer ones.
    pub fn extend(&mut self, numbers: impl Iterator<Item = u64>) {
        self.numbers.extend(numbers);
    }

    /// Entries before this one are not there any more.
    pub fn forget_before(&mut self, start: u64) {
        while self.numbers.front().is_some_and(|number| *number < start) {
            self.numbers.pop_front();
        }
        self.left.start = self.left.start.max(start).min(self.left.end);
    }

    /// How many stand before this one.
    pub fn rank(&self, number: u64) -> u64 {
        self.numbers.partition_point(|known| *known < number) as u64
    }

    /// The one in this place.
    pub fn at(&self, rank: u64) -> Option<u64> {
        self.numbers.get(usize::try_from(rank).ok()?).copied()
    }

    /// Looks through a part of what is left, from its end.
    pub fn step(&mut self, buffer: &mut Buffer, keeps: impl Fn(&Entry, &[u8]) -> bool) {
        let mut looked = 0;
        while !self.left.is_empty() && looked < STEP {
            let Some((first, entries)) = buffer.block(self.left.end - 1) else {
                // It was let go meanwhile.
                self.left.end = self.left.start;
                return;
            };
            let from = first.max(self.left.start);
            let within = from..self.left.end;
            for (at, (entry, text)) in entries.iter().enumerate().rev() {
                let number = first + at as u64;
                if within.contains(&number) && keeps(&entry, text) {
                    self.numbers.push_front(number);
                }
            }
            looked += entries.bytes() + entries.len() * 16;
            self.left.end = from;
        }
    }
}
