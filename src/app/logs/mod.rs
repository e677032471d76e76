//! The page of logs: what is kept of them, which of it is shown, and where the person is.

mod act;
mod kept;
mod open;
mod shown;

use std::ops::Range;

use crate::logs::{Buffer, Entries, Level, Query, Stream};

use super::ObjectId;
use kept::Kept;

pub use kept::LogFilter;
pub(in crate::app) use open::refuses;
pub use shown::{Form, Part, Shown, Times};

/// How much memory the lines of one page may take, in bytes, packed.
const MEMORY: usize = 256 << 20;

/// The page of logs.
#[derive(Debug)]
pub struct LogPage {
    /// What is read for it is called so between app and runtime.
    pub id: ObjectId,
    /// Whose logs they are, `deployment web`.
    pub title: String,
    /// What is asked for.
    pub query: Query,
    /// How reading goes.
    pub state: LogState,
    /// What a line must say to be shown.
    pub filter: LogFilter,
    /// Whether the newest line is always in view.
    pub follow: bool,
    /// Whether long lines go on below.
    pub wrap: bool,
    /// How the time of each line is told.
    pub times: Times,
    /// Whether it is said which container each line is from.
    pub names: bool,
    /// How lines that have a structure are shown.
    pub form: Form,
    /// How many columns are scrolled off to the left, where lines do not wrap.
    pub left: usize,
    /// Whether it is being read.
    pub(super) asked: bool,
    streams: Vec<Stream>,
    /// Where the streams of the present reading begin: after a new connection they are numbered anew.
    base: usize,
    buffer: Buffer,
    kept: Kept,
    /// The number of the entry under the cursor.
    cursor: u64,
    /// The number of the first entry on the screen.
    first: u64,
    shown: Vec<Shown>,
    /// Whether what is shown must be looked up again.
    stale: bool,
    /// The size for which it was looked up.
    size: (usize, usize),
}

/// How reading goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogState {
    /// Nothing was heard yet.
    Loading,
    /// So many containers are read.
    Reading(usize),
    /// Nothing more will come.
    Over,
    /// The pods cannot be read: why.
    Failed(String),
}

impl LogPage {
    /// A page of which nothing is known yet.
    pub fn new(id: ObjectId, title: String, query: Query) -> Self {
        Self {
            id,
            title,
            query,
            state: LogState::Loading,
            filter: LogFilter::default(),
            follow: true,
            wrap: false,
            times: Times::default(),
            names: true,
            form: Form::default(),
            left: 0,
            asked: false,
            streams: Vec::new(),
            base: 0,
            buffer: Buffer::new(MEMORY),
            kept: Kept::default(),
            cursor: 0,
            first: 0,
            shown: Vec::new(),
            stale: true,
            size: (0, 0),
        }
    }

    /// The lines on the screen, from its top.
    pub fn shown(&self) -> &[Shown] {
        &self.shown
    }

    /// The number of the entry under the cursor.
    pub fn cursor(&self) -> u64 {
        self.cursor
    }

    /// The container whose log this is.
    pub fn stream(&self, of: usize) -> Option<&Stream> {
        self.streams.get(of)
    }

    /// Whether lines of several containers are there.
    pub fn several(&self) -> bool {
        self.streams.len() > 1
    }

    /// How many lines are shown, and how many there are; without those that were let go.
    pub fn counts(&self) -> (u64, u64) {
        let range = self.buffer.range();
        let all = range.end - range.start;
        (if self.filter.is_on() { self.kept.len() } else { all }, all)
    }

    /// How many of the oldest lines were let go, for want of memory.
    pub fn let_go(&self) -> u64 {
        self.buffer.range().start
    }

    /// Where the first line on the screen stands among those that are shown, from 0.
    pub fn place(&self) -> u64 {
        self.rank(self.first)
    }

    /// What it is busy with, in a word.
    pub(super) fn busy(&self) -> Option<&'static str> {
        self.kept.is_unfinished().then_some("searching")
    }

    /// Takes in what was read.
    pub(super) fn hear(&mut self, entries: &Entries) {
        let from = self.buffer.range().end;
        let shift = u32::try_from(self.base).unwrap_or(u32::MAX);
        self.buffer.push(&entries.of_streams_from(shift));
        if self.filter.is_on() {
            let wanted = entries
                .iter()
                .enumerate()
                .filter(|(_, (entry, text))| self.filter.keeps(entry, text));
            self.kept.extend(wanted.map(|(at, _)| from + at as u64));
        }
        let start = self.buffer.range().start;
        self.kept.forget_before(start);
        self.cursor = self.cursor.max(start);
        self.first = self.first.max(start);
        // Lines below the screen change nothing on it.
        self.stale |= self.follow || self.shown.len() < self.size.0 || self.first == start;
    }

    /// Containers came to be read.
    pub(super) fn join(&mut self, streams: Vec<Stream>) {
        self.streams.extend(streams);
        self.stale = true;
    }

    /// It is read anew over a new connection: what is there stays, and the streams are numbered on.
    pub(super) fn ask(&mut self) {
        self.asked = true;
        self.base = self.streams.len();
        self.state = LogState::Loading;
    }

    /// What is shown changes: only lines that this filter keeps.
    pub(super) fn set_filter(&mut self, filter: LogFilter) {
        if filter == self.filter {
            return;
        }
        self.filter = filter;
        let range = self.buffer.range();
        self.kept = if self.filter.is_on() { Kept::sought(range) } else { Kept::default() };
        self.stale = true;
        self.step();
    }

    /// Only lines that are at least as grave.
    pub(super) fn set_level(&mut self, level: Level) {
        let filter = self.filter.at_least(level);
        self.set_filter(filter);
    }

    /// Goes on looking for what the filter keeps among what is there already, from the newest back.
    pub(super) fn step(&mut self) {
        let filter = &self.filter;
        self.kept.step(&mut self.buffer, |entry, text| filter.keeps(entry, text));
        self.stale = true;
    }

    /// The numbers of all entries that are there.
    fn range(&self) -> Range<u64> {
        self.buffer.range()
    }

    /// How many entries that are shown stand before this one.
    fn rank(&self, number: u64) -> u64 {
        let start = self.range().start;
        if self.filter.is_on() { self.kept.rank(number) } else { number.saturating_sub(start) }
    }

    /// The entry that is shown in this place, from 0.
    fn at(&self, rank: u64) -> Option<u64> {
        let range = self.range();
        if self.filter.is_on() {
            self.kept.at(rank)
        } else {
            Some(range.start + rank).filter(|number| range.contains(number))
        }
    }
}
