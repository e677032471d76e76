//! A text of many lines, with a cursor, a selection and a history.

use std::cmp::Ordering;
use std::ops::Range;

use super::history::{Change, History};

/// A place in a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pos {
    /// The line, from 0.
    pub line: usize,
    /// The byte in it, at the border of a character.
    pub byte: usize,
}

impl Pos {
    /// This byte of this line.
    pub const fn new(line: usize, byte: usize) -> Self {
        Self { line, byte }
    }
}

/// That lines were replaced by others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replaced {
    /// The first of them.
    pub line: usize,
    /// How many there were.
    pub were: usize,
    /// How many there are.
    pub are: usize,
}

/// A text being edited. It always has a line, which may be empty; the cursor always stands at the border of a character.
#[derive(Clone, Debug)]
pub struct Buffer {
    lines: Vec<String>,
    /// How many bytes the whole text has.
    bytes: usize,
    cursor: Pos,
    /// Where the selection began, while there is one.
    anchor: Option<Pos>,
    /// The column that moves up and down keep to.
    pub(super) wanted: Option<usize>,
    history: History,
    version: u64,
    /// What was replaced since somebody last asked.
    replaced: Vec<Replaced>,
}

impl Default for Buffer {
    fn default() -> Self {
        Self::new("")
    }
}

impl Buffer {
    /// A buffer that reads so, with the cursor at its start. Line ends of other systems become those of this.
    pub fn new(text: &str) -> Self {
        let text = clean(text);
        Self {
            lines: text.split('\n').map(str::to_owned).collect(),
            bytes: text.len(),
            cursor: Pos::default(),
            anchor: None,
            wanted: None,
            history: History::default(),
            version: 0,
            replaced: Vec::new(),
        }
    }

    /// Its lines; there is at least one.
    pub fn lines(&self) -> &[String] {
        &self.lines
    }

    /// A line; empty where there is none.
    pub fn line(&self, line: usize) -> &str {
        self.lines.get(line).map_or("", String::as_str)
    }

    /// The whole text.
    pub fn text(&self) -> String {
        self.lines.join("\n")
    }

    /// Whether it reads so.
    pub fn reads(&self, text: &str) -> bool {
        // Most texts that differ differ in that, and need not be gone through.
        if text.len() != self.bytes {
            return false;
        }
        let mut rest = Some(text);
        for line in &self.lines {
            let Some(text) = rest.and_then(|rest| rest.strip_prefix(line.as_str())) else {
                return false;
            };
            rest = text.strip_prefix('\n');
            if rest.is_none() && !text.is_empty() {
                return false;
            }
        }
        rest.is_none()
    }

    /// Grows with every change.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Where the cursor stands.
    pub fn cursor(&self) -> Pos {
        self.cursor
    }

    /// What is selected, from its start to its end; `None` where nothing is.
    pub fn selection(&self) -> Option<(Pos, Pos)> {
        let anchor = self.anchor?;
        match anchor.cmp(&self.cursor) {
            Ordering::Less => Some((anchor, self.cursor)),
            Ordering::Greater => Some((self.cursor, anchor)),
            Ordering::Equal => None,
        }
    }

    /// What of a line is selected, in bytes.
    pub fn selected(&self, line: usize) -> Option<Range<usize>> {
        let (start, end) = self.selection()?;
        if line < start.line || line > end.line {
            return None;
        }
        let from = if line == start.line { start.byte } else { 0 };
        let to = if line == end.line { end.byte } else { self.line(line).len() };
        Some(from..to)
    }

    /// The selected text; empty where nothing is.
    pub fn selected_text(&self) -> String {
        self.selection().map_or_else(String::new, |(start, end)| self.between(start, end))
    }

    pub(super) fn between(&self, start: Pos, end: Pos) -> String {
        if start.line == end.line {
            return self.line(start.line).get(start.byte..end.byte).unwrap_or_default().to_owned();
        }
        let mut out = self.line(start.line).get(start.byte..).unwrap_or_default().to_owned();
        for line in self.lines.get(start.line + 1..end.line).unwrap_or_default() {
            out.push('\n');
            out.push_str(line);
        }
        out.push('\n');
        out.push_str(self.line(end.line).get(..end.byte).unwrap_or_default());
        out
    }

    /// Puts the cursor somewhere, or as near as there is something; with `select`, what is passed is selected.
    pub fn go(&mut self, to: Pos, select: bool) {
        self.anchor = if select { self.anchor.or(Some(self.cursor)) } else { None };
        self.cursor = self.valid(to);
        self.wanted = None;
        self.history.seal();
    }

    /// Selects from one place to another, where the cursor then is.
    pub fn select(&mut self, from: Pos, to: Pos) {
        self.anchor = Some(self.valid(from));
        self.cursor = self.valid(to);
        self.wanted = None;
        self.history.seal();
    }

    /// Selects all there is.
    pub fn select_all(&mut self) {
        self.select(Pos::default(), self.end());
    }

