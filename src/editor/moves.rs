//! Moves of the cursor through a text: characters, words, lines, screenfuls.

use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation as _};

use crate::text;

use super::buffer::{Buffer, Pos};

/// A move of the cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// A character to the left; before the first, to the line above.
    Left,
    /// A character to the right; behind the last, to the line below.
    Right,
    /// A word to the left.
    WordLeft,
    /// A word to the right.
    WordRight,
    /// A line up.
    Up,
    /// A line down.
    Down,
    /// A screenful up.
    PageUp,
    /// A screenful down.
    PageDown,
    /// To where the line's words begin, and from there to its first column.
    LineStart,
    /// To the line's end.
    LineEnd,
    /// To the start of the text.
    Top,
    /// To the end of the text.
    Bottom,
}

#[cfg(test)]
pub(super) const ALL: [Move; 12] = [
    Move::Left,
    Move::Right,
    Move::WordLeft,
    Move::WordRight,
    Move::Up,
    Move::Down,
    Move::PageUp,
    Move::PageDown,
    Move::LineStart,
    Move::LineEnd,
    Move::Top,
    Move::Bottom,
];

impl Buffer {
    /// Moves the cursor; `height` is how many lines a screenful has. With `select`, what is passed is selected.
    pub fn step(&mut self, by: Move, height: usize, select: bool) {
        let at = self.cursor();
        let vertical = match by {
            Move::Up => Some(-1),
            Move::Down => Some(1),
            Move::PageUp => Some(-(height.max(1) as isize)),
            Move::PageDown => Some(height.max(1) as isize),
            _ => None,
        };
        if let Some(lines) = vertical {
            let column = self.wanted.unwrap_or_else(|| self.column());
            let line = at.line.saturating_add_signed(lines);
            let last = self.lines().len() - 1;
            let to = if lines < 0 && at.line == 0 {
                Pos::default()
            } else if lines > 0 && at.line == last {
                self.end()
            } else {
                let line = line.min(last);
                Pos::new(line, byte_at(self.line(line), column))
            };
            self.go(to, select);
            self.wanted = Some(column);
            return;
        }
        // A selection is left at the end that the move goes to.
        if let (false, Some((start, end)), Move::Left | Move::Right) =
            (select, self.selection(), by)
        {
            return self.go(if by == Move::Left { start } else { end }, false);
        }
        let to = match by {
            Move::Left => self.left(at),
            Move::Right => self.right(at),
            Move::WordLeft => self.word_left(at),
            Move::WordRight => self.word_right(at),
            Move::LineStart => {
                let line = self.line(at.line);
                let words = line.len() - line.trim_start().len();
                Pos::new(at.line, if at.byte == words { 0 } else { words })
            }
            Move::LineEnd => Pos::new(at.line, self.line(at.line).len()),
            Move::Top => Pos::default(),
            _ => self.end(),
        };
        self.go(to, select);
    }

    /// The column of the cursor, from 0: how many columns of a terminal stand before it.
    pub fn column(&self) -> usize {
        let at = self.cursor();
        text::width(self.line(at.line).get(..at.byte).unwrap_or_default())
    }

    /// Puts the cursor into a line at the column nearest to this.
    pub fn click(&mut self, line: usize, column: usize, select: bool) {
        let line = line.min(self.lines().len() - 1);
        let byte = byte_at(self.line(line), column);
        self.go(Pos::new(line, byte), select);
    }

    /// The place a character before another.
    pub(super) fn left(&self, at: Pos) -> Pos {
        let line = self.line(at.line);
        if at.byte == 0 {
            let Some(above) = at.line.checked_sub(1) else { return at };
            return Pos::new(above, self.line(above).len());
        }
        let mut cursor = GraphemeCursor::new(at.byte, line.len(), true);
        Pos::new(at.line, cursor.prev_boundary(line, 0).ok().flatten().unwrap_or(0))
    }

    /// The place a character behind another.
    pub(super) fn right(&self, at: Pos) -> Pos {
        let line = self.line(at.line);
        if at.byte >= line.len() {
            return if at.line + 1 < self.lines().len() { Pos::new(at.line + 1, 0) } else { at };
        }
        let mut cursor = GraphemeCursor::new(at.byte, line.len(), true);
        Pos::new(at.line, cursor.next_boundary(line, 0).ok().flatten().unwrap_or(line.len()))
    }

    pub(super) fn word_left(&self, at: Pos) -> Pos {
        let before = self.line(at.line).get(..at.byte).unwrap_or_default();
        let rest = before.trim_end_matches(|c| !is_word(c));
        if rest.is_empty() {
            return if at.byte > 0 { Pos::new(at.line, 0) } else { self.left(at) };
        }
        Pos::new(at.line, rest.trim_end_matches(is_word).len())
    }

    pub(super) fn word_right(&self, at: Pos) -> Pos {
        let line = self.line(at.line);
        let rest = line.get(at.byte..).unwrap_or_default();
        if rest.is_empty() {
            return self.right(at);
        }
        let word = rest.trim_start_matches(|c| !is_word(c)).trim_start_matches(is_word);
        Pos::new(at.line, line.len() - word.len())
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The byte of a line that stands in this column, or the one nearest to it.
fn byte_at(line: &str, column: usize) -> usize {
    if line.bytes().all(|b| matches!(b, b' '..=b'~')) {
        return column.min(line.len());
    }
    let mut passed = 0;
    for (byte, grapheme) in line.grapheme_indices(true) {
        let width = text::width(grapheme);
        if passed + width > column {
            return byte;
        }
        passed += width;
    }
    line.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_is_what_a_person_sees() {
        let mut buffer = Buffer::new("a👩‍👩‍👧é\n漢字");
        for byte in [1, "a👩‍👩‍👧".len(), "a👩‍👩‍👧é".len()] {
            buffer.step(Move::Right, 10, false);
            assert_eq!(buffer.cursor(), Pos::new(0, byte));
        }
        buffer.step(Move::Right, 10, false);
        buffer.step(Move::Right, 10, false);
        assert_eq!((buffer.cursor(), buffer.column()), (Pos::new(1, 3), 2));
    }

    #[test]
    fn up_and_down_keep_to_the_column() {
        let mut buffer = Buffer::new("abcdef\nx\n漢字abc");
        buffer.go(Pos::new(0, 5), false);
        buffer.step(Move::Down, 10, false);
        assert_eq!(buffer.cursor(), Pos::new(1, 1));
        buffer.step(Move::Down, 10, false);
        assert_eq!((buffer.cursor().line, buffer.column()), (2, 5));
        buffer.step(Move::Down, 10, false);
        assert_eq!(buffer.cursor(), buffer.end());
    }

    #[test]
    fn words_end_where_signs_are() {
        let mut buffer = Buffer::new("  image: nginx:1.2");
        let mut stops = Vec::new();
        for _ in 0..5 {
            buffer.step(Move::WordRight, 10, false);
            stops.push(buffer.cursor().byte);
        }
        assert_eq!(stops, [7, 14, 16, 18, 18]);
        buffer.step(Move::WordLeft, 10, true);
        assert_eq!(buffer.selected_text(), "2");
        buffer.step(Move::LineStart, 10, false);
        assert_eq!(buffer.cursor().byte, 2);
        buffer.step(Move::LineStart, 10, false);
        assert_eq!(buffer.cursor().byte, 0);
    }
}
