//! Searching in the editor, and going to a line by its number.

use std::ops::Range;

use crate::editor::Pos;

use super::super::{App, Over};
use super::Editor;

/// The most lines that are counted for how many matches there are.
const COUNTED: usize = 20_000;

impl Editor {
    /// What the search finds in a line, in bytes.
    pub fn matches(&self, line: usize) -> Vec<Range<usize>> {
        self.search.ranges(self.buffer.line(line))
    }

    /// How many matches there are; `None` where that would take too long to count.
    pub fn count(&self) -> Option<usize> {
        let lines = self.buffer.lines();
        (lines.len() <= COUNTED).then(|| lines.iter().map(|l| self.search.ranges(l).len()).sum())
    }

    /// Goes to the next match, or the one before, round the end.
    pub(super) fn seek(&mut self, forward: bool) -> Result<(), String> {
        // A match that is selected is the one to go on from.
        let from = self.buffer.selection().map_or(self.buffer.cursor(), |(start, _)| start);
        let found = self.next(from, forward, false);
        let Some((line, range)) = found else { return Err(self.search.nothing()) };
        self.buffer.select(Pos::new(line, range.start), Pos::new(line, range.end));
        self.touched();
        self.look(false);
        Ok(())
    }

    /// The next match from a place on; with `stay`, one that begins just there.
    fn next(&self, from: Pos, forward: bool, stay: bool) -> Option<(usize, Range<usize>)> {
        let count = self.buffer.lines().len();
        let here = |line: usize, is: &dyn Fn(&Range<usize>) -> bool| {
            let all = self.matches(line).into_iter().filter(|range| is(range));
            let found =
                if forward { all.min_by_key(|r| r.start) } else { all.max_by_key(|r| r.start) };
            found.map(|range| (line, range))
        };
        let behind = |range: &Range<usize>| match forward {
            true if stay => range.start >= from.byte,
            true => range.start > from.byte,
            false => range.start < from.byte,
        };
        here(from.line, &behind).or_else(|| {
            (1..=count).find_map(|steps| {
                let steps = if forward { steps } else { count - steps % count };
                here((from.line + steps) % count, &|_| true)
            })
        })
    }

    /// A search is being typed: the cursor goes to the first match from where it was.
    fn type_search(&mut self, pattern: &str) {
        self.search.set(pattern);
        match self.next(self.origin, true, true) {
            Some((line, range)) => {
                self.buffer.select(Pos::new(line, range.start), Pos::new(line, range.end));
            }
            None => self.buffer.go(self.origin, false),
        }
        self.touched();
    }

    /// A line's number is being typed.
    fn type_line(&mut self, number: &str) {
        match number.trim().parse::<usize>() {
            Ok(number) => self.buffer.go(Pos::new(number.saturating_sub(1), 0), false),
            Err(_) => self.buffer.go(self.origin, false),
        }
        self.touched();
    }
}

impl App {
    /// A search is typed over the editor; whether there is one.
    pub(in super::super) fn search_editor(&mut self, pattern: &str) -> bool {
        let Some(editor) = self.editor_below() else { return false };
        editor.type_search(pattern);
        true
    }

    /// The number of a line is typed over the editor.
    pub(in super::super) fn go_to_line(&mut self, number: &str) {
        if let Some(editor) = self.editor_below() {
            editor.type_line(number);
        }
    }

    /// What was typed over the editor is left: the cursor is where it was.
    pub(in super::super) fn leave_search(&mut self) {
        if let Some(editor) = self.editor_below() {
            editor.buffer.go(editor.origin, false);
            editor.touched();
        }
    }

    /// The editor below a prompt.
    pub(super) fn editor_below(&mut self) -> Option<&mut Editor> {
        let at = self.over.len().checked_sub(2)?;
        match self.over.get_mut(at) {
            Some(Over::Editor(editor)) => Some(editor),
            _ => None,
        }
    }
}
