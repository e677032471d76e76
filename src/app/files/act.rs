//! What a person does on the page of a folder, and what is copied of it into the clipboard.

use crate::files::shown;

use super::super::action::Action;
use super::super::browse::moved;
use super::{FilesPage, SortBy};

impl FilesPage {
    /// Performs an action that is about this page alone; whether it was one.
    pub(in crate::app) fn act(&mut self, action: Action, height: usize) -> bool {
        match action {
            Action::Mark => {
                let Some(name) = self.here().map(|entry| entry.name.clone()) else {
                    return true;
                };
                if !self.marks.remove(&name) {
                    self.marks.insert(name);
                }
                self.go(self.cursor + 1);
            }
            Action::MarkAll => {
                let names: Vec<Vec<u8>> = self.shown().map(|entry| entry.name.clone()).collect();
                self.marks.extend(names);
            }
            Action::ClearMarks => self.marks.clear(),
            Action::ClearFilter => self.set_filter(""),
            Action::SortByName => self.sort_by(SortBy::Name),
            Action::SortBySize => self.sort_by(SortBy::Size),
            Action::SortByAge => self.sort_by(SortBy::Modified),
            Action::ReverseSort => self.sort_by(self.sort),
            _ => match moved(action, self.cursor, self.shown.len(), height) {
                Some(to) => self.go(to),
                None => return false,
            },
        }
        true
    }

    fn go(&mut self, to: usize) {
        self.cursor = to.min(self.shown.len().saturating_sub(1));
    }

    /// Sorts; by the same again, the other way round.
    fn sort_by(&mut self, sort: SortBy) {
        self.reversed = self.sort == sort && !self.reversed;
        self.sort = sort;
        let here = self.here().map(|entry| entry.name.clone());
        self.lay_out(here);
    }

    /// Clears the marks, or else the filter; whether there was any.
    pub(in crate::app) fn clear(&mut self) -> bool {
        if !self.marks.is_empty() {
            self.marks.clear();
        } else if !self.filter.pattern().is_empty() {
            self.set_filter("");
        } else {
            return false;
        }
        true
    }

    /// Puts the cursor on a line of the screen.
    pub(in crate::app) fn click(&mut self, line: usize) {
        let at = self.first + line;
        if at < self.shown.len() {
            self.cursor = at;
        }
    }

    /// Scrolls by lines; the cursor stays in view.
    pub(in crate::app) fn scroll(&mut self, lines: isize) {
        let last = self.shown.len().saturating_sub(self.height);
        self.first = self.first.saturating_add_signed(lines).min(last);
        self.cursor = self.cursor.clamp(self.first, self.first + self.height - 1);
        self.go(self.cursor);
    }

    /// The paths of what is chosen: a line each, as they are shown.
    pub(in crate::app) fn copied(&self, action: Action) -> Option<String> {
        if action != Action::CopyName {
            return None;
        }
        let paths = self.chosen().into_iter().map(|entry| {
            // A name that is text can be used as it is.
            let path = self.folder.join(&entry.name);
            match std::str::from_utf8(path.bytes()) {
                Ok(path) if !path.chars().any(crate::text::disturbs) => path.to_owned(),
                _ => shown(path.bytes()),
            }
        });
        Some(paths.collect::<Vec<_>>().join("\n"))
    }
}
