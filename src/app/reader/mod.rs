//! Reading a text: the cursor, folds, the search, how far it is scrolled, and the marks of what changed.

mod folds;
mod line;
mod search;

use std::collections::HashMap;
use std::ops::Range;

pub use line::TextLine;
pub(super) use line::{close, hash};
pub use search::Search;

use folds::Folds;

use super::action::Action;
use super::browse::moved;

/// For how many seconds a line that changed stays marked.
pub const MARKED_FOR: i64 = 10;

/// How many columns left and right scroll by.
const SCROLL: usize = 8;

/// A text, and where the person is in it. Its lines are written anew when what they say changes; cursor, folds and marks go by their paths.
#[derive(Debug, Default)]
pub struct Reader {
    /// The search.
    pub search: Search,
    /// How many columns are scrolled off to the left.
    pub left: usize,
    lines: Vec<TextLine>,
    folds: Folds,
    changed: HashMap<u64, i64>,
    /// The lines that folds leave, as indices into `lines`.
    visible: Vec<usize>,
    /// The cursor, as an index into `visible`.
    cursor: usize,
    first: usize,
}

impl Reader {
    /// Its lines, folded or not.
    pub fn lines(&self) -> &[TextLine] {
        &self.lines
    }

    /// The lines that folds leave, as indices into [`Reader::lines`], in order.
    pub fn visible(&self) -> &[usize] {
        &self.visible
    }

    /// Where the cursor is, as an index into [`Reader::visible`].
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// What stands in the first line of the screen, as an index into [`Reader::visible`].
    pub fn first(&self) -> usize {
        self.first
    }

    /// The line under the cursor, as an index into the lines; 0 where there is none.
    pub fn here(&self) -> usize {
        self.visible.get(self.cursor).copied().unwrap_or(0)
    }

    /// Whether what stands below a line is folded away.
    pub fn is_folded(&self, line: usize) -> bool {
        self.lines.get(line).is_some_and(|l| self.folds.is_folded(l, line))
    }

    /// Whether a line changed a moment ago.
    pub fn is_changed(&self, line: usize, now: i64) -> bool {
        let at = self.lines.get(line).and_then(|l| self.changed.get(&l.path));
        at.is_some_and(|at| now.saturating_sub(*at) < MARKED_FOR)
    }

    /// The matches of the search in a line, as ranges of bytes.
    pub fn matches(&self, line: usize) -> impl Iterator<Item = Range<usize>> {
        self.search.in_line(line)
    }

    /// When the next mark of a change goes.
    pub(super) fn next_wake(&self, now: i64) -> Option<i64> {
        self.changed.values().map(|at| at + MARKED_FOR).filter(|until| *until > now).min()
    }

    /// Takes the text as it is written now; what differs from before is marked as changed at `marked`, where that is given.
    pub(super) fn write(&mut self, lines: Vec<TextLine>, marked: Option<i64>) {
        let here = self.visible.get(self.cursor).and_then(|l| self.lines.get(*l)).map(|l| l.path);
        let before = std::mem::replace(&mut self.lines, lines);
        if let Some(now) = marked {
            self.changed.retain(|_, at| now.saturating_sub(*at) < MARKED_FOR);
            self.mark_changes(&before, now);
        }
        self.search.find(&self.lines);
        self.fold_lines();
        // The cursor stays on its line where that is still there.
        if let Some(at) =
            here.and_then(|path| self.visible.iter().position(|l| self.lines[*l].path == path))
        {
            self.first = (self.first + at).saturating_sub(self.cursor);
            self.cursor = at;
        }
    }

    fn mark_changes(&mut self, before: &[TextLine], now: i64) {
        let mut before: HashMap<u64, (u64, u64)> =
            before.iter().map(|l| (l.path, (l.hash(), l.parent))).collect();
        for line in &self.lines {
            let same = before.remove(&line.path).is_some_and(|(hash, _)| hash == line.hash());
            if !same && !line.text.trim().is_empty() {
                self.changed.insert(line.path, now);
            }
        }
        // What is left was taken away: the line above it says so.
        for (_, parent) in before.into_values() {
            self.changed.insert(parent, now);
        }
    }

    fn fold_lines(&mut self) {
        self.visible.clear();
        let mut line = 0;
        while line < self.lines.len() {
            self.visible.push(line);
            line = if self.is_folded(line) { self.lines[line].end } else { line + 1 };
        }
        self.cursor = self.cursor.min(self.visible.len().saturating_sub(1));
    }

    /// Goes to a line, and unfolds what hides it.
    pub(super) fn go_to_line(&mut self, line: usize) {
        if self.folds.show(&self.lines, line) {
            self.fold_lines();
        }
        self.cursor = self.visible.partition_point(|l| *l < line);
    }

    /// Goes to the first match, where a text was opened in search of something.
    pub(super) fn go_to_first_match(&mut self) {
        if let Some(line) = self.search.next(0, true, true) {
            self.go_to_line(line);
        }
    }

    /// Searches while the search is typed: from the cursor on.
    pub(super) fn type_search(&mut self, pattern: &str) {
        self.search.set(pattern);
        self.search.find(&self.lines);
        if let Some(line) = self.search.next(self.here(), true, true) {
            self.go_to_line(line);
        }
    }

    /// Goes to a line of the screen, as the mouse does.
    pub(super) fn click(&mut self, line: usize) {
        self.cursor = (self.first + line).min(self.visible.len().saturating_sub(1));
    }

    /// Scrolls by lines; the cursor stays on the screen.
    pub(super) fn scroll(&mut self, lines: isize, height: usize) {
        let last = self.visible.len().saturating_sub(height);
        self.first = self.first.saturating_add_signed(lines).min(last);
        self.cursor = self.cursor.clamp(self.first, self.first + height.max(1) - 1);
        self.cursor = self.cursor.min(self.visible.len().saturating_sub(1));
    }

    /// Keeps the cursor on the screen.
    pub(super) fn settle(&mut self, height: usize) {
        self.first = self.first.min(self.visible.len().saturating_sub(height)).min(self.cursor);
        self.first = self.first.max((self.cursor + 1).saturating_sub(height));
    }

    /// Performs an action that is about reading alone; whether it was one.
    ///
    /// # Errors
    /// Says why nothing happened.
    pub(super) fn act(&mut self, action: Action, height: usize) -> Result<bool, String> {
        if let Some(to) = moved(action, self.cursor, self.visible.len(), height) {
            self.cursor = to;
            return Ok(true);
        }
        let here = self.here();
        match action {
            Action::Left => self.left = self.left.saturating_sub(SCROLL),
            Action::Right => {
                let longest = self.lines.iter().map(|l| l.text.len()).max().unwrap_or(0);
                self.left = (self.left + SCROLL).min(longest.saturating_sub(1));
            }
            Action::NextMatch | Action::PreviousMatch => {
                let forward = action == Action::NextMatch;
                let to = self.search.next(here, forward, false);
                self.go_to_line(to.ok_or_else(|| self.search.nothing())?);
            }
            Action::Fold => {
                if let Some(line) = self.folds.turn(&self.lines, here) {
                    self.fold_lines();
                    self.cursor = self.visible.partition_point(|l| *l < line);
                }
            }
            Action::FoldAll => {
                self.folds.all(&self.lines, true);
                self.fold_lines();
                self.cursor = self.visible.partition_point(|l| *l <= here).saturating_sub(1);
            }
            Action::UnfoldAll => {
                self.folds.all(&self.lines, false);
                self.fold_lines();
                self.cursor = here.min(self.visible.len().saturating_sub(1));
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}
