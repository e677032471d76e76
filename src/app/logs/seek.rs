//! Looking for a line: a search with its count, and going to the next line that is meant.

use std::ops::Range;

use crate::logs::{Entry, Find, Level, Missing};

use super::LogPage;
use super::kept::{Kept, STEP};

/// What is searched for, and where it is.
#[derive(Debug, Default)]
pub struct LogSearch {
    text: String,
    find: Option<Find>,
    pub(super) hits: Kept,
}

impl LogSearch {
    /// What is searched for; empty where nothing is.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where it is in a text, as ranges of bytes.
    pub(super) fn found(&self, text: &str) -> Vec<Range<usize>> {
        self.find.iter().flat_map(|find| find.ranges(text)).collect()
    }

    /// Whether this line has it.
    pub(super) fn is_in(&self, entry: &Entry, text: &[u8]) -> bool {
        entry.kind.is_line() && self.find.as_ref().is_some_and(|find| find.is_in(text))
    }
}

/// What is gone to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Aim {
    /// A line that is an error.
    Error,
    /// A line that has what is searched for.
    Match,
}

/// A line that is being looked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seek {
    aim: Aim,
    forward: bool,
    /// The next entry to look at.
    number: Option<u64>,
}

impl LogPage {
    /// Searches for a text in what is shown.
    pub(in crate::app) fn type_search(&mut self, text: &str) {
        if text == self.search.text {
            return;
        }
        self.search = LogSearch {
            text: text.to_owned(),
            find: Find::new(text),
            hits: Kept::sought(self.range(), 0, false),
        };
        if self.search.find.is_none() {
            self.search.hits = Kept::default();
        }
        self.seek = None;
        self.stale = true;
        let _ = self.step();
    }

    /// Which match stands under the cursor or before it, from 1, and how many there are.
    pub fn matches(&self) -> (u64, u64) {
        let hits = self.search.hits.numbers();
        (hits.rank(self.cursor + 1), hits.len())
    }

    /// Goes to the match under the cursor, or the one before, or else the one after.
    pub(in crate::app) fn go_to_match(&mut self) -> Result<(), String> {
        if self.search.find.is_none() {
            return Ok(());
        }
        let hits = self.search.hits.numbers();
        let after = hits.rank(self.cursor + 1);
        let known = after.checked_sub(1).and_then(|rank| hits.at(rank));
        match known.filter(|_| !self.search.hits.is_unfinished()) {
            Some(number) => {
                self.cursor = number;
                self.follow = false;
                self.stale = true;
                Ok(())
            }
            None if self.search.hits.is_unfinished() => {
                self.seek_from(Aim::Match, false, Some(self.cursor))
            }
            None => self.go_to(Aim::Match, true),
        }
    }

    /// Goes to the next line that is meant, or the one before.
    pub(super) fn go_to(&mut self, aim: Aim, forward: bool) -> Result<(), String> {
        let next = if forward { self.cursor.checked_add(1) } else { self.cursor.checked_sub(1) };
        self.seek_from(aim, forward, next)
    }

    fn seek_from(&mut self, aim: Aim, forward: bool, number: Option<u64>) -> Result<(), String> {
        self.to_time = None;
        self.seek = Some(Seek { aim, forward, number });
        self.seek_on()
    }

    /// Looks through a part of what is left to look for a line that is gone to.
    ///
    /// # Errors
    /// Says that there is none.
    pub(super) fn seek_on(&mut self) -> Result<(), String> {
        let Some(mut seek) = self.seek.take() else { return Ok(()) };
        let range = self.range();
        let mut looked = 0;
        self.stale = true;
        while looked < STEP {
            let Some(number) = seek.number.filter(|number| range.contains(number)) else {
                return Err(self.nothing(seek));
            };
            let narrowed = self.is_narrowed();
            let (kept, filter, search) = (&self.kept, &self.filter, &self.search);
            let (first, entries) = match self.buffer.block(number) {
                Ok(block) => block,
                Err(Missing::Coming) => {
                    self.buffer.will_want(number, seek.forward);
                    break;
                }
                Err(Missing::Gone) => {
                    // It cannot be read.
                    let gone = self.buffer.bounds(number);
                    seek.number = match (gone, seek.forward) {
                        (Some(gone), true) => Some(gone.end),
                        (Some(gone), false) => gone.start.checked_sub(1),
                        (None, _) => None,
                    };
                    continue;
                }
            };
            let is_meant = |at: &usize| {
                let Some((entry, text)) = entries.get(*at) else { return false };
                let number = first + *at as u64;
                let is_shown = || match narrowed {
                    false => true,
                    true if kept.knows(number) => kept.numbers().contains(number),
                    true => filter.keeps(&entry, text),
                };
                match seek.aim {
                    Aim::Error => entry.kind.is_line() && entry.level >= Level::Error && is_shown(),
                    Aim::Match => search.is_in(&entry, text) && is_shown(),
                }
            };
            let at = usize::try_from(number - first).unwrap_or(usize::MAX);
            let hit = if seek.forward {
                (at..entries.len()).find(is_meant)
            } else {
                (0..=at.min(entries.len().saturating_sub(1))).rev().find(is_meant)
            };
            if let Some(at) = hit {
                self.cursor = first + at as u64;
                self.follow = false;
                return Ok(());
            }
            looked += entries.bytes() + entries.len() * 16;
            seek.number = if seek.forward {
                Some(first + entries.len() as u64)
            } else {
                first.checked_sub(1)
            };
        }
        self.seek = Some(seek);
        Ok(())
    }

    fn nothing(&self, seek: Seek) -> String {
        let way = if seek.forward { "below" } else { "above" };
        match seek.aim {
            Aim::Error => format!("there is no error {way}"),
            Aim::Match => format!("{:?} is not found {way}", self.search.text),
        }
    }
}
