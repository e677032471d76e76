//! A line of a text that is read, and what it is a part of.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;

/// A line of a text that is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextLine {
    /// The line, without its break.
    pub text: String,
    /// Which part of the whole it is (`spec.containers[0].image`), hashed: the same when the text is written anew.
    pub path: u64,
    /// The path of what it stands in.
    pub parent: u64,
    /// The first line after everything that stands below it.
    pub end: usize,
    /// Whether what stands below it is folded away until somebody opens it.
    pub folded: bool,
}

impl TextLine {
    /// Whether anything stands below it; `at` is its own number.
    pub fn is_foldable(&self, at: usize) -> bool {
        self.end > at + 1
    }

    /// What it says, hashed: two versions of a line are the same where this is.
    pub(super) fn hash(&self) -> u64 {
        hash(&self.text, 0)
    }
}

/// The path of a part within another.
pub(in crate::app) fn hash(what: impl Hash, within: u64) -> u64 {
    let mut hasher = FxHasher::default();
    (within, what).hash(&mut hasher);
    hasher.finish()
}

/// Finds where each line's block ends, from the lines' levels: what follows with a greater one belongs to it.
pub(in crate::app) fn close(lines: &mut [TextLine], levels: &[usize]) {
    let mut open: Vec<usize> = Vec::new();
    for i in 0..=lines.len() {
        let level = levels.get(i).copied().unwrap_or(0);
        while let Some(&above) = open.last() {
            if levels[above] < level {
                break;
            }
            lines[above].end = i;
            open.pop();
        }
        open.push(i);
    }
}
