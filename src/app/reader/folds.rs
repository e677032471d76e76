//! What of a text is folded away.

use std::collections::HashMap;

use super::line::TextLine;

/// What the person folded and unfolded; the rest is as its lines say that it begins.
#[derive(Debug, Default)]
pub(super) struct Folds(HashMap<u64, bool>);

impl Folds {
    /// Whether what stands below a line is folded away; `at` is its own number.
    pub(super) fn is_folded(&self, line: &TextLine, at: usize) -> bool {
        line.is_foldable(at) && self.0.get(&line.path).copied().unwrap_or(line.folded)
    }

    fn set(&mut self, line: &TextLine, folded: bool) {
        if line.folded == folded {
            self.0.remove(&line.path);
        } else {
            self.0.insert(line.path, folded);
        }
    }

    /// Folds or unfolds what stands below a line; where nothing does, what it stands in. The line that was folded or unfolded.
    pub(super) fn turn(&mut self, lines: &[TextLine], here: usize) -> Option<usize> {
        let (at, line) = lines
            .iter()
            .enumerate()
            .take(here + 1)
            .rfind(|(at, line)| line.is_foldable(*at) && line.end > here)?;
        let folded = self.is_folded(line, at);
        self.set(line, !folded);
        Some(at)
    }

    /// Folds or unfolds everything.
    pub(super) fn all(&mut self, lines: &[TextLine], folded: bool) {
        for (_, line) in lines.iter().enumerate().filter(|(at, line)| line.is_foldable(*at)) {
            self.set(line, folded);
        }
    }

    /// Unfolds what hides a line; whether anything did.
    pub(super) fn show(&mut self, lines: &[TextLine], hidden: usize) -> bool {
        let mut unfolded = false;
        for (at, line) in lines.iter().enumerate().take(hidden) {
            if line.end > hidden && self.is_folded(line, at) {
                self.set(line, false);
                unfolded = true;
            }
        }
        unfolded
    }
}
