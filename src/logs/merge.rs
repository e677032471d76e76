//! The lines of many containers, put in order of time.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};

use super::{Entries, Kind, Lines, StreamId};

/// For how long a line waits for others that were written before it and come later, in milliseconds.
const HOLD: u64 = 100;
/// About how much text is released at once, in bytes: little enough to be taken in within a part of a frame.
const AT_ONCE: usize = 64 << 10;
/// For how long all wait for a log whose past is still being read but that says nothing, in milliseconds.
const STALLED: u64 = 2_000;

/// Puts the lines of many containers in order of time.
///
/// While the past of a log is read, nothing is released that is newer than what it has told by then, so that the pasts of all are one. What comes
/// later waits a moment for what others wrote before. A line that comes later still (its connection had broken) stands where it came. Times are
/// milliseconds of any clock that only goes on.
#[derive(Debug, Default)]
pub struct Merger {
    streams: BTreeMap<StreamId, Waiting>,
    /// How much text waits, in bytes.
    bytes: usize,
}

#[derive(Debug, Default)]
struct Waiting {
    lines: VecDeque<Piece>,
    /// Until when its past is awaited; `None` once that was read.
    past: Option<u64>,
    /// The newest time that it has told, nanoseconds since the Unix epoch.
    told: i64,
    /// Whether it will say nothing more.
    left: bool,
}

/// What came at once.
#[derive(Debug)]
struct Piece {
    lines: Lines,
    /// How many of them were released.
    at: usize,
    came: u64,
    /// The newest time among them.
    newest: i64,
    /// What it is instead of lines.
    kind: Option<Kind>,
}

impl Piece {
    fn head(&self) -> Option<i64> {
        self.lines.get(self.at).map(|(time, _, _)| time)
    }
}

impl Merger {
    /// A log begins to be read; nothing newer than its past is released before that is read.
    pub fn join(&mut self, stream: StreamId, now: u64) {
        let waiting = self.streams.entry(stream).or_default();
        waiting.past = Some(now + STALLED);
        waiting.told = i64::MIN;
    }

    /// The past of a log was read, or there is none.
    pub fn caught_up(&mut self, stream: StreamId) {
        if let Some(waiting) = self.streams.get_mut(&stream) {
            waiting.past = None;
        }
    }

    /// A log will say nothing more.
    pub fn leave(&mut self, stream: StreamId) {
        self.caught_up(stream);
        if let Some(waiting) = self.streams.get_mut(&stream) {
            waiting.left = true;
        }
    }

    /// Lines of a log came.
    pub fn push(&mut self, stream: StreamId, lines: Lines, now: u64) {
        self.add(stream, lines, None, now);
    }

    /// Something happened to a log: it stands behind what it said before.
    pub fn note(&mut self, stream: StreamId, kind: Kind, time: i64, text: &str, now: u64) {
        let told = self.streams.get(&stream).map_or(i64::MIN, |waiting| waiting.told);
        let mut lines = Lines::default();
        lines.push(time.max(told), text.as_bytes(), false);
        self.add(stream, lines, Some(kind), now);
    }

    fn add(&mut self, stream: StreamId, lines: Lines, kind: Option<Kind>, now: u64) {
        let Some(newest) = lines.iter().map(|(time, _, _)| time).max() else { return };
        self.bytes += lines.bytes();
        let waiting = self.streams.entry(stream).or_default();
        waiting.told = waiting.told.max(newest);
        waiting.past = waiting.past.map(|_| now + STALLED);
        waiting.lines.push_back(Piece { lines, at: 0, came: now, newest, kind });
    }

    /// How much text waits, in bytes.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// When something may be released that waits now; `None` where nothing waits.
    pub fn next(&self, now: u64) -> Option<u64> {
        let heads = self.streams.values().filter_map(|waiting| waiting.lines.front());
        let came = heads.map(|piece| piece.came + HOLD).min()?;
        let pasts = self.streams.values().filter_map(|waiting| waiting.past).min();
        Some(if came > now { came } else { pasts.map_or(now, |past| past.max(now + 1)) })
    }

