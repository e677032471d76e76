//! What was done to a text, in steps that can be taken back.

use super::buffer::Pos;

/// How many bytes of text the history keeps; the oldest steps are forgotten beyond it.
const MOST: usize = 32 << 20;

/// A part of a text that was replaced by another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Where.
    pub at: Pos,
    /// What stood there.
    pub removed: String,
    /// What stands there since.
    pub added: String,
}

/// Changes that are taken back together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// In the order in which they were made.
    pub changes: Vec<Change>,
    /// Where the cursor was before, and where a selection began.
    pub before: (Pos, Option<Pos>),
}

impl Step {
    fn bytes(&self) -> usize {
        self.changes.iter().map(|c| c.removed.len() + c.added.len()).sum()
    }
}

/// The steps that were made, and those that were taken back.
#[derive(Clone, Debug, Default)]
pub struct History {
    done: Vec<Step>,
    undone: Vec<Step>,
    bytes: usize,
    /// Whether the last step takes no more letters.
    sealed: bool,
    /// How many changes the step that is being made has by now.
    open: Option<usize>,
}

impl History {
    /// The next letter begins a step of its own.
    pub fn seal(&mut self) {
        self.sealed = true;
    }

    /// What follows is one step.
    pub fn begin(&mut self) {
        self.open = Some(0);
    }

    /// What follows is another step.
    pub fn end(&mut self) {
        self.open = None;
        self.sealed = true;
    }

    /// A change was made.
    pub fn push(&mut self, change: Change, before: (Pos, Option<Pos>)) {
        self.bytes = self.bytes.saturating_sub(self.undone.iter().map(Step::bytes).sum());
        self.undone.clear();
        self.bytes += change.removed.len() + change.added.len();
        let first = self.open.is_none_or(|count| count == 0);
        if let Some(count) = &mut self.open {
            *count += 1;
        }
        match self.done.last_mut() {
            Some(step) if !first => step.changes.push(change),
            Some(step) if self.open.is_none() && !self.sealed && continues(step, &change) => {
                if let Some(last) = step.changes.last_mut() {
                    join(last, &change);
                }
            }
            _ => self.done.push(Step { changes: vec![change], before }),
        }
        self.sealed = false;
        self.forget();
    }

    fn forget(&mut self) {
        let mut gone = 0;
        while self.bytes > MOST && gone + 1 < self.done.len() {
            self.bytes = self.bytes.saturating_sub(self.done[gone].bytes());
            gone += 1;
        }
        self.done.drain(..gone);
    }

    /// Whether there is a step to take back.
    pub fn can_undo(&self) -> bool {
        !self.done.is_empty()
    }

    /// The step to take back.
    pub fn undo(&mut self) -> Option<Step> {
        self.sealed = true;
        self.done.pop()
    }

    /// It was taken back.
    pub fn undone(&mut self, step: Step) {
        self.undone.push(step);
    }

    /// The step to do again.
    pub fn redo(&mut self) -> Option<Step> {
        self.sealed = true;
        self.undone.pop()
    }

    /// It was done again.
    pub fn redone(&mut self, step: Step) {
        self.done.push(step);
    }
}

/// Whether a change goes on with a step: the next letter of a word, or one more that is deleted.
fn continues(step: &Step, change: &Change) -> bool {
    let [last] = step.changes.as_slice() else { return false };
    let one = |text: &str| !text.contains('\n') && text.len() <= 8;
    if change.removed.is_empty() && last.removed.is_empty() {
        let next = super::buffer::after(last.at, &last.added) == change.at;
        // The blanks behind a word belong to it; the next word is another step.
        let blank = |text: &str| text.ends_with(char::is_whitespace);
        return next && one(&change.added) && (!blank(&last.added) || blank(&change.added));
    }
    if change.added.is_empty() && last.added.is_empty() {
        let back = super::buffer::after(change.at, &change.removed) == last.at;
        return one(&change.removed) && (back || change.at == last.at) && one_line(last);
    }
    false
}

fn one_line(change: &Change) -> bool {
    !change.removed.contains('\n')
}

fn join(last: &mut Change, change: &Change) {
    if change.removed.is_empty() {
        last.added.push_str(&change.added);
    } else if change.at == last.at {
        last.removed.push_str(&change.removed);
    } else {
        last.removed.insert_str(0, &change.removed);
        last.at = change.at;
    }
}
