//! What a person does on the page of logs.

use std::fmt::Write as _;

use crate::logs::{Level, ansi};

use super::super::action::Action;
use super::{Form, LogPage};

/// How many columns left and right scroll by.
const SCROLL: usize = 16;
/// About how much text another program is given, in bytes.
const MOST: usize = 16 << 20;

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
            Action::Right if !self.wrap => self.left += SCROLL,
            Action::Right => {}
            Action::ToggleFollow => self.follow = !self.follow,
            Action::ToggleWrap => {
                self.wrap = !self.wrap;
                self.left = 0;
            }
            Action::ToggleTimes => self.times = self.times.next(),
            Action::ToggleStructure => {
                self.form = match self.form {
                    Form::Compact => Form::Raw,
                    Form::Raw => Form::Compact,
                };
            }
            Action::ToggleNames => self.names = !self.names,
            Action::NextError => return self.go_to_error(true).map(|()| true),
            Action::PreviousError => return self.go_to_error(false).map(|()| true),
            Action::GraverOnly => self.set_level(graver(self.filter.level)),
            Action::LessGraveToo => self.set_level(less_grave(self.filter.level)),
            Action::ClearFilter => {
                let filter = self.filter.typed("").at_least(Level::Unknown);
                self.set_filter(filter);
            }
            _ => return Ok(false),
        }
        self.stale = true;
        Ok(true)
    }

    /// Scrolls by lines.
    pub(in crate::app) fn scroll(&mut self, lines: isize) {
        let (count, _) = self.counts();
        let first = self.rank(self.first);
        let first = first.saturating_add_signed(lines as i64).min(count.saturating_sub(1));
        if let Some(number) = self.at(first) {
            self.first = number;
            self.follow = false;
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
        let first = self.rank(self.first);
        if rank < first {
            self.first = self.at(rank).unwrap_or(self.first);
        }
    }

    /// Goes to the next line that is an error, or the one before.
    fn go_to_error(&mut self, forward: bool) -> Result<(), String> {
        let range = self.range();
        let mut number = self.cursor;
        loop {
            let next = if forward { number.checked_add(1) } else { number.checked_sub(1) };
            number = match next.filter(|next| range.contains(next)) {
                Some(next) => next,
                None => {
                    let where_to = if forward { "below" } else { "above" };
                    return Err(format!("there is no error {where_to}"));
                }
            };
            let Some((first, entries)) = self.buffer.block(number) else { continue };
            let at = usize::try_from(number - first).unwrap_or(usize::MAX);
            let is_hit = |at: usize| {
                entries.get(at).is_some_and(|(entry, text)| {
                    entry.level >= Level::Error
                        && entry.kind.is_line()
                        && self.filter.keeps(&entry, text)
                })
            };
            let hit = if forward {
                (at..entries.len()).find(|at| is_hit(*at))
            } else {
                (0..=at.min(entries.len().saturating_sub(1))).rev().find(|at| is_hit(*at))
            };
            match hit {
                Some(at) => {
                    self.cursor = first + at as u64;
                    self.follow = false;
                    return Ok(());
                }
                None if forward => number = first + entries.len() as u64 - 1,
                None => number = first,
            }
        }
    }

    /// The text of the line under the cursor, as it was written but for sequences.
    pub(in crate::app) fn line_here(&mut self) -> Option<String> {
        let line = self.buffer.line(self.cursor)?;
        Some(ansi::plain(&String::from_utf8_lossy(&line.text)))
    }

    /// The lines that are shown, as they are read elsewhere: time, container and text. Of very many the newest; how many are missing then.
    pub(in crate::app) fn text(&mut self) -> (String, u64) {
        let (count, _) = self.counts();
        let mut lines = Vec::new();
        let mut bytes = 0;
        let mut rank = count;
        while bytes < MOST
            && let Some(before) = rank.checked_sub(1)
        {
            rank = before;
            let line = self.at(rank).and_then(|number| self.buffer.line(number));
            let text = line.map(|line| self.written(&line)).unwrap_or_default();
            bytes += text.len();
            lines.push(text);
        }
        lines.reverse();
        (lines.concat(), rank)
    }

    fn written(&self, line: &crate::logs::Line) -> String {
        let mut out = String::new();
        if line.entry.time != i64::MIN {
            let time = jiff::Timestamp::from_nanosecond(i128::from(line.entry.time));
            let _ = write!(out, "{} ", time.unwrap_or_default());
        }
        let stream = self.streams.get(line.entry.stream.0 as usize);
        if let Some(stream) = stream.filter(|_| self.streams.len() > 1) {
            let _ = write!(out, "{}/{} ", stream.pod, stream.container);
        }
        out.push_str(sign(&line.entry));
        out.push_str(&ansi::plain(&String::from_utf8_lossy(&line.text)));
        out.push('\n');
        out
    }
}

/// What stands before what is no line.
fn sign(entry: &crate::logs::Entry) -> &'static str {
    use crate::logs::Kind;
    match entry.kind {
        Kind::Line | Kind::More => "",
        Kind::Joined => "+ ",
        Kind::Left => "- ",
        Kind::Note => "! ",
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
