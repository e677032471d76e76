//! Replacing in the editor what is searched for: match by match, or every match at once.

use std::ops::Range;

use crate::editor::Pos;

use super::super::prompt::{Prompt, Purpose};
use super::super::{App, Level, Over};
use super::Editor;

impl Editor {
    /// The first match from a place on, up to the end of the text.
    fn below(&self, from: Pos) -> Option<(usize, Range<usize>)> {
        (from.line..self.buffer.lines().len()).find_map(|line| {
            let least = if line == from.line { from.byte } else { 0 };
            let found = self.matches(line).into_iter().find(|range| range.start >= least);
            found.map(|range| (line, range))
        })
    }

    /// Selects the first match from a place on; whether there is one.
    fn select_below(&mut self, from: Pos) -> bool {
        let found = self.below(from);
        if let Some((line, range)) = &found {
            self.buffer.select(Pos::new(*line, range.start), Pos::new(*line, range.end));
        }
        self.touched();
        found.is_some()
    }

    /// The match that is selected.
    fn selected_match(&self) -> Option<(Pos, Pos)> {
        let (start, end) = self.buffer.selection()?;
        let is = |range: &Range<usize>| *range == (start.byte..end.byte);
        (start.line == end.line && self.matches(start.line).iter().any(is)).then_some((start, end))
    }

    /// Selects the match to be replaced first: the one that is selected, else the next one, round the end.
    fn aim(&mut self) -> bool {
        if self.selected_match().is_some() {
            return true;
        }
        let from = self.buffer.selection().map_or(self.buffer.cursor(), |(start, _)| start);
        self.select_below(from) || self.select_below(Pos::default())
    }

    /// Replaces the match that is selected, and selects the next one below; whether there is one.
    fn replace_one(&mut self, text: &str) -> bool {
        let Some((start, end)) = self.selected_match() else { return false };
        self.buffer.begin_step();
        self.buffer.replace(start, end, text);
        let behind = self.buffer.cursor();
        self.buffer.end_step(behind, None);
        self.replaced += 1;
        self.select_below(behind)
    }

    /// Replaces every match; how many there were.
    fn replace_all(&mut self, text: &str) -> usize {
        let origin = self.buffer.cursor();
        let mut count = 0;
        self.buffer.begin_step();
        for line in (0..self.buffer.lines().len()).rev() {
            let found = self.matches(line);
            count += found.len();
            // From the last on, so that those before stay where they are.
            for range in found.into_iter().rev() {
                let (start, end) = (Pos::new(line, range.start), Pos::new(line, range.end));
                self.buffer.replace(start, end, text);
            }
        }
        self.buffer.end_step(origin, None);
        self.touched();
        count
    }
}

/// How many were replaced, in words.
fn said(count: usize) -> String {
    match count {
        1 => "1 match replaced".to_owned(),
        _ => format!("{count} matches replaced"),
    }
}

impl App {
    /// Asks by what the match at the cursor is to be replaced; where nothing is searched for yet, for what to search first.
    pub(in super::super) fn open_replace(&mut self) {
        let Some(editor) = self.editor_mut() else { return };
        if editor.search.pattern().is_empty() {
            editor.replaces = true;
            return self.open_search_in_text();
        }
        editor.replaced = 0;
        if !editor.aim() {
            let why = editor.search.nothing();
            return self.notify(Level::Info, why);
        }
        let prompt = Prompt::new(Purpose::Replace, &editor.replacement);
        self.over.push(Over::Prompt(prompt));
    }

    /// A search was typed: whether it was asked for in order to replace what it finds.
    pub(in super::super) fn goes_on_to_replace(&mut self) -> bool {
        self.editor_mut().is_some_and(|editor| {
            std::mem::take(&mut editor.replaces) && !editor.search.pattern().is_empty()
        })
    }

    /// Replaces a match, or all of them, by what is typed. Where no match is left, the prompt is closed.
    pub(in super::super) fn replace(&mut self, text: &str, all: bool) {
        let Some(editor) = self.editor_below() else { return };
        text.clone_into(&mut editor.replacement);
        if all {
            editor.replaced += editor.replace_all(text);
        } else if editor.replace_one(text) {
            return;
        }
        self.end_replacing();
    }

    /// Leaves a match as it is, and goes to the next one below, or to the one before.
    pub(in super::super) fn skip_match(&mut self, forward: bool) {
        let Some(editor) = self.editor_below() else { return };
        let behind = editor.buffer.cursor();
        if forward && !editor.select_below(behind) {
            return self.end_replacing();
        }
        if !forward && let Err(why) = editor.seek(false) {
            self.notify(Level::Info, why);
        }
    }

    /// Closes the prompt, and says how many matches were replaced.
    pub(in super::super) fn end_replacing(&mut self) {
        self.over.pop();
        let Some(editor) = self.editor_mut() else { return };
        editor.buffer.deselect();
        editor.look(false);
        let count = std::mem::take(&mut editor.replaced);
        self.notify(Level::Info, said(count));
    }
}
