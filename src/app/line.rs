//! A line of text being typed.

use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

use super::action::Action;

/// The longest line kx takes, in bytes: a paste beyond it is cut.
const LIMIT: usize = 4096;

/// A line of text being typed, with a cursor between its characters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    text: String,
    cursor: usize,
}

impl Line {
    /// A line that reads so, with the cursor at its end.
    pub fn new(text: &str) -> Self {
        let mut line = Self::default();
        line.insert(text);
        line
    }

    /// What is typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where the cursor stands, in bytes.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// What stands before the cursor.
    pub fn before(&self) -> &str {
        &self.text[..self.cursor]
    }

    /// Whether the cursor stands at the end.
    pub fn at_end(&self) -> bool {
        self.cursor == self.text.len()
    }

    /// Types text: line breaks and tabs become spaces, other control characters are dropped.
    pub fn insert(&mut self, text: &str) {
        for c in text.chars() {
            let c = if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c };
            if c.is_control() {
                continue;
            }
            if self.text.len() + c.len_utf8() > LIMIT {
                break;
            }
            self.text.insert(self.cursor, c);
            self.cursor += c.len_utf8();
        }
    }

    /// Replaces the whole line; the cursor goes to its end.
    pub fn set(&mut self, text: &str) {
        self.text.clear();
        self.cursor = 0;
        self.insert(text);
    }

    /// Replaces what stands from `start` to the cursor.
    pub fn replace_before(&mut self, start: usize, text: &str) {
        if start <= self.cursor && self.text.is_char_boundary(start) {
            self.text.drain(start..self.cursor);
            self.cursor = start;
            self.insert(text);
        }
    }

    /// Performs an editing action; whether it was one.
    pub fn edit(&mut self, action: Action) -> bool {
        match action {
            Action::CursorLeft => self.cursor = self.left(),
            Action::CursorRight => self.cursor = self.right(),
            Action::WordLeft => self.cursor = self.word_left(),
            Action::WordRight => self.cursor = self.word_right(),
            Action::LineStart => self.cursor = 0,
            Action::LineEnd => self.cursor = self.text.len(),
            Action::DeleteBack => self.delete_from(self.left()),
            Action::DeleteWord => self.delete_from(self.word_left()),
            Action::DeleteToStart => self.delete_from(0),
            Action::DeleteForward => {
                let right = self.right();
                self.text.drain(self.cursor..right);
            }
            Action::DeleteToEnd => self.text.truncate(self.cursor),
            _ => return false,
        }
        true
    }

    fn delete_from(&mut self, start: usize) {
        self.text.drain(start..self.cursor);
        self.cursor = start;
    }

    fn left(&self) -> usize {
        let mut cursor = GraphemeCursor::new(self.cursor, self.text.len(), true);
        cursor.prev_boundary(&self.text, 0).ok().flatten().unwrap_or(0)
    }

    fn right(&self) -> usize {
        let mut cursor = GraphemeCursor::new(self.cursor, self.text.len(), true);
        cursor.next_boundary(&self.text, 0).ok().flatten().unwrap_or(self.text.len())
    }

    /// The start of the word before the cursor, as in a shell: words end at spaces.
    fn word_left(&self) -> usize {
        let trimmed = self.before().trim_end();
        trimmed
            .rfind(char::is_whitespace)
            .map_or(0, |at| at + trimmed[at..].chars().next().map_or(0, char::len_utf8))
    }

    fn word_right(&self) -> usize {
        let rest = &self.text[self.cursor..];
        let word = rest.len() - rest.trim_start().len();
        let end = rest[word..].find(char::is_whitespace).unwrap_or(rest.len() - word);
        self.cursor + word + end
    }

    /// How many characters (graphemes) stand before the cursor.
    pub fn column(&self) -> usize {
        self.before().graphemes(true).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn editing_as_in_a_shell() {
        let mut line = Line::new("po -n kube-system");
        line.edit(Action::DeleteWord);
        assert_eq!(line.text(), "po -n ");
        line.edit(Action::WordLeft);
        assert_eq!(line.before(), "po ");
        line.insert("-A ");
        assert_eq!(line.text(), "po -A -n ");
        line.edit(Action::DeleteToStart);
        assert_eq!((line.text(), line.cursor()), ("-n ", 0));
        line.edit(Action::WordRight);
        assert_eq!(line.before(), "-n");
        line.edit(Action::DeleteToEnd);
        assert_eq!(line.text(), "-n");
    }

    #[test]
    fn a_character_is_what_a_person_sees() {
        let mut line = Line::new("a👩‍👩‍👧e\u{301}");
        line.edit(Action::DeleteBack);
        assert_eq!(line.text(), "a👩‍👩‍👧");
        line.edit(Action::DeleteBack);
        assert_eq!(line.text(), "a");
    }

    #[test]
    fn pasted_lines_become_one() {
        assert_eq!(Line::new("a\nb\u{1b}[31m\tc").text(), "a b[31m c");
        assert!(Line::new(&"x".repeat(1 << 20)).text().len() <= LIMIT);
    }

    proptest! {
        #[test]
        fn any_edit_keeps_the_cursor_inside(text in ".{0,40}", edits in prop::collection::vec(0..Action::ALL.len(), 0..40)) {
            let mut line = Line::new(&text);
            for edit in edits {
                line.edit(Action::ALL[edit]);
                prop_assert!(line.text().is_char_boundary(line.cursor()));
                line.insert("é");
            }
        }
    }
}
