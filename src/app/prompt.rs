//! The prompt: the line in which a command, a filter or a search is typed.

use std::ops::Range;

use super::action::Action;
use super::command::Suggestion;
use super::line::Line;
use super::logs::Ask;

/// The line in which a command, a filter or a search is typed.
#[derive(Clone, Debug)]
pub struct Prompt {
    /// What it is for.
    pub purpose: Purpose,
    /// What is typed.
    pub line: Line,
    /// What could be meant, best first.
    pub suggestions: Vec<Suggestion>,
    /// The suggestion chosen with the arrows.
    pub chosen: Option<usize>,
    /// What is wrong with what is typed.
    pub complaint: Option<Complaint>,
    /// Where in the line the suggestions would go: from here to the cursor.
    pub(super) from: usize,
    /// What was there when it opened: escape brings it back.
    pub(super) before: String,
    recalled: Option<usize>,
    draft: String,
}

/// What a prompt is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A command: `:`.
    Command,
    /// The filter of a table: `/`.
    Filter,
    /// The search in YAML, in help or in the editor: `/`.
    Search,
    /// The number of a line to go to in the editor: `#`.
    Line,
    /// Something about logs.
    Logs(Ask),
    /// What a match in the editor is replaced by: `=`.
    Replace,
    /// Where what is chosen in a container is copied to.
    Download,
    /// What of this machine is copied into a folder of a container.
    Upload,
}

/// What is wrong with a typed line, and where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Complaint {
    /// A sentence for people, with the next step.
    pub message: String,
    /// The bytes of the line that it is about; empty where it is about the whole.
    pub at: Range<usize>,
}

impl Prompt {
    /// An open prompt that reads `text`.
    pub fn new(purpose: Purpose, text: &str) -> Self {
        Self {
            purpose,
            line: Line::new(text),
            suggestions: Vec::new(),
            chosen: None,
            complaint: None,
            from: 0,
            before: text.to_owned(),
            recalled: None,
            draft: String::new(),
        }
    }

    /// The sign before the line.
    pub const fn sign(&self) -> char {
        match self.purpose {
            Purpose::Command => ':',
            Purpose::Filter | Purpose::Search => '/',
            Purpose::Line => '#',
            Purpose::Logs(ask) => ask.sign(),
            Purpose::Replace => '=',
            Purpose::Download | Purpose::Upload => '>',
        }
    }

    /// What accepting the chosen (or the first) suggestion would add after the cursor, for showing it faintly; empty where it would
    /// replace what is typed.
    pub fn ghost(&self) -> &str {
        let suggestion = self.suggestions.get(self.chosen.unwrap_or(0));
        let typed = self.line.before().get(self.from..).unwrap_or_default();
        match suggestion {
            Some(s) if self.line.at_end() && !typed.is_empty() => {
                s.text.strip_prefix(typed).unwrap_or_default()
            }
            _ => "",
        }
    }

    /// Takes the chosen (or the first) suggestion into the line; whether there was one.
    pub(super) fn take(&mut self) -> bool {
        let Some(suggestion) = self.suggestions.get(self.chosen.unwrap_or(0)) else { return false };
        let mut text = suggestion.text.clone();
        if suggestion.more && self.line.at_end() {
            text.push(' ');
        }
        self.line.replace_before(self.from, &text);
        self.chosen = None;
        true
    }

    /// Moves the choice among the suggestions; beyond the ends nothing is chosen.
    pub(super) fn choose(&mut self, down: bool) {
        let last = self.suggestions.len().checked_sub(1);
        self.chosen = match (self.chosen, down) {
            (None, true) => last.map(|_| 0),
            (None, false) => last,
            (Some(at), true) => (Some(at) < last).then_some(at + 1),
            (Some(at), false) => at.checked_sub(1),
        };
    }

    /// Whether the arrows walk through the history: in an empty line, or once they do.
    pub(super) fn recalls(&self) -> bool {
        self.recalled.is_some() || self.line.text().is_empty()
    }

    /// Brings back an older or newer line of the history (oldest first); beyond the newest is what was typed.
    pub(super) fn recall(&mut self, history: &[String], older: bool) {
        let at = self.recalled.unwrap_or(history.len()).min(history.len());
        if self.recalled.is_none() {
            self.line.text().clone_into(&mut self.draft);
        }
        let at = if older { at.saturating_sub(1) } else { (at + 1).min(history.len()) };
        if let Some(line) = history.get(at) {
            self.line.set(line);
            self.recalled = Some(at);
        } else {
            self.line.set(&std::mem::take(&mut self.draft));
            self.recalled = None;
        }
    }

    /// Edits the line; whether the action was an edit.
    pub(super) fn edit(&mut self, action: Action) -> bool {
        let edited = self.line.edit(action);
        if edited {
            self.recalled = None;
        }
        edited
    }

    /// Types text.
    pub(super) fn insert(&mut self, text: &str) {
        self.line.insert(text);
        self.recalled = None;
    }
}
