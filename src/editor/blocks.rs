//! Edits that know a little of YAML: where the next line begins, blocks moved in and out, lines made comments; and deletions.

use super::buffer::{Buffer, Pos};
use super::outline::{Part, is_comment, parts};
use crate::yaml::opens_block;

/// How far a block is moved in.
const INDENT: usize = 2;

impl Buffer {
    /// Deletes what is selected, or the character before the cursor; before the first word of a line, up to the indentation before.
    pub fn delete_back(&mut self) {
        let at = self.cursor();
        let start = match self.line(at.line).get(..at.byte) {
            Some(before) if !before.is_empty() && before.bytes().all(|b| b == b' ') => {
                Pos::new(at.line, (at.byte - 1) / INDENT * INDENT)
            }
            _ => self.left(at),
        };
        self.delete_to(start);
    }

    /// Deletes what is selected, or the character under the cursor.
    pub fn delete_forward(&mut self) {
        let to = self.right(self.cursor());
        self.delete_to(to);
    }

    /// Deletes what is selected, or back to the start of a word.
    pub fn delete_word(&mut self) {
        let to = self.word_left(self.cursor());
        self.delete_to(to);
    }

    /// Deletes what is selected, or all before the cursor in its line.
    pub fn delete_to_start(&mut self) {
        let at = self.cursor();
        self.delete_to(Pos::new(at.line, 0));
    }

    /// Deletes what is selected, or all behind the cursor in its line; at its end, the line end.
    pub fn delete_to_end(&mut self) {
        let at = self.cursor();
        let end = Pos::new(at.line, self.line(at.line).len());
        let to = if at == end { self.right(at) } else { end };
        self.delete_to(to);
    }

    fn delete_to(&mut self, to: Pos) {
        let at = self.cursor();
        let (start, end) = self.selection().unwrap_or((at.min(to), at.max(to)));
        self.replace(start, end, "");
    }

    /// The text that a copy takes: what is selected, else the whole line.
    pub fn copied(&self) -> String {
        match self.selection() {
            Some(_) => self.selected_text(),
            None => format!("{}\n", self.line(self.cursor().line)),
        }
    }

    /// Deletes what is selected, else the whole line, and gives it.
    pub fn cut(&mut self) -> String {
        let text = self.copied();
        match self.selection() {
            Some((start, end)) => self.replace(start, end, ""),
            None => self.delete_line(),
        }
        text
    }

    /// Deletes the line of the cursor.
    pub fn delete_line(&mut self) {
        let line = self.cursor().line;
        let last = self.lines().len() - 1;
        if line < last {
            self.replace(Pos::new(line, 0), Pos::new(line + 1, 0), "");
        } else {
            let start = line
                .checked_sub(1)
                .map_or(Pos::new(line, 0), |above| Pos::new(above, self.line(above).len()));
            self.replace(start, self.end(), "");
        }
    }

    /// Begins a new line, as far in as what would follow: below a key without a value deeper, behind an item of plain text another item.
    pub fn new_line(&mut self) {
        let at = self.selection().map_or_else(|| self.cursor(), |(start, _)| start);
        let line = self.line(at.line).get(..at.byte).unwrap_or_default();
        let indent = line.len() - line.trim_start_matches(' ').len();
        let trimmed = line.trim_end();
        let all = if is_comment(line) { Vec::new() } else { parts(trimmed) };
        let last = all.last();
        if self.selection().is_none()
            && trimmed.trim_start() == "-"
            && at.byte == self.line(at.line).len()
        {
            // An item of which nothing was written ends the list.
            return self.replace(Pos::new(at.line, indent), at, "");
        }
        let deeper = trimmed.ends_with(':') || opens_block(trimmed);
        let column = match last {
            Some(Part::Key { column, .. }) => column + if deeper { INDENT } else { 0 },
            Some(Part::Item { column }) if opens_block(trimmed) => column + INDENT,
            _ => indent,
        };
        let mut text = format!("\n{}", " ".repeat(column));
        if let Some(Part::Item { .. }) = last
            && trimmed.trim_start().len() > 1
            && !opens_block(trimmed)
        {
            text.push_str("- ");
        }
        let (start, end) = self.selection().unwrap_or((at, at));
        // What is carried over needs no blanks before it.
        let blanks = self
            .line(end.line)
            .get(end.byte..)
            .map_or(0, |rest| rest.len() - rest.trim_start_matches(' ').len());
        self.replace(start, Pos::new(end.line, end.byte + blanks), &text);
    }

    /// The lines that an edit of whole lines is about.
    fn block(&self) -> (usize, usize) {
        match self.selection() {
            // A selection that ends before a line's first character does not hold it.
            Some((start, end)) if end.byte == 0 && end.line > start.line => {
                (start.line, end.line - 1)
            }
            Some((start, end)) => (start.line, end.line),
            None => (self.cursor().line, self.cursor().line),
        }
    }

    /// Moves the selected lines in; without a selection, the cursor goes to the next step of indentation.
    pub fn indent(&mut self) {
        if self.selection().is_none() {
            let columns = INDENT - self.column() % INDENT;
            return self.insert(&" ".repeat(columns));
        }
        self.each_line(|line| (!line.trim().is_empty()).then(|| (0, 0, " ".repeat(INDENT))));
    }

    /// Moves the lines out.
    pub fn dedent(&mut self) {
        self.each_line(|line| {
            let blanks = line.len() - line.trim_start_matches(' ').len();
            (blanks > 0).then(|| (0, blanks.min(INDENT), String::new()))
        });
    }

