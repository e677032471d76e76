//! How far a container's log was read, so that reading goes on there.

/// Nanoseconds of a second.
const SECOND: i64 = 1_000_000_000;

/// How far a container's log was read.
///
/// A server begins a log at a second, no finer (`sinceTime` is cut to it), and gives every line written at that second or later, in the log's order. So
/// what is remembered is the second of the newest line and how many lines since then were read: as many are left out when reading goes on (the
/// rule is stern's). A line that is newer than all that was read is never left out, should the server have lost some that were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    newest: Option<i64>,
    /// How many lines of the newest one's second, or later, were read.
    count: u64,
    /// How many of those that come now were read before.
    again: u64,
    /// How much of the line that was read last was given, in bytes, while its end was not read; 0 where all of it was.
    given: usize,
}

impl Place {
    /// From when on the log must be asked for, whole seconds since the Unix epoch; `None` where nothing was read.
    pub fn since(&self) -> Option<i64> {
        Some(self.newest?.div_euclid(SECOND))
    }

    /// The time of the newest line that was read, nanoseconds since the Unix epoch.
    pub fn newest(&self) -> Option<i64> {
        self.newest
    }

    /// Reading begins again, from [`Place::since`].
    pub fn rewind(&mut self) {
        self.again = self.count;
    }

    /// More was given of the line that was read last, whose end is yet to come.
    pub fn give(&mut self, bytes: usize) {
        self.given += bytes;
    }

    /// The line that was read last was given to its end.
    pub fn end(&mut self) {
        self.given = 0;
    }

    /// How much was given of the line that was just read again, where its end was not.
    pub fn given(&self) -> Option<usize> {
        (self.again == 0 && self.given > 0).then_some(self.given)
    }

    /// A line of this time was read: whether it is a new one.
    pub fn read(&mut self, time: i64) -> bool {
        if self.again > 0 {
            if self.newest.is_none_or(|newest| time <= newest) {
                self.again -= 1;
                return false;
            }
            // What was read is not there any more.
            self.again = 0;
        }
        self.given = 0;
        let second = time.div_euclid(SECOND);
        match self.since() {
            Some(known) if second < known => {}
            Some(known) if second == known => self.count += 1,
            _ => self.count = 1,
        }
        self.newest = Some(self.newest.map_or(time, |newest| newest.max(time)));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Times of a log are nearly in order: two pipes are written by two threads.
        #[test]
        fn every_line_is_read_once_however_often_the_connection_breaks(
            steps in prop::collection::vec((0_i64..900_000_000, 0_i64..5_000_000), 1..200),
            cuts in prop::collection::vec(0_usize..60, 0..20),
        ) {
            let mut now = 1_700_000_000 * SECOND;
            let log: Vec<i64> = steps.into_iter().map(|(step, back)| { now += step; now - back }).collect();
            let mut place = Place::default();
            let mut seen = Vec::new();
            for length in cuts.into_iter().chain([usize::MAX]) {
                place.rewind();
                let since = place.since().map_or(i64::MIN, |second| second * SECOND);
                let rest = log.iter().enumerate().filter(|(_, time)| **time >= since).take(length);
                seen.extend(rest.filter(|(_, time)| place.read(**time)).map(|(number, _)| number));
            }
            prop_assert_eq!(seen, (0..log.len()).collect::<Vec<_>>());
        }
    }

    #[test]
    fn what_the_server_lost_takes_no_new_line_with_it() {
        let mut place = Place::default();
        for time in [10, 20, 30] {
            assert!(place.read(time * SECOND / 100));
        }
        place.rewind();
        assert_eq!(place.since(), Some(0));
        // The log was rotated away: what comes is all new.
        assert!(place.read(31 * SECOND / 100));
        assert!(place.read(31 * SECOND / 100));
    }
}
