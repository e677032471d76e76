//! The language of the `/` filter.

use std::ops::Range;

use crate::kinds::Column;

use super::row::Row;

/// Why a text is no filter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct FilterError {
    /// The cause and the next step, a sentence for people.
    pub message: String,
    /// The bytes of the text that it is about.
    pub at: Range<usize>,
}

/// Which rows a page shows. The default one lets everything pass.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    text: String,
}

impl Filter {
    /// Reads a filter, looking its columns up among these. Any text is a filter or an error.
    pub fn parse(text: &str, _columns: &[Column]) -> Result<Self, FilterError> {
        Ok(Self { text: text.trim().to_lowercase() })
    }

    /// The text it was read from.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it lets everything pass.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Whether the row passes; `now` is in seconds since the Unix epoch.
    pub fn matches(&self, row: &Row, now: i64) -> bool {
        let has = |text: &str| text.to_lowercase().contains(&self.text);
        has(&row.namespace) || has(&row.name) || row.cells.iter().any(|cell| has(&cell.text(now)))
    }

    /// The parts of a cell's text that its text terms match, in bytes, ascending and apart from each other, to be highlighted.
    pub fn highlights(&self, text: &str) -> Vec<Range<usize>> {
        let start = if self.is_empty() { None } else { text.find(&self.text) };
        start.map(|start| start..start + self.text.len()).into_iter().collect()
    }

    /// As [`Filter::highlights`], for a value of one of the columns that it was parsed with: what its comparisons match there is included.
    pub fn highlights_in(&self, _column: &Column, text: &str) -> Vec<Range<usize>> {
        self.highlights(text)
    }
}