    /// Releases what has waited long enough, in order; `all` without waiting for anything. It is not all at once where it is much: ask until nothing comes.
    pub fn release(&mut self, now: u64, all: bool) -> Entries {
        let mut out = Entries::default();
        // What is newer than this waits for a past.
        let mut until = i64::MAX;
        for waiting in self.streams.values_mut() {
            match waiting.past {
                Some(past) if past > now && !all => until = until.min(waiting.told),
                Some(_) => waiting.past = None,
                None => {}
            }
        }
        let ripe = self.streams.values().flat_map(|waiting| {
            waiting.lines.iter().take_while(|piece| all || piece.came + HOLD <= now)
        });
        // What came just now is released too where it is older than what has waited.
        let Some(horizon) = ripe.map(|piece| piece.newest).max() else { return out };
        let until = if all { horizon } else { until.min(horizon) };
        let head = |waiting: &Waiting| waiting.lines.front()?.head().filter(|time| *time <= until);
        let mut heads: BinaryHeap<Reverse<(i64, StreamId)>> = self
            .streams
            .iter()
            .filter_map(|(id, waiting)| Some(Reverse((head(waiting)?, *id))))
            .collect();
        while out.bytes() < AT_ONCE
            && let Some(Reverse((_, id))) = heads.pop()
        {
            let others = heads.peek().map_or((until, StreamId(u32::MAX)), |other| other.0);
            let Some(waiting) = self.streams.get_mut(&id) else { continue };
            // As many at once as are older than what the others have.
            while let Some(piece) = waiting.lines.front_mut() {
                while let Some((time, text, continues)) = piece.lines.get(piece.at)
                    && ((time, id) <= others || continues)
                    && (out.bytes() < AT_ONCE || continues)
                {
                    let kind = if continues { Kind::More } else { piece.kind.unwrap_or_default() };
                    out.push(time, id, kind, text);
                    piece.at += 1;
                }
                if piece.head().is_some() {
                    break;
                }
                self.bytes -= piece.lines.bytes();
                waiting.lines.pop_front();
            }
            if let Some(time) = head(waiting) {
                heads.push(Reverse((time, id)));
            }
        }
        self.streams.retain(|_, waiting| !waiting.left || !waiting.lines.is_empty());
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lines(times: &[i64]) -> Lines {
        let mut lines = Lines::default();
        for time in times {
            lines.push(*time, time.to_string().as_bytes(), false);
        }
        lines
    }

    /// All that is released now.
    fn all(merger: &mut Merger, now: u64) -> Vec<(u32, i64)> {
        let pieces =
            std::iter::from_fn(|| Some(merger.release(now, false)).filter(|it| !it.is_empty()));
        pieces.flat_map(|entries| released(&entries)).collect()
    }

    fn released(entries: &Entries) -> Vec<(u32, i64)> {
        entries.iter().map(|(entry, _)| (entry.stream.0, entry.time)).collect()
    }

    const A: StreamId = StreamId(0);
    const B: StreamId = StreamId(1);

    #[test]
    fn the_pasts_of_all_are_one() {
        let mut merger = Merger::default();
        merger.join(A, 0);
        merger.join(B, 0);
        merger.push(A, lines(&[1, 3, 5]), 0);
        assert!(merger.release(HOLD, false).is_empty(), "the other has told nothing yet");
        merger.push(B, lines(&[2, 4]), HOLD);
        assert_eq!(released(&merger.release(2 * HOLD, false)), [(0, 1), (1, 2), (0, 3), (1, 4)]);
        merger.caught_up(A);
        merger.caught_up(B);
        assert_eq!(released(&merger.release(2 * HOLD, false)), [(0, 5)]);
        assert_eq!((merger.bytes(), merger.next(9)), (0, None));
    }

    #[test]
    fn what_came_just_now_stands_before_what_is_newer() {
        let mut merger = Merger::default();
        merger.push(A, lines(&[3]), 0);
        merger.push(B, lines(&[2, 4]), HOLD - 1);
        assert_eq!(released(&merger.release(HOLD, false)), [(1, 2), (0, 3)]);
        assert_eq!(released(&merger.release(2 * HOLD, false)), [(1, 4)]);
    }

    #[test]
    fn a_log_that_says_nothing_holds_nobody_up_for_long() {
        let mut merger = Merger::default();
        merger.join(A, 0);
        merger.join(B, 0);
        merger.push(A, lines(&[1]), 10);
        assert!(merger.release(STALLED - 1, false).is_empty());
        let next = merger.next(STALLED - 1).unwrap();
        assert_eq!(released(&merger.release(next + 10, false)), [(0, 1)]);
    }

    #[test]
    fn what_happened_stands_behind_what_was_said_before() {
        let mut merger = Merger::default();
        merger.push(A, lines(&[7, 8]), 0);
        merger.note(A, Kind::Left, 3, "over", 0);
        let out = merger.release(HOLD, false);
        let kinds: Vec<_> = out.iter().map(|(entry, _)| entry.kind).collect();
        assert_eq!(kinds, [Kind::Line, Kind::Line, Kind::Left]);
    }

    #[test]
    fn the_parts_of_a_line_stay_together() {
        let mut merger = Merger::default();
        let mut long = lines(&[1]);
        long.push(9, b"more", true);
        merger.push(A, long, 0);
        merger.push(B, lines(&[2]), 0);
        assert_eq!(released(&merger.release(HOLD, false)), [(0, 1), (0, 9), (1, 2)]);
    }

    #[test]
    fn much_comes_in_pieces() {
        let mut merger = Merger::default();
        let mut long = Lines::default();
        for time in 0..3 {
            long.push(time, &vec![b'x'; AT_ONCE], false);
        }
        merger.push(A, long, 0);
        assert_eq!(merger.release(HOLD, false).len(), 1);
        assert_eq!(all(&mut merger, HOLD).len(), 2);
    }

    proptest! {
        #[test]
        fn everything_comes_once_and_each_log_in_its_own_order(
            news in prop::collection::vec((0_u32..4, prop::collection::vec(0_i64..50, 0..6), 0_u64..300), 0..40),
        ) {
            let mut merger = Merger::default();
            let mut now = 0;
            let mut out = Vec::new();
            let mut wanted: BTreeMap<u32, Vec<i64>> = BTreeMap::new();
            for (stream, times, wait) in news {
                if !wanted.contains_key(&stream) {
                    merger.join(StreamId(stream), now);
                }
                merger.push(StreamId(stream), lines(&times), now);
                wanted.entry(stream).or_default().extend(times);
                now += wait;
                out.extend(all(&mut merger, now));
            }
            while let Some(next) = merger.next(now) {
                prop_assert!(next > now || merger.bytes() > 0);
                now = next.max(now);
                out.extend(all(&mut merger, now));
            }
            prop_assert_eq!(merger.bytes(), 0);
            for (stream, wanted) in wanted {
                let seen: Vec<i64> = out.iter().filter(|(s, _)| *s == stream).map(|(_, time)| *time).collect();
                prop_assert_eq!(seen, wanted);
            }
        }

        #[test]
        fn what_is_there_together_comes_in_order_of_time(logs in prop::collection::vec(prop::collection::vec(0_i64..1000, 0..30), 1..6)) {
            let mut merger = Merger::default();
            let mut wanted = Vec::new();
            for (stream, mut times) in logs.into_iter().enumerate() {
                times.sort_unstable();
                wanted.extend(times.iter().copied());
                merger.push(StreamId(stream as u32), lines(&times), 0);
            }
            wanted.sort_unstable();
            let out: Vec<i64> = released(&merger.release(HOLD, false)).into_iter().map(|(_, time)| time).collect();
            prop_assert_eq!(out, wanted);
        }
    }
}
