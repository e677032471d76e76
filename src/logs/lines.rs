//! Lines of one container, as they were read.

/// Lines of one container, in the order of its log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines {
    text: Vec<u8>,
    lines: Vec<Said>,
}

/// Where a line ends in the text, and when it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Said {
    end: usize,
    time: i64,
    continues: bool,
}

impl Lines {
    /// Adds a line of this time, nanoseconds since the Unix epoch; `continues` where it is a further part of the one before.
    pub fn push(&mut self, time: i64, text: &[u8], continues: bool) {
        self.text.extend_from_slice(text);
        self.lines.push(Said { end: self.text.len(), time, continues });
    }

    /// How many lines there are.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// How much memory the text takes, in bytes.
    pub fn bytes(&self) -> usize {
        self.text.len()
    }

    /// Line `at`: its time, its text, and whether it continues the one before.
    pub fn get(&self, at: usize) -> Option<(i64, &[u8], bool)> {
        let said = self.lines.get(at)?;
        let start = at.checked_sub(1).map_or(0, |before| self.lines[before].end);
        Some((said.time, &self.text[start..said.end], said.continues))
    }

    /// All lines, in order.
    pub fn iter(&self) -> impl Iterator<Item = (i64, &[u8], bool)> {
        (0..self.len()).filter_map(|at| self.get(at))
    }
}
