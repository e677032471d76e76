//! Bytes of a log become lines.

use super::{Lines, Place, nanoseconds};

/// The longest line that stays one, in bytes, with its time; a longer one comes in parts, so that no line fills the memory.
const LONGEST: usize = 1 << 20;
/// The time before a line, and the space behind it, are no longer than this, in bytes.
const TIME: usize = 64;

/// Whether a text may be the first part of a line that was too long for one.
pub fn may_be_a_part(text: &[u8]) -> bool {
    text.len() + TIME >= LONGEST
}

/// Makes lines of a container's log as its bytes arrive, each of which begins with its time. Those that were read before a connection broke are left
/// out; the beginning of a line that was cut off is not a line.
#[derive(Debug)]
pub struct Splitter {
    place: Place,
    /// What has begun of a line.
    rest: Vec<u8>,
    /// The line of which a part was read already.
    parts: Option<Parts>,
    /// The longest line that stays one.
    longest: usize,
}

/// A line that comes in parts.
#[derive(Clone, Copy, Debug)]
struct Parts {
    time: i64,
    /// Whether it was not read before a connection broke, or not to its end.
    new: bool,
    /// How much of what comes was given before.
    skip: usize,
}

impl Default for Splitter {
    fn default() -> Self {
        Self { place: Place::default(), rest: Vec::new(), parts: None, longest: LONGEST }
    }
}

impl Splitter {
    /// How far the log was read.
    pub fn place(&self) -> Place {
        self.place
    }

    /// The log is read again, from the place on. What had begun of a line comes again; of a line of which parts were given already, what follows them.
    pub fn rewind(&mut self) {
        self.rest.clear();
        self.parts = None;
        self.place.rewind();
    }

    /// The log is read from this place on.
    pub fn go_on(&mut self, place: Place) {
        self.place = place;
        self.rewind();
    }

    /// Takes in what arrived, and adds the lines that are whole now.
    pub fn push(&mut self, bytes: &[u8], lines: &mut Lines) {
        let mut from = 0;
        for end in memchr::memchr_iter(b'\n', bytes) {
            let text = &bytes[from..end];
            if self.rest.is_empty() {
                self.line(text, lines);
            } else {
                self.rest.extend_from_slice(text);
                let rest = std::mem::take(&mut self.rest);
                self.line(&rest, lines);
                self.rest = rest;
                self.rest.clear();
            }
            from = end + 1;
        }
        self.rest.extend_from_slice(&bytes[from..]);
        while self.rest.len() > self.longest {
            let rest = self.rest.split_off(self.longest);
            let part = std::mem::replace(&mut self.rest, rest);
            self.part(&part, lines);
        }
    }

    /// The log ended, and its last line has no end: it is one all the same.
    pub fn finish(&mut self, lines: &mut Lines) {
        if !self.rest.is_empty() {
            let rest = std::mem::take(&mut self.rest);
            self.line(&rest, lines);
        } else if let Some(parts) = self.parts {
            self.ends(parts);
        }
        self.parts = None;
    }

    /// A whole line, or the last part of one.
    fn line(&mut self, text: &[u8], lines: &mut Lines) {
        if let Some(mut parts) = self.parts.take() {
            self.more(&mut parts, text, lines);
            self.ends(parts);
            return;
        }
        let (time, text) = self.timed(text);
        if self.place.read(time) {
            lines.push(time, text, false);
        } else if let Some(skip) = self.place.given() {
            let mut parts = Parts { time, new: true, skip };
            self.more(&mut parts, text, lines);
            self.ends(parts);
        }
    }

    /// A part of a line, and not the last.
    fn part(&mut self, text: &[u8], lines: &mut Lines) {
        if let Some(mut parts) = self.parts.take() {
            self.more(&mut parts, text, lines);
            self.parts = Some(parts);
            return;
        }
        let (time, text) = self.timed(text);
        let mut parts = Parts { time, new: self.place.read(time), skip: 0 };
        if parts.new {
            lines.push(time, text, false);
            self.place.give(text.len());
        } else if let Some(skip) = self.place.given() {
            // It was cut off after some of its parts.
            parts = Parts { time, new: true, skip };
            self.more(&mut parts, text, lines);
        }
        self.parts = Some(parts);
    }

    /// What follows of a line, without what was given before.
    fn more(&mut self, parts: &mut Parts, text: &[u8], lines: &mut Lines) {
        let skipped = parts.skip.min(text.len());
        parts.skip -= skipped;
        let text = &text[skipped..];
        if parts.new && !text.is_empty() {
            lines.push(parts.time, text, true);
            self.place.give(text.len());
        }
    }

    fn ends(&mut self, parts: Parts) {
        if parts.new {
            self.place.end();
        }
    }