    /// Makes the lines comments, or, where all are, makes them none.
    pub fn toggle_comment(&mut self) {
        let (first, last) = self.block();
        let lines = || (first..=last).map(|l| self.line(l)).filter(|l| !l.trim().is_empty());
        let all = lines().all(is_comment);
        let column = lines().map(|l| l.len() - l.trim_start_matches(' ').len()).min().unwrap_or(0);
        self.each_line(|line| {
            if line.trim().is_empty() {
                return None;
            }
            if !all {
                return Some((column, 0, "# ".to_owned()));
            }
            let at = line.len() - line.trim_start().len();
            let sign = if line.get(at..)?.starts_with("# ") { 2 } else { 1 };
            Some((at, sign, String::new()))
        });
    }

    /// Edits each line of the block: where, how many bytes go, and what comes in their place. All of it is one step.
    fn each_line(&mut self, edit: impl Fn(&str) -> Option<(usize, usize, String)>) {
        let (first, last) = self.block();
        let (mut cursor, mut anchor) = (
            self.cursor(),
            self.selection().map(|(start, end)| if start == self.cursor() { end } else { start }),
        );
        self.begin_step();
        for number in first..=last {
            let Some((at, gone, new)) = edit(self.line(number)) else { continue };
            self.replace(Pos::new(number, at), Pos::new(number, at + gone), &new);
            for place in std::iter::once(&mut cursor).chain(anchor.as_mut()) {
                if place.line == number && place.byte >= at {
                    place.byte = (place.byte.max(at + gone) - gone + new.len()).max(at);
                }
            }
        }
        self.end_step(cursor, anchor);
    }

    /// Makes it read so, as one step; the cursor stays in the line that it is in, as far as there is one like it.
    pub fn become_text(&mut self, text: &str) {
        let cursor = self.cursor();
        let here = self.line(cursor.line).to_owned();
        self.begin_step();
        self.replace(Pos::default(), self.end(), text);
        let near = |line: &usize| line.abs_diff(cursor.line);
        let same = (0..self.lines().len()).filter(|l| self.line(*l) == here).min_by_key(near);
        self.end_step(Pos::new(same.unwrap_or(cursor.line), cursor.byte), None);
    }
}

/// Does one of the edits, for tests that do any.
#[cfg(test)]
pub(super) fn any(buffer: &mut Buffer, number: usize) {
    match number % 11 {
        0 => buffer.delete_back(),
        1 => buffer.delete_forward(),
        2 => buffer.delete_word(),
        3 => buffer.delete_to_start(),
        4 => buffer.delete_to_end(),
        5 => drop(buffer.cut()),
        6 => buffer.new_line(),
        7 => buffer.indent(),
        8 => buffer.dedent(),
        9 => buffer.toggle_comment(),
        _ => buffer.become_text("a:\n- b\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> String {
        let mut buffer = Buffer::new(text);
        buffer.go(buffer.end(), false);
        buffer.new_line();
        buffer.insert("x");
        buffer.text()
    }

    #[test]
    fn a_new_line_is_as_far_in_as_what_follows() {
        for (before, after) in [
            ("a: 1", "a: 1\nx"),
            ("a:", "a:\n  x"),
            ("  a: |", "  a: |\n    x"),
            ("- name: web", "- name: web\n  x"),
            ("- name:", "- name:\n    x"),
            ("  - one", "  - one\n  - x"),
            ("args:\n  - ", "args:\n  x"),
            ("  # note:", "  # note:\n  x"),
            ("", "\nx"),
        ] {
            assert_eq!(typed(before), after, "{before:?}");
        }
        let mut buffer = Buffer::new("a: b c");
        buffer.go(Pos::new(0, 4), false);
        buffer.new_line();
        assert_eq!(buffer.text(), "a: b\nc");
    }

    #[test]
    fn blocks_move_in_and_out_and_become_comments() {
        let mut buffer = Buffer::new("a:\n  b: 1\n\n  c: 2\nd: 3");
        buffer.select(Pos::new(1, 2), Pos::new(4, 0));
        buffer.indent();
        assert_eq!(buffer.text(), "a:\n    b: 1\n\n    c: 2\nd: 3");
        buffer.dedent();
        buffer.dedent();
        assert_eq!(buffer.text(), "a:\nb: 1\n\nc: 2\nd: 3");
        buffer.toggle_comment();
        assert_eq!(buffer.text(), "a:\n# b: 1\n\n# c: 2\nd: 3");
        buffer.toggle_comment();
        assert_eq!(buffer.text(), "a:\nb: 1\n\nc: 2\nd: 3");
        for _ in 0..5 {
            buffer.undo();
        }
        assert_eq!(buffer.text(), "a:\n  b: 1\n\n  c: 2\nd: 3");
    }

    #[test]
    fn a_line_is_cut_and_backspace_takes_a_step_of_indentation() {
        let mut buffer = Buffer::new("a: 1\nb: 2");
        buffer.go(Pos::new(1, 1), false);
        assert_eq!(buffer.cut(), "b: 2\n");
        assert_eq!(buffer.text(), "a: 1");
        let mut buffer = Buffer::new("     x");
        buffer.go(Pos::new(0, 5), false);
        buffer.delete_back();
        buffer.delete_back();
        assert_eq!(buffer.text(), "  x");
    }

    #[test]
    fn another_text_keeps_the_cursor_in_its_line() {
        let mut buffer = Buffer::new("a: 1\nb: 2\nc: 3");
        buffer.go(Pos::new(1, 3), false);
        buffer.become_text("# kx: no\na: 1\nb: 2\nc: 3");
        assert_eq!(buffer.cursor(), Pos::new(2, 3));
        buffer.undo();
        assert_eq!((buffer.text().as_str(), buffer.cursor()), ("a: 1\nb: 2\nc: 3", Pos::new(1, 3)));
    }
}