    /// Lets go of the selection; whether there was one.
    pub fn deselect(&mut self) -> bool {
        let selected = self.selection().is_some();
        self.anchor = None;
        selected
    }

    /// The end of the text.
    pub fn end(&self) -> Pos {
        let line = self.lines.len().saturating_sub(1);
        Pos::new(line, self.line(line).len())
    }

    /// The nearest place that there is.
    pub(super) fn valid(&self, at: Pos) -> Pos {
        let line = at.line.min(self.lines.len().saturating_sub(1));
        let text = self.line(line);
        let mut byte = at.byte.min(text.len());
        while !text.is_char_boundary(byte) {
            byte -= 1;
        }
        Pos::new(line, byte)
    }

    /// Types text: it takes the place of what is selected. Letter after letter is one step for undo, up to the end of a word.
    pub fn insert(&mut self, text: &str) {
        let (start, end) = self.selection().unwrap_or((self.cursor, self.cursor));
        self.replace(start, end, text);
    }

    /// Replaces a part of the text by another; the cursor goes behind it.
    pub fn replace(&mut self, start: Pos, end: Pos, text: &str) {
        let (start, end) = (self.valid(start), self.valid(end).max(self.valid(start)));
        let text = clean(text);
        if start == end && text.is_empty() {
            return;
        }
        let before = (self.cursor, self.anchor);
        let removed = self.between(start, end);
        let change = Change { at: start, removed, added: text };
        self.cursor = self.apply(change.at, &change.removed, &change.added);
        self.anchor = None;
        self.wanted = None;
        self.history.push(change, before);
    }

    /// Makes what follows, until [`Buffer::end_step`], one step for undo.
    pub fn begin_step(&mut self) {
        self.history.begin();
    }

    /// Ends a step; the cursor and the selection are put where they are to be.
    pub fn end_step(&mut self, cursor: Pos, anchor: Option<Pos>) {
        self.history.end();
        self.cursor = self.valid(cursor);
        self.anchor = anchor.map(|anchor| self.valid(anchor));
        self.wanted = None;
    }

    /// Takes the last step back; whether there was one.
    pub fn undo(&mut self) -> bool {
        let Some(step) = self.history.undo() else { return false };
        for change in step.changes.iter().rev() {
            self.apply(change.at, &change.added, &change.removed);
        }
        self.cursor = self.valid(step.before.0);
        self.anchor = step.before.1.map(|anchor| self.valid(anchor));
        self.wanted = None;
        self.history.undone(step);
        true
    }

    /// Does again what was taken back last; whether there was something.
    pub fn redo(&mut self) -> bool {
        let Some(step) = self.history.redo() else { return false };
        for change in &step.changes {
            self.cursor = self.apply(change.at, &change.removed, &change.added);
        }
        self.anchor = None;
        self.wanted = None;
        self.history.redone(step);
        true
    }

    /// Whether there is a step to take back.
    pub fn can_undo(&self) -> bool {
        self.history.can_undo()
    }

    /// What lines were replaced since this was last asked, in order.
    pub fn take_replaced(&mut self) -> Vec<Replaced> {
        std::mem::take(&mut self.replaced)
    }

    /// Puts `added` where `removed` stands; says where it ends.
    fn apply(&mut self, at: Pos, removed: &str, added: &str) -> Pos {
        let at = self.valid(at);
        let end = self.valid(after(at, removed));
        let tail = self.line(end.line).get(end.byte..).unwrap_or_default().to_owned();
        self.bytes = (self.bytes + added.len()).saturating_sub(removed.len());
        let are = added.bytes().filter(|b| *b == b'\n').count();
        let were = end.line - at.line;
        self.version = self.version.wrapping_add(1);
        if were + are > 0 || self.replaced.is_empty() {
            self.replaced.push(Replaced { line: at.line, were, are });
        }
        let mut pieces = added.split('\n');
        let first = pieces.next().unwrap_or_default();
        if let Some(line) = self.lines.get_mut(at.line) {
            line.truncate(at.byte);
            line.push_str(first);
        }
        let mut new: Vec<String> = pieces.map(str::to_owned).collect();
        let stop = after(at, added);
        match new.last_mut() {
            Some(last) => last.push_str(&tail),
            None => {
                if let Some(line) = self.lines.get_mut(at.line) {
                    line.push_str(&tail);
                }
            }
        }
        if were > 0 || !new.is_empty() {
            self.lines.splice(at.line + 1..=end.line, new);
        }
        self.valid(stop)
    }
}

/// Where a text that begins at a place ends.
pub(super) fn after(at: Pos, text: &str) -> Pos {
    match text.rfind('\n') {
        Some(last) => {
            let lines = text.bytes().filter(|b| *b == b'\n').count();
            Pos::new(at.line + lines, text.len() - last - 1)
        }
        None => Pos::new(at.line, at.byte + text.len()),
    }
}

/// Line ends of other systems become those of this.
fn clean(text: &str) -> String {
    if text.contains('\r') {
        text.replace("\r\n", "\n").replace('\r', "\n")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests;
