//! Marked lines: to come back to, and to be copied.

use super::LogPage;

/// So many lines can be marked.
const MOST: u64 = 10_000;

impl LogPage {
    /// Whether a line is marked.
    pub fn is_marked(&self, number: u64) -> bool {
        self.marks.contains(&number)
    }

    /// How many lines are marked.
    pub fn marked(&self) -> usize {
        self.marks.len()
    }

    /// Marks the line under the cursor, or takes its mark away.
    pub(super) fn mark(&mut self) {
        if self.counts().0 == 0 {
            return;
        }
        self.follow = false;
        if !self.marks.remove(&self.cursor) {
            self.marks.insert(self.cursor);
        }
        self.marked = Some(self.cursor);
    }

    /// Marks every line from the one that was marked last to the one under the cursor.
    pub(super) fn mark_range(&mut self) -> Result<(), String> {
        let Some(last) = self.marked else {
            self.mark();
            return Ok(());
        };
        let (from, to) = (self.rank(last.min(self.cursor)), self.rank(last.max(self.cursor)));
        if to - from >= MOST {
            return Err(format!("no more than {MOST} lines can be marked: save them instead"));
        }
        self.follow = false;
        for rank in from..=to {
            self.marks.extend(self.at(rank));
        }
        self.marked = Some(self.cursor);
        Ok(())
    }

    /// Takes all marks away.
    pub(in crate::app) fn clear_marks(&mut self) {
        self.marks.clear();
        self.marked = None;
        self.stale = true;
    }

    /// Goes to the next marked line, or the one before; round the end.
    pub(super) fn go_to_mark(&mut self, forward: bool) -> Result<(), String> {
        let here = self.cursor;
        let next = if forward {
            self.marks.range(here + 1..).next().or_else(|| self.marks.first())
        } else {
            self.marks.range(..here).next_back().or_else(|| self.marks.last())
        };
        self.cursor = *next.ok_or("no line is marked")?;
        self.follow = false;
        self.to_time = None;
        Ok(())
    }
}
