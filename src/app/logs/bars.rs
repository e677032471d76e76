//! How many lines were written when: looked at, and moved along.

use crate::logs::{Bar, Histogram};

use super::LogPage;

impl LogPage {
    /// How many lines were written when of those that are shown, in at most so many bars.
    pub fn bars(&self, most: usize) -> Vec<Bar> {
        self.histogram().bars(most)
    }

    fn histogram(&self) -> &Histogram {
        if self.is_narrowed() { self.kept.histogram() } else { &self.histogram }
    }

    /// When the line under the cursor was written, nanoseconds since the Unix epoch.
    pub fn time_here(&self) -> Option<i64> {
        let here = self.shown.iter().find(|shown| shown.number == self.cursor)?;
        Some(here.entry.time)
    }

    /// Goes to the first line of the next bar in which any were written, or of the one before.
    pub(super) fn go_to_bar(&mut self, forward: bool) -> Result<(), String> {
        // As many as there is room for on the screen.
        let bars = self.bars(self.size.1.saturating_sub(2).max(1));
        let here = self.time_here().unwrap_or(i64::MAX);
        let after = bars.partition_point(|bar| bar.from <= here);
        let filled = |bar: &&Bar| bar.count.lines > 0;
        let bar = if forward {
            bars[after..].iter().find(filled)
        } else {
            bars[..after.saturating_sub(1)].iter().rev().find(filled)
        };
        let way = if forward { "later" } else { "earlier" };
        let bar = bar.ok_or_else(|| format!("nothing was written {way}"))?;
        self.go_to_time(bar.from);
        Ok(())
    }

    /// Goes to the first line of the bar at this place, as the mouse does.
    pub(in crate::app) fn click_bar(&mut self, place: usize, most: usize) {
        if let Some(bar) = self.bars(most).get(place) {
            self.go_to_time(bar.from);
        }
    }

    /// Goes to the first line that is shown of those that were written at this time or later; to the last where none was.
    pub(super) fn go_to_time(&mut self, time: i64) {
        self.follow = false;
        self.seek = None;
        self.stale = true;
        self.to_time = None;
        let Ok(number) = self.buffer.since(time) else {
            // It is gone to once the file is read.
            self.to_time = Some(time);
            return;
        };
        let last = self.counts().0.saturating_sub(1);
        let rank = self.rank(number).min(last);
        if let Some(number) = self.at(rank) {
            self.cursor = number;
            // It stands at the top, with what was written then below.
            self.first = number;
        }
    }
}
