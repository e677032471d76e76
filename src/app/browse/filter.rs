//! A page's filter: as typed, and as it holds.

use crate::store::{Filter, FilterError, SourceId, Store, ViewId};

/// A page's filter. A pattern that does not parse leaves the last good one in force.
#[derive(Clone, Debug, Default)]
pub struct FilterLine {
    text: String,
    good: String,
    error: Option<FilterError>,
}

impl FilterLine {
    /// What is typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What holds: the last text that was a filter.
    pub fn in_force(&self) -> &str {
        &self.good
    }

    /// Whether it hides nothing.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// What is wrong with what is typed.
    pub fn error(&self) -> Option<&FilterError> {
        self.error.as_ref()
    }

    /// Types another; [`FilterLine::apply`] makes it hold.
    pub(in super::super) fn set(&mut self, text: &str) {
        text.clone_into(&mut self.text);
    }

    /// Makes it hold, where it is right; else it says what is wrong, and what held before still does.
    pub(super) fn apply(&mut self, store: &mut Store, source: SourceId, view: ViewId, now: i64) {
        let Some(table) = store.table(source) else { return };
        let columns = table.columns();
        if columns.is_empty() && !self.text.trim().is_empty() {
            // The server has not said which columns there are; it is applied when it does.
            return;
        }
        let filter = match Filter::parse(&self.text, columns) {
            Ok(filter) => {
                self.error = None;
                self.good.clone_from(&self.text);
                filter
            }
            Err(error) => {
                self.error = Some(error);
                // The columns may be others than those it was parsed for.
                let Ok(filter) = Filter::parse(&self.good, columns) else { return };
                filter
            }
        };
        store.set_filter(view, filter, now);
    }
}
