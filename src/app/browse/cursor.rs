//! Where the person is in a table: on an object, not on a line.

use crate::store::{Freshness, Uid, View};

use super::super::action::Action;

/// Where the person is in a table. It stays on its object while rows come, go and change places; where the object goes, it takes
/// the place of the next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    /// The object; `None` until the person moved: then it is the first row, whichever that is.
    uid: Option<Uid>,
    position: usize,
    first: usize,
    seek: bool,
}

impl Cursor {
    /// Its place among the rows shown.
    pub fn position(&self) -> usize {
        self.position
    }

    /// The place of the row in the first line.
    pub fn first(&self) -> usize {
        self.first
    }

    /// The object it was put on; `None` until the person moved.
    pub fn uid(&self) -> Option<Uid> {
        self.uid
    }

    /// Goes to a place.
    pub(super) fn go(&mut self, position: usize, view: View<'_>) {
        self.position = position.min(view.len().saturating_sub(1));
        self.uid = view.row(self.position).map(|row| row.uid);
        self.seek = false;
    }

    /// The rows are about to come anew: until all are there, its object is waited for.
    pub(super) fn seek(&mut self) {
        self.seek = self.uid.is_some();
    }

    /// Follows its object, and keeps it at its line on the screen where that can be.
    pub(super) fn settle(&mut self, view: View<'_>, height: usize) {
        if let Some(position) = self.uid.and_then(|uid| view.position(uid)) {
            // Rows that come and go above must not move what is being read.
            let line = self.position.saturating_sub(self.first);
            if self.first > 0 {
                self.first = position.saturating_sub(line);
            }
            self.position = position;
            self.seek = false;
        } else if self.uid.is_some() && !self.waits(view) && !view.is_empty() {
            self.go(self.position, view);
        } else if self.uid.is_none() {
            self.position = 0;
        }
        self.position = self.position.min(view.len().saturating_sub(1));
        self.first = self.first.min(view.len().saturating_sub(height));
        self.first = self.first.min(self.position);
        self.first = self.first.max((self.position + 1).saturating_sub(height));
    }

    fn waits(&self, view: View<'_>) -> bool {
        self.seek && matches!(view.table().freshness(), Freshness::Loading { .. })
    }

    /// Scrolls by lines; the cursor stays on the screen.
    pub(super) fn scroll(&mut self, lines: isize, view: View<'_>, height: usize) {
        let last = view.len().saturating_sub(height);
        self.first = self.first.saturating_add_signed(lines).min(last);
        let end = (self.first + height).saturating_sub(1);
        let position = self.position.clamp(self.first, end.max(self.first));
        if position != self.position {
            self.go(position, view);
        }
    }

    /// Performs an action of moving; whether it was one.
    pub(super) fn act(&mut self, action: Action, view: View<'_>, height: usize) -> bool {
        let Some(to) = moved(action, self.position, view.len(), height) else { return false };
        if matches!(action, Action::PageUp | Action::PageDown) {
            let by = to.abs_diff(self.position);
            let first = if to < self.position {
                self.first.saturating_sub(by)
            } else {
                self.first.saturating_add(by)
            };
            self.first = first.min(view.len().saturating_sub(height));
        }
        self.go(to, view);
        true
    }
}

/// Where an action of moving leads from a line to, among `len` lines shown `height` at a time; `None` where it does not move.
pub(in super::super) fn moved(
    action: Action,
    from: usize,
    len: usize,
    height: usize,
) -> Option<usize> {
    let page = height.saturating_sub(1).max(1);
    let half = (height / 2).max(1);
    let to = match action {
        Action::Up => from.saturating_sub(1),
        Action::Down => from.saturating_add(1),
        Action::PageUp => from.saturating_sub(page),
        Action::PageDown => from.saturating_add(page),
        Action::HalfPageUp => from.saturating_sub(half),
        Action::HalfPageDown => from.saturating_add(half),
        Action::Top => 0,
        Action::Bottom => usize::MAX,
        _ => return None,
    };
    Some(to.min(len.saturating_sub(1)))
}