    /// A line without its time, and that. A line without any has that of the one before.
    fn timed<'a>(&self, line: &'a [u8]) -> (i64, &'a [u8]) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let space = memchr::memchr(b' ', line.get(..40).unwrap_or(line));
        let (time, text) = match space {
            Some(at) => (&line[..at], &line[at + 1..]),
            None => (line, &[][..]),
        };
        nanoseconds(time)
            .map_or_else(|| (self.place.newest().unwrap_or_default(), line), |time| (time, text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn split(pieces: &[&[u8]]) -> Vec<(i64, String, bool)> {
        let mut splitter = Splitter::default();
        let mut lines = Lines::default();
        for piece in pieces {
            splitter.push(piece, &mut lines);
        }
        splitter.finish(&mut lines);
        lines.iter().map(|(t, s, c)| (t, String::from_utf8_lossy(s).into_owned(), c)).collect()
    }

    #[test]
    fn a_line_has_its_time_and_what_has_none_that_of_the_line_before() {
        let lines = split(&[
            b"1970-01-01T00:00:01Z one\n",
            b"two\n\n1970-01-01T00:00:02Z \r\n1970-01-01T00:00:03Z",
        ]);
        let second = 1_000_000_000;
        let wanted =
            [(second, "one"), (second, "two"), (second, ""), (2 * second, ""), (3 * second, "")];
        assert_eq!(lines, wanted.map(|(time, text)| (time, text.to_owned(), false)));
    }

    #[test]
    fn a_line_without_end_comes_in_parts_and_none_of_it_is_lost() {
        let mut log = b"1970-01-01T00:00:01Z ".to_vec();
        log.resize(log.len() + 3 * LONGEST, b'x');
        log.extend_from_slice(b"\n1970-01-01T00:00:02Z y\n");
        let lines = split(&[&log]);
        let long: Vec<_> = lines.iter().filter(|line| line.1.starts_with('x')).collect();
        assert_eq!(long.iter().map(|line| line.1.len()).sum::<usize>(), 3 * LONGEST);
        assert!(
            !long[0].2 && long[1..].iter().all(|line| line.2),
            "the first begins, the others continue"
        );
        assert_eq!(lines.last().unwrap().1, "y");
    }

    proptest! {
        /// Connections break within lines that come in parts, too: each byte of them comes once.
        #[test]
        fn of_long_lines_every_byte_comes_once(
            lengths in prop::collection::vec(0_usize..200, 1..12),
            cuts in prop::collection::vec(0_usize..1_500, 0..9),
            other in any::<bool>(),
        ) {
            let log: Vec<(u32, String)> = lengths.iter().enumerate().map(|(number, length)| {
                let second = number as u32 / 3;
                let text: String = (0..*length).map(|at| char::from(b'a' + ((at + number) % 26) as u8)).collect();
                (second, format!("1970-01-01T00:00:{second:02}.{}Z {text}\n", number % 3))
            }).collect();
            let mut splitter = Splitter { longest: 50, ..Splitter::default() };
            let mut lines = Lines::default();
            for cut in cuts.into_iter().map(Some).chain([None]) {
                if other {
                    // Another reads on from the place.
                    let place = splitter.place();
                    splitter = Splitter { longest: 50, ..Splitter::default() };
                    splitter.go_on(place);
                } else {
                    splitter.rewind();
                }
                let since = splitter.place().since().unwrap_or_default();
                let text: String = log.iter().filter(|(second, _)| i64::from(*second) >= since).map(|(_, line)| line.as_str()).collect();
                splitter.push(&text.as_bytes()[..cut.unwrap_or(usize::MAX).min(text.len())], &mut lines);
            }
            let mut seen: Vec<String> = Vec::new();
            for (_, text, more) in lines.iter() {
                let text = String::from_utf8_lossy(text);
                match seen.last_mut() {
                    Some(last) if more => last.push_str(&text),
                    _ => seen.push(text.into_owned()),
                }
            }
            let wanted: Vec<String> = log.iter().map(|(_, line)| line.trim_end().split_once(' ').map_or(String::new(), |(_, text)| text.to_owned())).collect();
            prop_assert_eq!(seen, wanted);
        }

        #[test]
        fn it_does_not_matter_how_a_log_is_cut(words in prop::collection::vec("[a-z \\r]{0,9}", 0..9), cuts in prop::collection::vec(0_usize..300, 0..9)) {
            let mut log = String::new();
            for (number, word) in words.iter().enumerate() {
                log += &format!("1970-01-01T00:00:{number:02}.5Z {word}\n");
            }
            let mut ends: Vec<usize> = cuts.into_iter().map(|cut| cut.min(log.len())).collect();
            ends.sort_unstable();
            ends.push(log.len());
            let starts = std::iter::once(0).chain(ends.iter().copied());
            let pieces: Vec<&[u8]> = starts.zip(&ends).map(|(from, to)| &log.as_bytes()[from..*to]).collect();
            prop_assert_eq!(split(&pieces), split(&[log.as_bytes()]));
            prop_assert_eq!(split(&pieces).len(), words.len());
        }

        /// Connections break anywhere, also within a line; the server begins again at a whole second.
        #[test]
        fn every_line_comes_once(words in prop::collection::vec(("[a-z]{0,9}", 0_u32..30), 0..60), cuts in prop::collection::vec(0_usize..700, 0..9)) {
            let mut tenths = 0;
            let log: Vec<(u32, String)> = words.iter().map(|(word, step)| {
                tenths += step;
                (tenths / 10, format!("1970-01-01T00:{:02}:{:02}.{}Z {word}\n", tenths / 600, tenths / 10 % 60, tenths % 10))
            }).collect();
            let mut splitter = Splitter::default();
            let mut lines = Lines::default();
            for cut in cuts.into_iter().map(Some).chain([None]) {
                splitter.rewind();
                let since = splitter.place().since().unwrap_or_default();
                let text: String = log.iter().filter(|(second, _)| i64::from(*second) >= since).map(|(_, line)| line.as_str()).collect();
                splitter.push(&text.as_bytes()[..cut.unwrap_or(usize::MAX).min(text.len())], &mut lines);
            }
            let seen: Vec<_> = lines.iter().map(|(_, text, _)| String::from_utf8_lossy(text).into_owned()).collect();
            let wanted: Vec<_> = words.into_iter().map(|(word, _)| word).collect();
            prop_assert_eq!(seen, wanted);
        }
    }
}
