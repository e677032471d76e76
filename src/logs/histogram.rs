//! How many lines there were when, and how grave they were.

use std::collections::VecDeque;

use super::Level;

/// The finest that time is told apart, nanoseconds.
const FINEST: i64 = 1_000_000_000;
/// The most parts that time is cut into; beyond it, two and two become one.
const MOST: usize = 4_096;

/// How many lines there were when: time in equal parts, which become longer as more time is covered.
#[derive(Clone, Debug)]
pub struct Histogram {
    /// How long each part is, nanoseconds.
    length: i64,
    /// The first part, counted from the Unix epoch in such lengths.
    first: i64,
    parts: VecDeque<Count>,
}

/// How many lines, and how many of them were grave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// All of them.
    pub lines: u64,
    /// Those that warn.
    pub warnings: u64,
    /// Those that tell of an error, or of worse.
    pub errors: u64,
}

/// A part of the time that is covered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bar {
    /// When it begins, nanoseconds since the Unix epoch.
    pub from: i64,
    /// When it ends.
    pub until: i64,
    /// What was written then.
    pub count: Count,
}

impl Default for Histogram {
    fn default() -> Self {
        Self { length: FINEST, first: 0, parts: VecDeque::new() }
    }
}

impl Count {
    fn add(&mut self, other: Self) {
        self.lines += other.lines;
        self.warnings += other.warnings;
        self.errors += other.errors;
    }
}

impl Histogram {
    /// A line was written.
    pub fn add(&mut self, time: i64, level: Level) {
        if time == i64::MIN {
            return;
        }
        if self.parts.is_empty() {
            self.first = time.div_euclid(self.length);
        }
        let mut part = time.div_euclid(self.length);
        while (part - self.first).unsigned_abs() as usize >= MOST
            || part < self.first && self.parts.len() + (self.first - part) as usize > MOST
        {
            self.halve();
            part = time.div_euclid(self.length);
        }
        while part < self.first {
            self.first -= 1;
            self.parts.push_front(Count::default());
        }
        let at = (part - self.first) as usize;
        while self.parts.len() <= at {
            self.parts.push_back(Count::default());
        }
        self.parts[at].add(Count {
            lines: 1,
            warnings: u64::from(level == Level::Warning),
            errors: u64::from(level >= Level::Error),
        });
    }

    /// Two and two parts become one.
    fn halve(&mut self) {
        let old = std::mem::take(&mut self.parts);
        let first = self.first;
        self.length = self.length.saturating_mul(2);
        self.first = first.div_euclid(2);
        for (at, count) in old.into_iter().enumerate() {
            let part = ((first + at as i64).div_euclid(2) - self.first) as usize;
            if self.parts.len() <= part {
                self.parts.push_back(Count::default());
            }
            self.parts[part].add(count);
        }
    }

    /// What was written before this time is not there any more.
    pub fn forget_before(&mut self, time: i64) {
        while !self.parts.is_empty() && self.first < time.div_euclid(self.length) {
            self.parts.pop_front();
            self.first += 1;
        }
    }

    /// The time that is covered in at most so many bars, equally long.
    pub fn bars(&self, most: usize) -> Vec<Bar> {
        let (count, most) = (self.parts.len() as i64, most.max(1) as i64);
        let last = self.first + count - 1;
        let mut each = (count + most - 1).div_euclid(most).max(1);
        // Each bar begins at a multiple of its length, so that it stays the same while more is written.
        let mut origin = 0;
        while last.div_euclid(each) - self.first.div_euclid(each) >= most {
            each += 1;
            if each > 2 * count {
                (each, origin) = (count, self.first);
                break;
            }
        }
        let mut bars: Vec<Bar> = Vec::new();
        for (at, count) in self.parts.iter().enumerate() {
            let number = (self.first + at as i64 - origin).div_euclid(each);
            let from = (origin + number * each).saturating_mul(self.length);
            match bars.last_mut().filter(|bar| bar.from == from) {
                Some(bar) => bar.count.add(*count),
                None => {
                    let until = (origin + (number + 1) * each).saturating_mul(self.length);
                    bars.push(Bar { from, until, count: *count });
                }
            }
        }
        bars
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_are_counted_by_when_and_how_grave_they_are() {
        let mut histogram = Histogram::default();
        for (second, level) in [(10, Level::Info), (10, Level::Error), (12, Level::Warning)] {
            histogram.add(second * FINEST + 5, level);
        }
        let bars = histogram.bars(10);
        let counts: Vec<_> = bars.iter().map(|bar| bar.count).collect();
        let none = Count::default();
        let error = Count { lines: 2, errors: 1, ..none };
        assert_eq!(counts, [error, none, Count { lines: 1, warnings: 1, ..none }]);
        assert_eq!((bars[0].from, bars[0].until), (10 * FINEST, 11 * FINEST));
        histogram.forget_before(11 * FINEST);
        assert_eq!(histogram.bars(10).len(), 2);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_however_far_apart_lines_are(times in prop::collection::vec(-4_000_000_i64..4_000_000, 1..200), most in 1_usize..90) {
            let mut histogram = Histogram::default();
            for time in &times {
                histogram.add(time * FINEST, Level::Unknown);
            }
            prop_assert!(histogram.parts.len() <= MOST);
            let bars = histogram.bars(most);
            prop_assert!(bars.len() <= most, "{} of {}", bars.len(), most);
            let all: u64 = bars.iter().map(|bar| bar.count.lines).sum();
            prop_assert_eq!(all, times.len() as u64);
            for bars in bars.windows(2) {
                prop_assert_eq!(bars[0].until, bars[1].from);
            }
            for time in times {
                let time = time * FINEST;
                prop_assert!(bars.iter().any(|bar| bar.from <= time && time < bar.until && bar.count.lines > 0));
            }
        }

        #[test]
        fn any_time_has_its_place(times in prop::collection::vec(any::<i64>(), 0..20)) {
            let mut histogram = Histogram::default();
            for time in times {
                histogram.add(time, Level::Unknown);
            }
            prop_assert!(histogram.parts.len() <= MOST);
        }
    }
}
