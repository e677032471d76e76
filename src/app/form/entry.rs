//! A field of a form, and its answer so far.

use crate::change::{Field, Input};

use super::super::action::Action;
use super::super::line::Line;

/// A field of a form, and its answer so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What is asked.
    pub field: Field,
    /// What is typed, where it is typed.
    pub line: Line,
    /// Which option is chosen, from 0, where one is chosen; 1 for a switch that is on.
    pub chosen: usize,
    /// Whether the person touched it.
    pub touched: bool,
}

impl Entry {
    pub(super) fn new(field: Field) -> Self {
        let (line, chosen) = match &field.input {
            Input::Text(text) => (Line::new(text), 0),
            Input::Choice(_, at) => (Line::default(), *at),
            Input::Switch(on) => (Line::default(), usize::from(*on)),
        };
        Self { field, line, chosen, touched: false }
    }

    /// The answer: text, the option chosen, `true` or `false`.
    pub fn answer(&self) -> String {
        match &self.field.input {
            Input::Text(_) => self.line.text().to_owned(),
            Input::Choice(options, _) => options.get(self.chosen).cloned().unwrap_or_default(),
            Input::Switch(_) => (self.chosen != 0).to_string(),
        }
    }

    /// Chooses the next option, or the one before.
    pub(super) fn step(&mut self, next: bool) {
        let count = match &self.field.input {
            Input::Text(_) => return,
            Input::Choice(options, _) => options.len().max(1),
            Input::Switch(_) => 2,
        };
        self.touched = true;
        self.chosen = (self.chosen + if next { 1 } else { count - 1 }) % count;
    }

    /// Types text; the first that is typed takes the place of what stood there before. A space steps where nothing can be typed.
    pub(super) fn insert(&mut self, text: &str) {
        if !matches!(self.field.input, Input::Text(_)) {
            if text == " " {
                self.step(true);
            }
            return;
        }
        if !std::mem::replace(&mut self.touched, true) {
            self.line = Line::default();
        }
        self.line.insert(text);
    }

    /// Edits what is typed; whether the action was an edit.
    pub(super) fn edit(&mut self, action: Action) -> bool {
        if !matches!(self.field.input, Input::Text(_)) || !self.line.edit(action) {
            return false;
        }
        self.touched = true;
        true
    }
}
