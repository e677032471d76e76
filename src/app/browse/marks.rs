//! Marked rows.

use std::collections::HashSet;

use crate::store::{Freshness, Table, Uid, View};

use super::super::action::Action;
use super::cursor::Cursor;

/// The marked rows, by object: they keep their marks while a filter hides them, and lose them when they are gone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    uids: HashSet<Uid>,
    /// Where the last mark was set: a range reaches from there.
    anchor: Option<Uid>,
    /// The table as it was when vanished rows were last looked for.
    generation: u64,
}

impl Marks {
    /// Whether the object is marked.
    pub fn contains(&self, uid: Uid) -> bool {
        self.uids.contains(&uid)
    }

    /// How many are marked.
    pub fn len(&self) -> usize {
        self.uids.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.uids.is_empty()
    }

    /// The marked objects, in no order.
    pub fn iter(&self) -> impl Iterator<Item = Uid> {
        self.uids.iter().copied()
    }

    /// Takes all marks away.
    pub fn clear(&mut self) {
        self.uids.clear();
        self.anchor = None;
    }

    /// Where the last mark was set.
    pub(in super::super) fn anchor(&self) -> Option<Uid> {
        self.anchor
    }

    /// Marks an object, or takes its mark away.
    pub(in super::super) fn toggle(&mut self, uid: Uid) {
        if !self.uids.remove(&uid) {
            self.uids.insert(uid);
        }
        self.anchor = Some(uid);
    }

    /// Marks these objects; a range reaches from `anchor` then, where there is one.
    pub(in super::super) fn extend(
        &mut self,
        uids: impl IntoIterator<Item = Uid>,
        anchor: Option<Uid>,
    ) {
        self.uids.extend(uids);
        self.anchor = anchor.or(self.anchor);
    }

    /// How many marked objects the filter hides.
    pub fn hidden(&self, view: View<'_>) -> usize {
        self.uids.iter().filter(|uid| view.position(**uid).is_none()).count()
    }

    /// Drops the marks of objects that are gone.
    pub(super) fn settle(&mut self, table: &Table) {
        let whole = matches!(table.freshness(), Freshness::Live { .. });
        if whole && !self.uids.is_empty() && self.generation != table.generation() {
            self.uids.retain(|uid| table.get(*uid).is_some());
            self.generation = table.generation();
        }
    }

    /// Performs an action of marking; whether it was one.
    pub(super) fn act(&mut self, action: Action, view: View<'_>, cursor: &Cursor) -> bool {
        match action {
            Action::Mark => {
                if let Some(row) = view.row(cursor.position()) {
                    self.toggle(row.uid);
                }
            }
            Action::MarkRange => {
                let here = cursor.position();
                let from = self.anchor.and_then(|uid| view.position(uid)).unwrap_or(here);
                let range = from.min(here)..from.max(here) + 1;
                self.uids.extend(view.slice(range).map(|row| row.uid));
                self.anchor = view.row(here).map(|row| row.uid);
            }
            Action::MarkAll => self.uids.extend(view.rows().map(|row| row.uid)),
            Action::ClearMarks => self.clear(),
            _ => return false,
        }
        true
    }
}
