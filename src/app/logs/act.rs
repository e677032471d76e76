//! What a person does on the page of logs.

use crate::logs::Level;

use super::super::action::Action;
use super::seek::Aim;
use super::{Form, LogPage};

/// How many columns left and right scroll by.
const SCROLL: usize = 16;
/// How many lines around those that a filter keeps can be shown.
const CONTEXTS: [u64; 6] = [0, 1, 3, 10, 30, 100];

impl LogPage {
    /// Performs an action that is about this page alone; whether it was one.
    pub(in crate::app) fn act(&mut self, action: Action, height: usize) -> Result<bool, String> {
        let (count, _) = self.counts();
        let last = count.saturating_sub(1);
        let here = self.rank(self.cursor);
        let page = (height as u64).saturating_sub(1).max(1);
        match action {
            Action::Up => self.go(here.saturating_sub(1)),
            Action::Down => self.go(here + 1),
            Action::PageUp => self.go(here.saturating_sub(page)),
            Action::PageDown => self.go(here + page),
            Action::HalfPageUp => self.go(here.saturating_sub(page / 2)),
            Action::HalfPageDown => self.go(here + page / 2),
            Action::Top => self.go(0),
            Action::Bottom => {
                self.go(last);
                self.follow = true;
            }
            Action::Left => self.left = self.left.saturating_sub(SCROLL),
            Action::Right if !self.face.wrap => self.left += SCROLL,
            Action::Right => {}
            Action::ToggleFollow => self.follow = !self.follow,
            Action::NextError => return self.go_to(Aim::Error, true).map(|()| true),
            Action::PreviousError => return self.go_to(Aim::Error, false).map(|()| true),
            Action::NextMatch => return self.go_to(Aim::Match, true).map(|()| true),
            Action::PreviousMatch => return self.go_to(Aim::Match, false).map(|()| true),
            Action::Mark => self.mark(),
            Action::MarkRange => self.mark_range()?,
            Action::ClearMarks => self.clear_marks(),
            Action::NextMark => self.go_to_mark(true)?,
            Action::PreviousMark => self.go_to_mark(false)?,
            Action::NextBar => self.go_to_bar(true)?,
            Action::PreviousBar => self.go_to_bar(false)?,
            Action::GraverOnly => self.set_level(graver(self.filter.level)),
            Action::LessGraveToo => self.set_level(less_grave(self.filter.level)),
            Action::ClearFilter => {
                let filter = self.filter.typed("", 0).at_least(Level::Unknown);
                self.set_filter(filter);
            }
            _ => return Ok(self.change_face(action)),
        }
        self.stale = true;
        Ok(true)
    }

    /// Changes how lines are shown; whether that was asked.
    fn change_face(&mut self, action: Action) -> bool {
        let face = &mut self.face;
        match action {
            Action::ToggleWrap => {
                face.wrap = !face.wrap;
                self.left = 0;
            }
            Action::ToggleColours => face.colours = !face.colours,
            Action::ToggleTimes => face.times = face.times.next(),
            Action::ToggleStructure => {
                face.form = match face.form {
                    Form::Compact => Form::Raw,
                    Form::Raw => Form::Compact,
                };
            }
            Action::ToggleNames => face.names = !face.names,
            Action::ToggleLineNumbers => face.numbers = !face.numbers,
            Action::ToggleHistogram => face.histogram = !face.histogram,
            Action::TakeApart => {
                self.opened = (self.opened != Some(self.cursor)).then_some(self.cursor);
                self.follow = false;
            }
            Action::MoreContext | Action::LessContext => {
                let at = CONTEXTS.iter().position(|context| *context == face.context).unwrap_or(0);
                let more = action == Action::MoreContext;
                let at = if more { at + 1 } else { at.saturating_sub(1) };
                face.context = CONTEXTS[at.min(CONTEXTS.len() - 1)];
                self.sift();
            }
            Action::ToggleFolding => {
                face.fold = !face.fold;
                self.sift();
            }
            Action::ToggleEvents => {
                face.events = !face.events;
                self.filter.no_events = !face.events;
                self.sift();
            }
            _ => return false,
        }
        self.stale = true;
        true
    }

    /// Clears what can be cleared, the nearest first; whether there was anything.
    pub(in crate::app) fn escape(&mut self) -> bool {
        if !self.marks.is_empty() {
            self.clear_marks();
        } else if !self.search.text().is_empty() {
            self.type_search("");
        } else if self.filter.is_on() {
            let filter = self.filter.typed("", 0).at_least(Level::Unknown);
            self.set_filter(filter);
        } else {
            return self.unexpress();
        }
        true
    }

    /// Scrolls by lines.
    pub(in crate::app) fn scroll(&mut self, lines: isize) {
        let (count, _) = self.counts();
        let first = self.rank(self.first);
        let first = first.saturating_add_signed(lines as i64).min(count.saturating_sub(1));
        if let Some(number) = self.at(first) {
            self.first = number;
            self.follow = false;
            self.to_time = None;
            // The cursor stays in view.
            let end = first + (self.size.0 as u64).saturating_sub(1);
            let here = self.rank(self.cursor).clamp(first, end);
            self.cursor = self.at(here).unwrap_or(self.cursor);
        }
        self.stale = true;
    }

    /// Puts the cursor on a line of the screen.
    pub(in crate::app) fn click(&mut self, line: usize) {
        let mut below = 0;
        let hit = self.shown.iter().find(|shown| {
            below += shown.height;
            below > line
        });
        if let Some(hit) = hit {
            self.cursor = hit.number;
            self.follow = false;
            self.to_time = None;
            self.stale = true;
        }
    }

    /// Puts the cursor on the line in this place; going away from the end stops following it.
    fn go(&mut self, rank: u64) {
        let (count, _) = self.counts();
        let last = count.saturating_sub(1);
        let rank = rank.min(last);
        if let Some(number) = self.at(rank) {
            self.cursor = number;
        }
        self.follow = false;
        self.to_time = None;
        let first = self.rank(self.first);
        if rank < first {
            self.first = self.at(rank).unwrap_or(self.first);
        }
    }
}

/// The levels that a page can be narrowed to.
const STEPS: [Level; 4] = [Level::Unknown, Level::Info, Level::Warning, Level::Error];

fn graver(level: Level) -> Level {
    STEPS.into_iter().find(|step| *step > level).unwrap_or(Level::Error)
}

fn less_grave(level: Level) -> Level {
    STEPS.into_iter().rev().find(|step| *step < level).unwrap_or(Level::Unknown)
}
